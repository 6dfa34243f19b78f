#include "services/cli/template_file.hpp"

#include "core/config/nearest.hpp"
#include "core/text/reader.hpp"
#include "services/cli/exit_code.hpp"

#include <algorithm>
#include <fstream>
#include <istream>
#include <sstream>

namespace conductor::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_bytes = 8U << 20U;  // as the server takes

// Throws Ended; `what` begins the message.
std::string content_of(fs::path const& file, std::string const& what) {
  std::error_code failed;
  if (fs::is_directory(file, failed)) throw Ended(exit_failed, what + " " + file.string() + " is a directory");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in)
    throw Ended(exit_failed, "cannot read " + what + " " + file.string() + "; is its name right and may you read it?");
  if (text.view().size() > most_bytes)
    throw Ended(exit_failed, what + " " + file.string() + " has " + std::to_string(text.view().size()) +
                                 " bytes; a request takes at most " + std::to_string(most_bytes));
  return std::move(text).str();
}

// Names that {get_file: NAME} asks for, anywhere in the tree.
void collect_files(text::Node const& node, std::vector<std::string>& names) {
  if (node.is_mapping() && node.members.size() == 1 && node.members.front().key == "get_file" &&
      node.members.front().value.is_text()) {
    std::string name(node.members.front().value.text());
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    return;
  }
  for (auto const& item : node.items) collect_files(item, names);
  for (auto const& member : node.members) collect_files(member.value, names);
}

// "name=value" in two; throws Ended.
std::pair<std::string, std::string> split(std::string const& option, std::string const& given) {
  auto const equals = given.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Ended(exit_usage,
                "--" + option + " is '" + given + "', it must be NAME=" + (option == "files" ? "PATH" : "VALUE"));
  return {given.substr(0, equals), given.substr(equals + 1)};
}

// As the template itself would have it: 3 is a number, [a, b] a list, everything else a text.
json::value parameter_value(std::string const& name, std::string const& text) {
  if (text.empty()) return "";
  auto const read = text::read_yaml(text);
  if (!read.ok())
    throw Ended(exit_usage, "--param " + name + ": the value '" + text +
                                "' cannot be read as YAML: " + read.problems().front().message +
                                "; put a text in quotes: --param '" + name + "=\"...\"'");
  return text::to_json(read.root);
}

json::object parameters_of(Invocation const& invocation) {
  json::object all;
  for (auto const& file : invocation.values("param-file"))
    for (auto& [name, value] : load_mapping(file, "parameter file")) all[name] = std::move(value);
  for (auto const& given : invocation.values("param")) {
    auto const [name, text] = split("param", given);
    all[name] = parameter_value(name, text);
  }
  return all;
}

// What the server itself reads without get_param.
bool is_known_parameter(std::string_view name) { return name == "request_type" || name == "REQUEST_TYPE"; }

void set_parameters(json::value& content, json::object const& given, TemplateContent& prepared) {
  auto* document = content.if_object();
  if (document == nullptr) return;
  auto& section = (*document)["parameters"];
  if (section.is_null()) section.emplace_object();
  auto* parameters = section.if_object();
  if (parameters == nullptr) throw Ended(exit_refused, "the section 'parameters' of the template must be a mapping");
  std::vector<std::string> names;
  for (auto const& [name, value] : *parameters) names.emplace_back(name);
  for (auto const& [name, value] : given) {
    if (!parameters->contains(name) && !is_known_parameter(name)) {
      auto const near = config::nearest(name, names);
      prepared.warnings.push_back("the template has no parameter '" + std::string(name) + "'" +
                                  (near.empty() ? "" : "; did you mean " + near + "?"));
    }
    (*parameters)[name] = value;
  }
}

std::string as_uri(fs::path const& file) {
  std::string uri = "file://";
  for (auto const& part : file.lexically_normal().relative_path()) {
    uri += '/';
    // As people write it: only what a URI cannot hold is encoded, so that the short name remains its end.
    for (char const c : part.string())
      if (static_cast<unsigned char>(c) <= 0x20U || c == '%' || c == '#' || c == '?' || c == 0x7f)
        uri += sdk::percent_encode(std::string_view(&c, 1));
      else
        uri += c;
  }
  return uri;
}

bool is_below(fs::path const& file, fs::path const& folder) {
  auto const [rest, end] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return rest == folder.end() || (std::next(rest) == folder.end() && rest->empty());
}

[[noreturn]] void refuse_file(std::string const& name, std::string const& why) {
  throw Ended(exit_refused, "the template asks for the file '" + name + "', " + why +
                                "; when that is meant, say where it is: --files '" + name + "=PATH'");
}

