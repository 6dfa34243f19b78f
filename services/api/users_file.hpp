// The users of the API in a file (API specification 19.6): one line per user,
//
//     name:role:scrypt$16384$8$1$BASE64SALT$BASE64KEY
//
// beside empty lines and comments (`#`). Format, hashing, reading, and the one way to change it. Which user may do what
// is admission.hpp's; this unit is also for the command line.
#pragma once
#include "core/http/message.hpp"

#include "conductor/sdk/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::api {

// What scrypt (RFC 7914) made of a password.
struct PasswordHash {
  std::uint64_t cost = 16384;    // N, a power of two
  std::uint64_t block_size = 8;  // r
  std::uint64_t parallel = 1;    // p
  std::string salt, key;         // bytes
  bool operator==(PasswordHash const&) const = default;
};

// With a fresh random salt. Takes about 60 ms and 16 MiB. Throws std::runtime_error when OpenSSL fails.
PasswordHash hash_password(std::string_view password);
// Whether this is the password; compares in constant time. As costly as making the hash was.
bool matches(PasswordHash const& hash, std::string_view password);

struct User {
  std::string name;
  http::Role role = http::Role::reader;
  PasswordHash password;
};

// Why this cannot be the name of a user; nothing when it can: 1 to 255 bytes of UTF-8 without colon, control
// characters, blanks at either end or '#' at the beginning.
std::optional<std::string> unusable_user_name(std::string_view name);
// Why this cannot be a password: empty, longer than 1024 bytes, or with a control character.
std::optional<std::string> unusable_password(std::string_view password);

// One line without its end; the error says what is wrong with it and repeats no hash.
sdk::Result<User> parse_user(std::string_view line);
std::string to_line(User const& user);

// All users of the file, in its order. `not_found`: no such file. `denied`: it is no regular file, it cannot be read,
// or its mode gives more than 640 does; the text has the remedy. `invalid`: all bad lines with file and line number,
// one per line of the text; a name that stands twice is one of them.
sdk::Result<std::vector<User>> read_users(std::filesystem::path const& file);

enum class UserChange { added, changed };

// Adds the user or replaces its line; all other lines stay as they are. Whoever reads sees the old file or the new one:
// it is written beside, synced and renamed; mode, owner and group stay. Processes that change it wait for each other. A
// new file gets mode 600, or 640 and the group of its directory when root makes it. Errors: those of read_users but
// `not_found`, `invalid` for an unusable name, role or hash, `unavailable` when it cannot be written.
sdk::Result<UserChange> set_user(std::filesystem::path const& file, User const& user);
// As above. `not_found`: no such file or no such user.
sdk::Result<void> remove_user(std::filesystem::path const& file, std::string_view name);

}  // namespace conductor::services::api
