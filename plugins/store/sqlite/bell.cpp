#include "bell.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace conductor::plugins::sqlite {

namespace {
int checked(int result, std::string const& what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}
}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::filesystem::path notify_file(std::filesystem::path const& file) { return file.string() + ".notify"; }
std::filesystem::path wal_file(std::filesystem::path const& file) { return file.string() + "-wal"; }

Bell::Bell(std::filesystem::path const& file)
    : handle_(checked(::open(notify_file(file).c_str(), O_RDWR | O_CLOEXEC), notify_file(file).string())) {}

namespace {
// Locks belong to the open file, not to the process: those of other Bells are others' everywhere, and they end with it.
struct flock lock_of(int type) {
  struct flock lock {};
  lock.l_type = static_cast<short>(type);
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  return lock;
}
}  // namespace

void Bell::listen() {
  auto lock = lock_of(F_RDLCK);
  checked(::fcntl(handle_.get(), F_OFD_SETLK, &lock), "lock of the notify file");
}

void Bell::listen_no_more() noexcept {
  auto lock = lock_of(F_UNLCK);
  ::fcntl(handle_.get(), F_OFD_SETLK, &lock);
}

void Bell::ring() noexcept {
  auto lock = lock_of(F_WRLCK);
  if (::fcntl(handle_.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK) return;
  char const byte = 1;
  // A lost byte only delays others until their next look; nothing to report per commit.
  [[maybe_unused]] auto const ignored = ::pwrite(handle_.get(), &byte, 1, 0);
}

Listener::Listener(std::filesystem::path const& file)
    : file_(file),
      inotify_(checked(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
  auto const notify = notify_file(file_);
  bell_watch_ = checked(::inotify_add_watch(inotify_.get(), notify.c_str(), IN_MODIFY), notify.string());
}

void Listener::arm_wal() {
  wal_watch_ = ::inotify_add_watch(inotify_.get(), wal_file(file_).c_str(), IN_MODIFY | IN_ONESHOT);
}

void Listener::nudge() noexcept {
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const ignored = ::write(wake_.get(), &one, sizeof one);
}

Listener::Heard Listener::wait(std::chrono::milliseconds most) {
  pollfd both[] = {{inotify_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  ::poll(both, 2, static_cast<int>(most.count()));
  Heard heard;
  alignas(inotify_event) char buffer[4096];
  // What does not fit is there at the next wait.
  auto const size = both[0].revents == 0 ? 0 : ::read(inotify_.get(), buffer, sizeof buffer);
  for (char const* at = buffer; at < buffer + size;) {
    auto const* event = reinterpret_cast<inotify_event const*>(at);
    if ((event->mask & IN_MODIFY) != 0U) {
      heard.bell = heard.bell || event->wd == bell_watch_;
      heard.wal = heard.wal || event->wd == wal_watch_;
    }
    at += sizeof(inotify_event) + event->len;
  }
  std::uint64_t count = 0;
  heard.nudge = both[1].revents != 0 && ::read(wake_.get(), &count, sizeof count) > 0;
  return heard;
}

}  // namespace conductor::plugins::sqlite