// The file of that name beside the template.
fs::path locate(std::string const& name, fs::path const& folder) {
  constexpr std::string_view scheme = "file://";
  bool const is_uri = name.starts_with(scheme);
  if (!is_uri && name.find("://") != std::string::npos) refuse_file(name, "which is no file of this machine");
  fs::path const given(is_uri ? name.substr(scheme.size()) : name);
  std::error_code failed;
  // Links are followed first: one that leads out of the folder leads out.
  auto const base = fs::canonical(folder, failed);
  auto const file = fs::weakly_canonical(given.is_absolute() ? given : folder / given, failed);
  if (!is_below(file, base)) refuse_file(name, "which is not in the template's folder or below it");
  return given.is_absolute() ? given : folder / given;
}

// The key under which the server finds it: the absolute URI, as long as the short name is its end; else the name as the
// template has it.
std::string key_of(std::string const& name, fs::path const& file) {
  if (name.starts_with("file://")) return name;
  auto const uri = as_uri(file);
  return uri.ends_with("/" + name) ? uri : name;
}

json::object files_of(TemplateFile const& file, Invocation const& invocation, json::value const* parameters) {
  std::vector<std::string> names;
  collect_files(file.root, names);
  if (parameters != nullptr) collect_files(text::from_json(*parameters), names);
  json::object files;
  std::vector<std::string> given;
  for (auto const& option : invocation.values("files")) {
    auto const [name, path] = split("files", option);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      auto const near = config::nearest(name, names);
      throw Ended(exit_usage, "--files names '" + name + "', but the template asks for no such file" +
                                  (near.empty() ? "" : "; did you mean " + near + "?"));
    }
    files[name] = content_of(path, "the file");
    given.push_back(name);
  }
  for (auto const& name : names) {
    if (std::find(given.begin(), given.end(), name) != given.end()) continue;
    auto const path = locate(name, file.folder);
    // Where one name is the end of another the server could not tell them apart; the name itself goes before.
    bool const ambiguous =
        std::any_of(names.begin(), names.end(), [&](std::string const& other) { return other.ends_with("/" + name); });
    files[ambiguous ? name : key_of(name, path)] = content_of(path, "the template's file");
  }
  return files;
}

}  // namespace

json::object load_mapping(std::string const& file, std::string const& what) {
  auto const text = content_of(file, what);
  auto const read = text::read_json_or_yaml(text);
  if (!read.ok()) {
    auto const problem = read.problems().front();
    throw Ended(exit_refused, file + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " +
                                  problem.message);
  }
  auto content = text::to_json(read.root);
  if (!content.is_object())
    throw Ended(exit_refused, what + " " + file + " has " + std::string(text::to_string(read.root.kind)) +
                                  " where a mapping is expected");
  return std::move(content.as_object());
}

TemplateFile load_template(std::string const& given, Console& console) {
  TemplateFile file;
  if (given == "-") {
    std::ostringstream text;
    text << console.in.rdbuf();
    file.name = "<stdin>";
    file.folder = fs::current_path();
    file.text = std::move(text).str();
    if (file.text.size() > most_bytes) throw Ended(exit_failed, "the template on standard input is larger than 8 MiB");
  } else {
    file.name = given;
    file.folder = fs::absolute(given).lexically_normal().parent_path();
    file.text = content_of(given, "the template");
  }
  auto read = text::read_json_or_yaml(file.text);
  file.problems = read.problems();
  file.root = std::move(read.root);
  return file;
}

std::vector<Option> template_options() {
  return {{.name = "param",
           .letter = 'p',
           .value = "NAME=VALUE",
           .help = "Value of a parameter of the template, written as in YAML.",
           .repeats = true},
          {.name = "param-file",
           .value = "FILE",
           .help = "Values of parameters: a YAML or JSON mapping. --param wins.",
           .repeats = true,
           .file = true},
          {.name = "files",
           .value = "NAME=PATH",
           .help = "Where the file is that the template calls NAME ({get_file: NAME}), when it is not below the "
                   "template's folder.",
           .repeats = true,
           .file = true}};
}

TemplateContent prepare(TemplateFile const& file, Invocation const& invocation) {
  TemplateContent prepared;
  auto const parameters = parameters_of(invocation);
  if (parameters.empty()) {
    // The text itself, so that the server's messages have lines and columns.
    prepared.content = file.text;
  } else {
    prepared.content = text::to_json(file.root);
    set_parameters(prepared.content, parameters, prepared);
  }
  json::value const given(parameters);
  prepared.files = files_of(file, invocation, parameters.empty() ? nullptr : &given);
  return prepared;
}

}  // namespace conductor::cli
