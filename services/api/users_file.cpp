// Lines of the users file, and reading it.
#include "services/api/users_file.hpp"

#include "core/http/auth.hpp"
#include "core/http/target.hpp"
#include "services/api/users_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <map>

namespace conductor::services::api {
namespace {

using sdk::Errc;
using sdk::Error;

constexpr std::string_view form = "name:role:scrypt$N$r$p$SALT$KEY";
constexpr std::size_t max_name = 255, max_password = 1024;

Error malformed(std::string what) { return Error{Errc::invalid, std::move(what)}; }

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Bounds, so that a line of the file cannot take all memory or seconds of each login.
std::optional<std::string> unusable(PasswordHash const& hash) {
  if (!std::has_single_bit(hash.cost) || hash.cost < 1024 || hash.cost > 131072)
    return "N is " + std::to_string(hash.cost) + ", expected a power of two from 1024 to 131072";
  if (hash.block_size < 1 || hash.block_size > 16)
    return "r is " + std::to_string(hash.block_size) + ", expected 1 to 16";
  if (hash.parallel < 1 || hash.parallel > 16) return "p is " + std::to_string(hash.parallel) + ", expected 1 to 16";
  if (hash.salt.size() < 8 || hash.salt.size() > 64)
    return "the salt has " + std::to_string(hash.salt.size()) + " bytes, expected 8 to 64";
  if (hash.key.size() < 16 || hash.key.size() > 64)
    return "the key has " + std::to_string(hash.key.size()) + " bytes, expected 16 to 64";
  return std::nullopt;
}

sdk::Result<PasswordHash> parse_hash(std::string_view text) {
  auto const parts = split(text, '$');
  if (parts.size() != 6 || parts[0] != "scrypt")
    return malformed("the hash is not of the form scrypt$N$r$p$SALT$KEY; make it with: conductor user set");
  auto const cost = number(parts[1]), block_size = number(parts[2]), parallel = number(parts[3]);
  if (!cost || !block_size || !parallel) return malformed("N, r and p of the hash must be numbers");
  auto const salt = http::base64_decode(parts[4]), key = http::base64_decode(parts[5]);
  if (!salt || !key) return malformed("salt and key of the hash must be base64 with padding");
  PasswordHash hash{.cost = *cost, .block_size = *block_size, .parallel = *parallel, .salt = *salt, .key = *key};
  if (auto const bad = unusable(hash)) return malformed(*bad);
  return hash;
}

std::optional<http::Role> role_of_user(std::string_view name) {
  auto const role = http::role_from(name);
  return role == http::Role::anonymous ? std::nullopt : role;
}

}  // namespace

std::optional<std::string> unusable_user_name(std::string_view name) {
  if (name.empty()) return "the user name is empty";
  if (name.size() > max_name)
    return "the user name has " + std::to_string(name.size()) + " bytes, at most " + std::to_string(max_name) +
           " are allowed";
  if (name.find(':') != name.npos) return "the user name has a colon, which ends it in basic authentication";
  if (has_control(name)) return "the user name has a control character";
  if (!http::is_utf8(name)) return "the user name is not UTF-8";
  if (name.front() == '#' || name.front() == ' ' || name.back() == ' ')
    return "the user name must not begin with '#' or a blank, nor end with a blank";
  return std::nullopt;
}

std::optional<std::string> unusable_password(std::string_view password) {
  if (password.empty()) return "the password is empty";
  if (password.size() > max_password)
    return "the password has " + std::to_string(password.size()) + " bytes, at most " + std::to_string(max_password) +
           " are allowed";
  if (has_control(password)) return "the password has a control character, which basic authentication does not allow";
  return std::nullopt;
}

sdk::Result<User> parse_user(std::string_view line) {
  auto const parts = split(line, ':');
  if (parts.size() != 3) return malformed("expected " + std::string(form));
  if (auto const bad = unusable_user_name(parts[0])) return malformed(*bad);
  auto const role = role_of_user(parts[1]);
  if (!role) return malformed("the role must be reader, submitter, operator or admin");
  auto hash = parse_hash(parts[2]);
  if (!hash) return hash.error();
  return User{.name = std::string(parts[0]), .role = *role, .password = std::move(*hash)};
}

std::string to_line(User const& user) {
  std::string line = user.name;
  line.append(":").append(http::to_string(user.role)).append(":scrypt");
  for (auto const value : {user.password.cost, user.password.block_size, user.password.parallel})
    line.append("$").append(std::to_string(value));
  line.append("$").append(http::base64_encode(user.password.salt));
  line.append("$").append(http::base64_encode(user.password.key));
  return line;
}

namespace users_text {

bool is_user(std::string_view line) { return line.find_first_not_of(" \t") != line.npos && line.front() != '#'; }

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

sdk::Result<std::vector<User>> parse(std::string const& text, std::string const& file) {
  std::vector<User> users;
  std::map<std::string, std::size_t> seen;
  std::string problems;
  std::size_t number = 0;
  for (auto const& line : lines_of(text)) {
    ++number;
    if (!is_user(line)) continue;
    auto user = parse_user(line);
    std::string bad = user ? "" : user.error().text;
    if (user)
      if (auto const [first, fresh] = seen.emplace(user->name, number); !fresh)
        bad = "the user stands in line " + std::to_string(first->second) + " already";
    if (bad.empty())
      users.push_back(std::move(*user));
    else
      problems.append(problems.empty() ? "" : "\n").append(file + ":" + std::to_string(number) + ": " + bad);
  }
  if (!problems.empty()) return malformed(problems);
  return users;
}

}  // namespace users_text

sdk::Result<std::vector<User>> read_users(std::filesystem::path const& file) {
  auto const opened = users_text::open(file);
  if (!opened) return opened.error();
  return users_text::parse(opened->text, file.string());
}

}  // namespace conductor::services::api
