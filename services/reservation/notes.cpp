#include "services/reservation/notes.hpp"

#include "services/constraints/table.hpp"

#include <algorithm>

namespace conductor::services::reservation {
namespace {

namespace json = boost::json;

json::value const* member(json::value const* parent, std::string_view name) {
  auto const* object = parent == nullptr ? nullptr : parent->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

// Checks by controllers that may not have been made.
bool may_have_notes(json::value const& translation) {
  auto const* constraints = member(member(&translation, "conductor_solver"), "constraints");
  if (constraints == nullptr || !constraints->is_object()) return false;
  return std::ranges::any_of(constraints->get_object(), [&](auto const& entry) {
    auto const* type = member(&entry.value(), "type");
    auto const* known = type != nullptr && type->is_string() ? constraints::find_type(type->get_string()) : nullptr;
    return known != nullptr && known->stage == constraints::Stage::late;
  });
}

}  // namespace

sdk::Result<std::string> notes_of(sdk::Call const& call, store::Plans& plans, store::Plan const& plan,
                                  json::value const& translation) {
  std::string text;
  if (!may_have_notes(translation)) return text;
  auto const solution = plans.document(call, plan, "solution");
  if (!solution) return solution.error();
  auto const* notes = member(&*solution, "notes");
  if (notes == nullptr || !notes->is_array()) return text;
  for (auto const& note : notes->get_array())
    if (note.is_string()) text.append(text.empty() ? "" : "; ").append(note.get_string());
  return text;
}

}  // namespace conductor::services::reservation
