#include "core/work/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace conductor::work {

namespace {

sdk::Error failure(std::string const& what, std::filesystem::path const& path) {
  return {sdk::Errc::denied, what + " lock file " + path.string() + ": " + std::strerror(errno) +
                                 "; [DEFAULT] state_path must be writable by this user"};
}

// Whether the open file is still the one at `path`: a sweeper may have removed it between opening and locking.
bool still_there(int file, std::filesystem::path const& path) {
  struct stat opened {
  }, named{};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

}  // namespace

std::filesystem::path lock_file_path(std::filesystem::path const& state_path, std::string_view worker) {
  return state_path / "workers" / (std::string(worker) + ".lock");
}

sdk::Result<std::unique_ptr<LockFile>> LockFile::acquire(std::filesystem::path path) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  while (true) {
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return failure("cannot open", path);
    // A probe holds the lock for an instant; nobody else ever wants it.
    int outcome = 0;
    while ((outcome = ::flock(file, LOCK_EX)) != 0 && errno == EINTR) {
    }
    if (outcome != 0) {
      auto const error = failure("cannot lock", path);
      ::close(file);
      return error;
    }
    if (still_there(file, path)) return std::unique_ptr<LockFile>(new LockFile(std::move(path), file));
    ::close(file);
  }
}

LockFile::~LockFile() {
  ::unlink(path_.c_str());
  ::close(file_);
}

LockState probe_lock(std::filesystem::path const& path, bool remove_free) {
  int const file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return errno == ENOENT ? LockState::absent : LockState::unknown;
  auto state = LockState::unknown;
  if (::flock(file, LOCK_EX | LOCK_NB) == 0)
    state = LockState::free;
  else if (errno == EWOULDBLOCK)
    state = LockState::held;
  if (state == LockState::free && remove_free && still_there(file, path)) ::unlink(path.c_str());
  ::close(file);
  return state;
}

}  // namespace conductor::work
