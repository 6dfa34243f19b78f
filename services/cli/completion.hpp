// Completion of command lines.
#pragma once
#include "services/cli/command.hpp"

#include <string>

namespace conductor::cli {

// A bash script that completes commands, options, choices and files of this table. Choices may have blanks.
std::string bash_completion(Commands const& all);

}  // namespace conductor::cli
