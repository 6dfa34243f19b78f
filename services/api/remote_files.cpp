#include "services/api/remote_files.hpp"

#include "core/text/reader.hpp"
#include "services/api/request_text.hpp"

#include <algorithm>

namespace conductor::services::api {

namespace json = boost::json;

namespace {

constexpr std::size_t most_bytes = 8U << 20U;

bool is_url(std::string_view name) { return name.starts_with("https://") || name.starts_with("http://"); }

void collect(text::Node const& node, json::object const& files, std::vector<std::string>& found) {
  if (node.is_mapping() && node.members.size() == 1 && node.members.front().key == "get_file") {
    auto const name = node.members.front().value.text();
    bool const known = files.contains(name) || std::find(found.begin(), found.end(), name) != found.end();
    if (is_url(name) && !known) found.emplace_back(name);
    return;
  }
  for (auto const& item : node.items) collect(item, files, found);
  for (auto const& member : node.members) collect(member.value, files, found);
}

// Most templates name no file; they need no second reading.
bool may_name_files(json::value const& given) {
  if (auto const* object = given.if_object())
    return std::any_of(object->begin(), object->end(),
                       [](auto const& member) { return member.key() == "get_file" || may_name_files(member.value()); });
  if (auto const* array = given.if_array()) return std::any_of(array->begin(), array->end(), may_name_files);
  return false;
}

json::object files_of(PlanRequest const& request) {
  auto const* document = request.plan.template_document.if_object();
  auto const* files = document == nullptr ? nullptr : document->if_contains("files");
  return files == nullptr || !files->is_object() ? json::object() : files->as_object();
}

json::value const* template_of(PlanRequest const& request) {
  auto const* document = request.plan.template_document.if_object();
  return document == nullptr ? nullptr : document->if_contains("template");
}

}  // namespace

std::vector<std::string> remote_files(json::value const& given, json::object const& files) {
  std::vector<std::string> found;
  if (auto const* content = given.if_string()) {
    if (content->find("get_file") != json::string::npos) collect(text::read_json_or_yaml(*content).root, files, found);
  } else if (may_name_files(given)) {
    collect(text::from_json(given), files, found);
  }
  return found;
}

bool has_remote(PlanRequest const& request) {
  if (!request.template_url.empty()) return true;
  auto const* given = template_of(request);
  return given != nullptr && !remote_files(*given, files_of(request)).empty();
}

sdk::Result<void> fetch_remote(sdk::Call const& call, sdk::Clock& clock, PlanRequest& request, RemoteRules const& rules,
                               RemoteClients const& clients) {
  auto& document = request.plan.template_document.is_object() ? request.plan.template_document.as_object()
                                                              : request.plan.template_document.emplace_object();
  if (!request.template_url.empty()) {
    auto fetched = fetch_text(call, clock, request.template_url, rules, clients);
    if (!fetched) return sdk::Error{sdk::Errc::invalid, "-> template_url: " + fetched.error().text};
    if (auto good = check_template_text(*fetched); !good)
      return sdk::Error{sdk::Errc::invalid, "-> template_url: " + good.error().text};
    document["template"] = *fetched;
  }
  auto const* given = document.if_contains("template");
  if (given == nullptr) return {};
  auto files = files_of(request);
  auto const names = remote_files(*given, files);
  if (names.size() > most_remote_files)
    return sdk::Error{sdk::Errc::invalid, "The template names " + std::to_string(names.size()) +
                                              " files by URL; at most " + std::to_string(most_remote_files) +
                                              " are fetched"};
  std::size_t bytes = 0;
  for (auto const& name : names) {
    auto fetched = fetch_text(call, clock, name, rules, clients);
    if (!fetched) return sdk::Error{sdk::Errc::invalid, "get_file: " + fetched.error().text};
    bytes += fetched->size();
    if (bytes > most_bytes)
      return sdk::Error{sdk::Errc::invalid, "The files that the template names by URL have more than 8 MiB together"};
    files[name] = std::move(*fetched);
  }
  if (!names.empty()) document["files"] = std::move(files);
  return {};
}

}  // namespace conductor::services::api
