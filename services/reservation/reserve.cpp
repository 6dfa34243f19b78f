#include "services/reservation/reserve.hpp"

#include "core/model/data_topic.hpp"
#include "core/model/reservations.hpp"
#include "core/model/status.hpp"
#include "services/reservation/notes.hpp"

namespace conductor::services::reservation {

namespace {

using boost::json::object;
using boost::json::value;
using sdk::Errc;
using sdk::Error;

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

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
  auto const wanted = model::reservations_of(**translation);
  // The solver ends these itself; one that a release before this one has solved may be left.
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
