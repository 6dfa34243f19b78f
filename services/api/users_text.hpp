// The users file as text. Internal to users_file.hpp.
#pragma once
#include "services/api/users_file.hpp"

#include <sys/stat.h>

namespace conductor::services::api::users_text {

struct Opened {
  std::string text;
  struct stat status;
};
// Reads the file after a look at its kind, its mode and its size (at most 16 MiB). Errors: those of read_users.
sdk::Result<Opened> open(std::filesystem::path const& file);

// Without line ends.
std::vector<std::string> lines_of(std::string const& text);
// Neither empty nor a comment.
bool is_user(std::string_view line);
// `file` is for the errors.
sdk::Result<std::vector<User>> parse(std::string const& text, std::string const& file);

}  // namespace conductor::services::api::users_text
