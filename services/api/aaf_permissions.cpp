// Permissions as texts: configured ones, and those that AAF answers with.
#include "services/api/aaf.hpp"

#include <algorithm>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

std::string trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

sdk::Result<AafPermission> permission_of(json::value const& value) {
  AafPermission permission;
  auto const* object = value.if_object();
  if (object == nullptr) return Error{Errc::invalid, "a permission must be an object with type, instance and action"};
  for (auto const& [key, field] : {std::pair{"type", &permission.type}, std::pair{"instance", &permission.instance},
                                   std::pair{"action", &permission.action}}) {
    auto const* found = object->if_contains(key);
    if (found == nullptr || !found->is_string())
      return Error{Errc::invalid, "a permission needs the text '" + std::string(key) + "'"};
    field->assign(found->as_string());
  }
  return permission;
}

sdk::Result<std::vector<AafPermission>> permissions_of(json::array const& values) {
  std::vector<AafPermission> all;
  for (auto const& value : values) {
    auto one = permission_of(value);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  return all;
}

sdk::Result<AafPermission> short_form(std::string const& text) {
  auto const first = text.find('|'), second = text.find('|', first == text.npos ? first : first + 1);
  if (second == text.npos || text.find('|', second + 1) != text.npos)
    return Error{Errc::invalid, "'" + text + "' is not of the form type|instance|action"};
  return AafPermission{trimmed(text.substr(0, first)), trimmed(text.substr(first + 1, second - first - 1)),
                       trimmed(text.substr(second + 1))};
}

sdk::Result<std::vector<AafPermission>> short_forms(std::string_view text) {
  std::vector<AafPermission> all;
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const end = std::min(text.find(',', begin), text.size());
    auto const item = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    if (item.empty()) continue;
    auto one = short_form(item);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  return all;
}

sdk::Result<std::vector<AafPermission>> configured(std::string const& text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return short_forms(text);
  boost::system::error_code failed;
  auto const value = json::parse(text, failed);
  if (failed) return Error{Errc::invalid, "it is no JSON: " + failed.message()};
  return value.is_array() ? permissions_of(value.get_array()) : permissions_of(json::array{value});
}

}  // namespace

sdk::Result<std::vector<AafPermission>> parse_permissions(std::string_view text) {
  auto all = configured(trimmed(text));
  std::string bad = all ? "" : all.error().text;
  if (all && all->empty()) bad = "it names no permission, so that nobody could come in";
  for (auto const& one : all ? *all : std::vector<AafPermission>())
    if (one.type.empty() || one.instance.empty() || one.action.empty())
      bad = "type, instance and action of a permission must not be empty";
  if (bad.empty()) return all;
  return Error{Errc::invalid,
               bad + R"(; expected {"type": "...", "instance": "*", "action": "*"} or an array of these)"};
}

sdk::Result<std::vector<AafPermission>> read_answer(std::string_view body) {
  boost::system::error_code failed;
  auto const document = json::parse(body, failed);
  if (failed || !document.is_object())
    return Error{Errc::invalid, "the answer is no JSON object" + (failed ? ": " + failed.message() : std::string())};
  auto const* held = document.get_object().if_contains("perm");
  if (held == nullptr) return std::vector<AafPermission>();
  if (!held->is_array()) return Error{Errc::invalid, "'perm' of the answer is no list"};
  return permissions_of(held->get_array());
}

bool permits(std::vector<AafPermission> const& held, std::vector<AafPermission> const& accepted) {
  auto const same = [](std::string const& has, std::string const& wanted) { return wanted == "*" || has == wanted; };
  return std::ranges::any_of(accepted, [&](AafPermission const& wanted) {
    return std::ranges::any_of(held, [&](AafPermission const& has) {
      return has.type == wanted.type && same(has.instance, wanted.instance) && same(has.action, wanted.action);
    });
  });
}

}  // namespace conductor::services::api
