// How stores word their answers, the same for every plugin.
#pragma once
#include "conductor/sdk/store.hpp"

namespace conductor::sdk::answers {

// A refusal of any of the answer types of store.hpp.
template <class Answer>
Answer failed(Outcome outcome, std::string text) {
  Answer answer;
  answer.outcome = outcome;
  answer.text = std::move(text);
  return answer;
}

// An applied mutation.
inline Written written(Version version) {
  Written answer;
  answer.outcome = Outcome::ok;
  answer.version = std::move(version);
  return answer;
}

// `plans 'id'`, as messages name a row.
inline std::string name_of(std::string_view table, std::string_view id) {
  return std::string(table) + " '" + std::string(id) + "'";
}

}  // namespace conductor::sdk::answers
