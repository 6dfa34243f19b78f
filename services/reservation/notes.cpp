#include "services/reservation/notes.hpp"

namespace conductor::services::reservation {

sdk::Result<std::string> notes_of(sdk::Call const& call, store::Plans& plans, store::Plan const& plan) {
  std::string text;
  // It has one when the solver noted something, or when it was handed back: what is kept is what the solver noted.
  if (plan.message.empty()) return text;
  auto const solution = plans.document(call, plan, "solution");
  if (!solution) return solution.error();
  auto const* object = solution->if_object();
  auto const* notes = object == nullptr ? nullptr : object->if_contains("notes");
  if (notes == nullptr || !notes->is_array()) return text;
  for (auto const& note : notes->get_array())
    if (note.is_string()) text.append(text.empty() ? "" : "; ").append(note.get_string());
  return text;
}

}  // namespace conductor::services::reservation
