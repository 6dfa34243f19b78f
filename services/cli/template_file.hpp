// A homing template as a client sends it: read from a file with the places of its elements, parameters set from the
// command line, and the files that it names (template specification 3.3).
#pragma once
#include "services/cli/command.hpp"

#include "core/text/node.hpp"
#include "core/text/problem.hpp"

#include <boost/json.hpp>

#include <filesystem>

namespace conductor::cli {

namespace json = boost::json;

struct TemplateFile {
  std::string name;              // as messages call it: the file as given, or "<stdin>"
  std::filesystem::path folder;  // absolute, what relative names in it start from
  std::string text;
  text::Node root;
  text::Problems problems;  // it cannot be read: nothing else is set but name and text
};

// `given`: a file, or "-" for standard input. Throws Ended when it cannot be read.
TemplateFile load_template(std::string const& given, Console& console);

// The options of commands that take a template: --param, --param-file, --files.
std::vector<Option> template_options();

// What goes into a request.
struct TemplateContent {
  json::value content;  // the text as it is, or, with parameters from the command line, the document with them
  json::object files;   // {"file:///absolute/name": text}
  std::vector<std::string> warnings;  // parameters that the template does not declare
};

// Sets parameters and reads the files that {get_file: NAME} asks for: relative to the template and below its folder.
// Other ones only when --files NAME=PATH says where they are, so that a template from somebody else cannot pick files
// of whoever submits it. Throws Ended.
TemplateContent prepare(TemplateFile const& file, Invocation const& invocation);

// Reads a JSON or YAML file that must be a mapping. Throws Ended.
json::object load_mapping(std::string const& file, std::string const& what);

}  // namespace conductor::cli
