#include "file.hpp"
#include "connection.hpp"
#include "schema.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace conductor::plugins::sqlite {

using sdk::Errc;
using sdk::Error;

namespace {

struct FileSystem {
  std::uint64_t type;
  char const* name;
};
constexpr std::uint64_t fuse = 0x65735546;
constexpr std::array network_file_systems{
    FileSystem{0x6969, "NFS"},       FileSystem{0x517B, "SMB"},        FileSystem{0xFF534D42, "CIFS"},
    FileSystem{0xFE534D42, "SMB2"},  FileSystem{0x5346414F, "AFS"},    FileSystem{0x01021997, "9p"},
    FileSystem{0x00C36400, "Ceph"},  FileSystem{0x0BD00BD0, "Lustre"}, FileSystem{0x7461636F, "OCFS2"},
    FileSystem{0x01161970, "GFS2"},  FileSystem{0x73757245, "Coda"},   FileSystem{0x47504653, "GPFS"},
    FileSystem{0x786F4256, "vboxsf"}};

Error denied(std::filesystem::path const& path, std::string const& doing, int code) {
  return {Errc::unavailable,
          "store/sqlite: cannot " + doing + " " + path.string() + ": " + std::generic_category().message(code) +
              "; the directory must exist and be writable by the user that conductor runs as, or set "
              "[sqlite] path to another place"};
}

sdk::Result<void> check_file_system(std::filesystem::path const& directory, sdk::Log& log) {
  struct statfs facts {};
  if (::statfs(directory.c_str(), &facts) != 0) return denied(directory, "look at", errno);
  auto const type = static_cast<std::uint64_t>(facts.f_type) & 0xFFFFFFFFU;
  for (auto const& network : network_file_systems)
    if (type == network.type)
      return Error{Errc::unsupported, "store/sqlite: " + directory.string() + " lies on a network file system (" +
                                          network.name + "); use a local one, or another store for several hosts"};
  if (type == fuse)
    log.warning("store/sqlite: " + directory.string() +
                " is a FUSE file system; make sure that it is local, else data will be damaged");
  return {};
}

sdk::Result<void> make(std::filesystem::path const& file) {
  FileHandle made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660));
  if (made.get() >= 0) {
    // The other roles' users share a group; the umask must not lock them out.
    if (::fchmod(made.get(), 0660) != 0) return denied(file, "set the mode of", errno);
    return {};
  }
  if (errno != EEXIST) return denied(file, "create", errno);
  FileHandle const present(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (present.get() < 0) return denied(file, "open", errno);
  return {};
}

}  // namespace

sdk::Result<void> prepare_file(std::filesystem::path const& file, sdk::Log& log) {
  auto const directory = file.parent_path();
  std::error_code error;
  if (std::filesystem::create_directories(directory, error); error)
    return denied(directory, "create the directory", error.value());
  if (auto good = check_file_system(directory, log); !good) return good;
  if (::access(directory.c_str(), W_OK | X_OK) != 0) return denied(directory, "write into the directory", errno);
  auto const id = header_application_id(file);
  if (id && *id != 0 && *id != application_id)
    return Error{Errc::unsupported, "store/sqlite: " + file.string() + " belongs to another product (application id " +
                                        std::to_string(*id) + ", expected " + std::to_string(application_id) +
                                        "); nothing was changed, set [sqlite] path to another file"};
  if (auto made = make(file); !made) return made;
  return make(notify_file(file));
}

Presence::Presence(std::filesystem::path const& file) : handle_(::open(notify_file(file).c_str(), O_RDWR | O_CLOEXEC)) {
  if (handle_.get() < 0) throw std::system_error(errno, std::generic_category(), notify_file(file).string());
  if (::flock(handle_.get(), LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    auto const left_behind = std::filesystem::file_size(wal_file(file), ignored);
    unclean_ = !ignored && left_behind > 0;
  }
  if (::flock(handle_.get(), LOCK_SH) != 0)
    throw std::system_error(errno, std::generic_category(), notify_file(file).string());
}

std::string quick_check(std::filesystem::path const& file, std::stop_token const& stop) {
  Connection connection(file);
  connection.interrupt_when([stop] { return stop.stop_requested(); });
  try {
    auto statement = connection.use("PRAGMA quick_check(1)");
    std::string found = statement.step() ? std::string(statement.text(0)) : std::string();
    return found == "ok" ? std::string() : found;
  } catch (SqlError const& error) {
    if (error.primary() == SQLITE_INTERRUPT) return {};
    throw;
  }
}

}  // namespace conductor::plugins::sqlite
