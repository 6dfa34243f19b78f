// Plain POSIX: O_APPEND and whole lines, so that several processes may share a file and no line is lost to a buffer.
#include "core/log/file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

namespace conductor::log {
namespace {

namespace fs = std::filesystem;
using Time = std::chrono::system_clock::time_point;

// The next local midnight after `from`; with a weekday, the one that begins that day.
Time next_midnight(Time from, int weekday) {
  auto const seconds = std::chrono::system_clock::to_time_t(from);
  std::tm day{};
  ::localtime_r(&seconds, &day);
  int const ahead = weekday < 0 ? 1 : (weekday - day.tm_wday + 6) % 7 + 1;
  day.tm_mday += ahead;
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  day.tm_isdst = -1;
  return std::chrono::system_clock::from_time_t(::mktime(&day));
}

std::string stamp(Time time) {
  auto const seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%d_%H-%M-%S", &parts)};
}

// `name.1`, `name.2`, … move up by one; the last of `keep` falls off.
void shift_numbered(fs::path const& path, int keep) {
  std::error_code ignored;
  auto const numbered = [&](int n) { return fs::path(path.string() + "." + std::to_string(n)); };
  int last = 1;
  while (fs::exists(numbered(last), ignored) && (keep <= 0 || last < keep)) ++last;
  for (int n = last; n > 1; --n) fs::rename(numbered(n - 1), numbered(n), ignored);
  fs::rename(path, numbered(1), ignored);
}

// A name that rotation by time gave: the path, a dot and a stamp (with a counter when a second saw several).
bool is_stamped(std::string const& name, std::string const& prefix) {
  constexpr std::string_view form = "dddd-dd-dd_dd-dd-dd";
  if (!name.starts_with(prefix) || name.size() < prefix.size() + form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    char const c = name[prefix.size() + i];
    if (form[i] == 'd' ? !(c >= '0' && c <= '9') : c != form[i]) return false;
  }
  return true;
}

void remove_old_stamped(fs::path const& path, int keep) {
  if (keep <= 0) return;
  std::error_code ignored;
  std::vector<fs::path> old;
  auto const folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored))
    if (is_stamped(at->path().filename().string(), path.filename().string() + ".")) old.push_back(at->path());
  std::ranges::sort(old);
  for (auto at = old.begin(); old.end() - at > keep; ++at) fs::remove(*at, ignored);
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

FileWriter::FileWriter(fs::path path, Rotation rotation, bool watch, Now now)
    : path_(std::move(path)), rotation_(rotation), watch_(watch), now_(std::move(now)) {}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      rotation_(other.rotation_),
      watch_(other.watch_),
      now_(std::move(other.now_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      last_look_(other.last_look_),
      next_rotation_(other.next_rotation_) {}

FileWriter::~FileWriter() {
  if (fd_ >= 0) ::close(fd_);
}

sdk::Result<FileWriter> FileWriter::open(fs::path path, Rotation rotation, bool watch, Now now) {
  FileWriter out(std::move(path), rotation, watch, std::move(now));
  if (!out.open_file())
    return sdk::Error{sdk::Errc::unsupported, "log file " + out.path_.string() +
                                                  " cannot be opened for writing: " + std::strerror(errno) +
                                                  "; create its directory for this user or set [DEFAULT] log_file"};
  out.last_look_ = out.now_();
  return out;
}

bool FileWriter::open_file() {
  int const fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return false;
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  struct stat status {};
  ::fstat(fd_, &status);
  size_ = static_cast<std::uint64_t>(status.st_size);
  // A file that an earlier process began keeps its age.
  plan_next_rotation(size_ == 0 ? now_() : std::min(now_(), std::chrono::system_clock::from_time_t(status.st_mtime)));
  return true;
}

void FileWriter::reopen() { open_file(); }

void FileWriter::look_for_moves() {
  auto const now = now_();
  if (!watch_ && now - last_look_ < std::chrono::seconds(1) && now >= last_look_) return;
  last_look_ = now;
  struct stat named {
  }, open{};
  bool const same = ::stat(path_.c_str(), &named) == 0 && ::fstat(fd_, &open) == 0 && named.st_ino == open.st_ino &&
                    named.st_dev == open.st_dev;
  if (!same) open_file();
}

void FileWriter::plan_next_rotation(Time from) {
  bool const by_day = rotation_.midnight || rotation_.weekday >= 0;
  next_rotation_ = by_day ? next_midnight(from, rotation_.weekday) : from + rotation_.interval;
}

void FileWriter::rotate_if_due(std::size_t coming) {
  bool const by_size = rotation_.type == Rotation::Type::size && size_ > 0 && size_ + coming > rotation_.max_bytes;
  bool const by_time = rotation_.type == Rotation::Type::interval && now_() >= next_rotation_;
  if (by_time && size_ == 0) return plan_next_rotation(now_());
  if (by_size || by_time) rotate();
}

void FileWriter::rotate() {
  if (rotation_.type == Rotation::Type::size) {
    shift_numbered(path_, rotation_.keep);
  } else {
    std::error_code ignored;
    auto const name = path_.string() + "." + stamp(now_());
    auto target = name;
    for (int n = 1; fs::exists(target, ignored); ++n) target = name + "." + std::to_string(n);
    fs::rename(path_, target, ignored);
    remove_old_stamped(path_, rotation_.keep);
  }
  open_file();
}

void FileWriter::write(std::string_view line) {
  look_for_moves();
  rotate_if_due(line.size() + 1);
  std::string whole(line);
  whole += '\n';
  if (write_all(fd_, whole))
    size_ += whole.size();
  else
    write_all(STDERR_FILENO, whole);
}

}  // namespace conductor::log
