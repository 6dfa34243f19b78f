#include "services/reservation/reserve.hpp"

#include "core/model/data_topic.hpp"
#include "core/model/status.hpp"
#include "services/reservation/notes.hpp"

#include <algorithm>

namespace conductor::services::reservation {

namespace {

using boost::json::object;
using boost::json::value;
using sdk::Errc;
using sdk::Error;

object const* object_in(object const& from, std::string_view key) {
  auto const* found = from.if_contains(key);
  return found == nullptr ? nullptr : found->if_object();
}

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::vector<std::string> reservations_of(value const& translation) {
  std::vector<std::string> names;
  auto const* root = translation.if_object();
  auto const* solver = root == nullptr ? nullptr : object_in(*root, "conductor_solver");
  auto const* section = solver == nullptr ? nullptr : object_in(*solver, "reservations");
  auto const* entries = section == nullptr ? nullptr : object_in(*section, "demands");
  if (entries == nullptr) return names;
  // One entry per reservation and demand; people know the reservation's own name.
  for (auto const& [key, entry] : *entries) {
    auto const* fields = entry.if_object();
    auto const* name = fields == nullptr ? nullptr : fields->if_contains("name");
    std::string text(name != nullptr && name->is_string() ? std::string_view(name->get_string())
                                                          : std::string_view(key));
    if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(std::move(text));
  }
  return names;
}

sdk::Result<std::vector<std::string>> Reserve::controllers(sdk::Call const& call) {
  auto const described = bus_.call(call, model::data_topic::topic, model::data_topic::describe, object());
  if (!described) return described.error();
  std::vector<std::string> names;
  auto const* answer = described->if_object();
  auto const* list = answer == nullptr ? nullptr : answer->if_contains("service_controllers");
  if (list == nullptr || !list->is_array())
    return Error{Errc::internal, "the answer of data.describe has no list 'service_controllers'"};
  for (auto const& name : list->get_array())
    if (name.is_string()) names.emplace_back(name.get_string());
  return names;
}

sdk::Result<workflow::Finish> Reserve::handle(sdk::Call const& call, store::Plan const& plan) {
  auto const translation = plans_.shared_document(call, plan, "translation");
  if (!translation) return translation.error();
  auto const wanted = reservations_of(**translation);
  if (wanted.empty()) {
    auto notes = notes_of(call, plans_, plan, **translation);
    if (!notes) return notes.error();
    return workflow::Finish{.status = std::string(model::status::done), .message = std::move(*notes)};
  }
  auto const configured = controllers(call);
  if (!configured) return configured.error();
  auto const asked = "Plan " + plan.id + " asks for reservations (" + joined(wanted) + "), ";
  if (configured->empty())
    return Error{Errc::unsupported, asked +
                                        "but no service controller is configured; name one in [service_controller] "
                                        "extensions, or leave the section reservations out of the template"};
  return Error{Errc::unsupported, asked + "but this release does not support reservations yet, although " +
                                      joined(*configured) +
                                      " is configured; leave the section reservations out of the template"};
}

}  // namespace conductor::services::reservation
