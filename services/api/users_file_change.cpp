// Opening the users file with a look at its mode, and changing it in one step.
#include "services/api/users_text.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

namespace conductor::services::api {
namespace {

using sdk::Errc;
using sdk::Error;

constexpr mode_t widest = 0640;
constexpr off_t max_size = 16 << 20;

class File {
 public:
  explicit File(int number) : number_(number) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

std::string why() { return std::strerror(errno); }

std::string octal(mode_t mode) {
  std::string text;
  for (int shift = 6; shift >= 0; shift -= 3) text += static_cast<char>('0' + ((mode >> shift) & 7U));
  return text;
}

std::optional<std::string> read_all(int file) {
  std::string text;
  std::array<char, 16U << 10U> piece{};
  for (;;) {
    auto const count = ::read(file, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    auto const count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Owner, group and mode that the new file gets.
struct Rights {
  uid_t owner;
  gid_t group;
  mode_t mode;
};

Rights rights_of_new_file(int directory) {
  struct stat status {};
  // Root makes the file for the service, which reads its configuration by the group of the directory.
  if (::geteuid() == 0 && ::fstat(directory, &status) == 0 && status.st_gid != 0) return {0, status.st_gid, 0640};
  return {::geteuid(), ::getegid(), 0600};
}

// Writes beside and renames, so that a reader sees the old file or the new one, also after a power cut.
sdk::Result<void> replace(std::filesystem::path const& file, int directory, std::string const& text,
                          Rights const& rights) {
  std::string temporary = file.string() + ".XXXXXX";
  auto const fail = [&](std::string const& what) {
    Error error{Errc::unavailable, "users file " + file.string() + " cannot be written: " + what + " failed: " + why()};
    ::unlink(temporary.c_str());
    return error;
  };
  File const made(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!made)
    return Error{Errc::unavailable, "users file " + file.string() + " cannot be written: " + why() +
                                        "; its directory must be writable for whoever changes it"};
  if (::fchown(made.number(), rights.owner, rights.group) != 0) return fail("keeping its owner and group");
  if (::fchmod(made.number(), rights.mode) != 0) return fail("setting its mode");
  if (!write_all(made.number(), text) || ::fsync(made.number()) != 0) return fail("writing");
  if (::rename(temporary.c_str(), file.c_str()) != 0) return fail("renaming");
  ::fsync(directory);
  return {};
}

using Edit = std::function<sdk::Result<void>(std::vector<std::string>& lines)>;

// Under a lock of the directory: the file itself is replaced, so a lock of it would protect nothing.
sdk::Result<void> change(std::filesystem::path const& given, bool create, Edit const& edit) {
  std::error_code ignored;
  auto const resolved = std::filesystem::weakly_canonical(given, ignored);
  auto const& file = ignored ? given : resolved;
  auto const place = file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path();
  File const directory(::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory)
    return Error{Errc::unavailable, "directory " + place.string() + " of the users file cannot be opened: " + why() +
                                        "; create it or name another file"};
  while (::flock(directory.number(), LOCK_EX) != 0)
    if (errno != EINTR) return Error{Errc::unavailable, "directory " + place.string() + " cannot be locked: " + why()};

  auto opened = users_text::open(file);
  bool const fresh = !opened && opened.error().code == Errc::not_found;
  if (!opened && !(fresh && create)) return opened.error();
  auto lines = fresh ? std::vector<std::string>() : users_text::lines_of(opened->text);
  // A file with bad lines is not made worse unseen.
  if (!fresh)
    if (auto const good = users_text::parse(opened->text, file.string()); !good) return good.error();
  if (auto edited = edit(lines); !edited) return edited;
  std::string text;
  for (auto const& line : lines) text.append(line).append("\n");
  auto const rights = fresh ? rights_of_new_file(directory.number())
                            : Rights{opened->status.st_uid, opened->status.st_gid, opened->status.st_mode & 07777U};
  return replace(file, directory.number(), text, rights);
}

auto line_of(std::vector<std::string>& lines, std::string_view name) {
  return std::ranges::find_if(lines, [&](std::string const& line) {
    return users_text::is_user(line) && std::string_view(line).substr(0, line.find(':')) == name;
  });
}

}  // namespace

namespace users_text {

sdk::Result<Opened> open(std::filesystem::path const& path) {
  auto const name = "users file " + path.string();
  // Not blocking: a FIFO of that name must not hold up the start.
  File const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file && errno == ENOENT)
    return Error{Errc::not_found, name + " does not exist; add a user with: conductor user set"};
  if (!file)
    return Error{Errc::denied,
                 name + " cannot be opened: " + why() + "; it must be readable for the user of the service"};
  Opened opened{};
  if (::fstat(file.number(), &opened.status) != 0 || !S_ISREG(opened.status.st_mode))
    return Error{Errc::denied, name + " is no regular file"};
  auto const mode = opened.status.st_mode & 07777U;
  if ((mode & ~widest) != 0)
    return Error{Errc::denied,
                 name + " has mode " + octal(mode) + ", expected 600 or 640; set it with: chmod 640 " + path.string()};
  if (opened.status.st_size > max_size) return Error{Errc::denied, name + " is larger than 16 MiB"};
  auto text = read_all(file.number());
  if (!text) return Error{Errc::denied, name + " cannot be read: " + why()};
  opened.text = std::move(*text);
  return opened;
}

}  // namespace users_text

sdk::Result<UserChange> set_user(std::filesystem::path const& file, User const& user) {
  // What is written must be readable again.
  auto const line = to_line(user);
  if (auto const bad = unusable_user_name(user.name)) return Error{Errc::invalid, *bad};
  if (auto const parsed = parse_user(line); !parsed) return parsed.error();
  auto outcome = UserChange::changed;
  auto const changed = change(file, true, [&](std::vector<std::string>& lines) -> sdk::Result<void> {
    auto const found = line_of(lines, user.name);
    if (found != lines.end()) {
      *found = line;
    } else {
      lines.push_back(line);
      outcome = UserChange::added;
    }
    return {};
  });
  if (!changed) return changed.error();
  return outcome;
}

sdk::Result<void> remove_user(std::filesystem::path const& file, std::string_view name) {
  return change(file, false, [&](std::vector<std::string>& lines) -> sdk::Result<void> {
    auto const found = line_of(lines, name);
    if (found == lines.end())
      return Error{Errc::not_found, "users file " + file.string() + " has no user '" + std::string(name) + "'"};
    lines.erase(found);
    return {};
  });
}

}  // namespace conductor::services::api
