// Users files of tests: a directory of their own, and users whose hash is cheap to check.
#pragma once
#include "services/api/users_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace conductor::services::api::test {

struct UsersFile {
  UsersFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "conductor-users-XXXXXX").string();
    path = std::filesystem::path(::mkdtemp(pattern.data())) / "users";
  }
  ~UsersFile() { std::filesystem::remove_all(path.parent_path()); }
  UsersFile(UsersFile const&) = delete;
  UsersFile& operator=(UsersFile const&) = delete;

  // With mode 600.
  void write(std::string const& text) const {
    { std::ofstream(path, std::ios::trunc) << text; }
    ::chmod(path.c_str(), 0600);
  }
  std::string read() const {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // How many files there are in its directory.
  std::size_t beside() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}));
  }

  std::filesystem::path path;
};

// The hash of the password "pass", made with the least cost that is accepted.
inline PasswordHash cheap_hash() {
  static PasswordHash const hash =
      parse_user("x:reader:scrypt$1024$1$1$MTIzNDU2Nzg=$e8lxzKkP5/KDBWypUcKQaQICg2ITBqR5jziUGNRmGu0=").value().password;
  return hash;
}

inline User user(std::string name, http::Role role) { return {std::move(name), role, cheap_hash()}; }

inline std::string line_of(std::string const& name, std::string const& role) {
  auto const line = to_line(user(name, http::Role::reader));
  return name + ":" + role + line.substr(name.size() + std::string(":reader").size());
}

}  // namespace conductor::services::api::test
