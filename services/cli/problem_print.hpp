// Problems of templates, printed as compilers do: file:line:column: message, what is expected, what may be meant.
#pragma once
#include "services/cli/template_file.hpp"

namespace conductor::cli {

// A list of problems as the API has them (API specification 19.3), with line and column from the file where the list
// has none.
json::array placed(json::array const& problems, TemplateFile const& file);

// `kind`: "error" or "warning".
void print_problems(std::ostream& out, json::array const& problems, std::string const& file, std::string const& kind);

}  // namespace conductor::cli
