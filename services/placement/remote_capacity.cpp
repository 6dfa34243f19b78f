#include "services/placement/remote_capacity.hpp"

#include "core/model/data_topic.hpp"

#include <algorithm>

namespace conductor::services::placement {
namespace {

namespace topic = model::data_topic;

sdk::Error unexpected(char const* method, json::value const& seen, std::string const& expected) {
  return {sdk::Errc::internal, "the data service answered " + std::string(method) + " with " + shown(seen) + "; " +
                                   expected + " was expected"};
}

// The objects of the list `checks` of an answer, one for each question.
sdk::Result<std::vector<json::object const*>> checks_in(json::value const& answer, char const* method,
                                                        std::size_t wanted) {
  auto const* list = answer.is_object() ? answer.get_object().if_contains("checks") : nullptr;
  auto const expected = "a list 'checks' of " + std::to_string(wanted) + " objects";
  if (!list || !list->is_array() || list->get_array().size() != wanted) return unexpected(method, answer, expected);
  std::vector<json::object const*> checks;
  for (auto const& each : list->get_array()) {
    if (!each.is_object()) return unexpected(method, each, expected);
    checks.push_back(&each.get_object());
  }
  return checks;
}

json::array const& list_in(json::object const& object, std::string_view name) {
  static json::array const none;
  auto const* value = object.if_contains(name);
  return value && value->is_array() ? value->get_array() : none;
}

std::set<std::string> texts_in(json::object const& object, std::string_view name) {
  std::set<std::string> texts;
  for (auto const& each : list_in(object, name))
    if (auto text = text_in(each)) texts.insert(std::move(*text));
  return texts;
}

json::object document_of(VimCheck const& check) {
  std::string asker;
  for (auto const& name : check.askers) asker.append(asker.empty() ? "constraint " : ", ").append(name);
  return {{"asker", asker},
          {"vcpus", check.need.vcpus},
          {"memory_gb", check.need.memory_gb},
          {"storage_gb", check.need.storage_gb},
          {"vim_ids", json::array(check.ids.begin(), check.ids.end())}};
}

json::object document_of(FitCheck const& check) {
  json::array candidates;
  for (auto const& [key, document] : check.candidates) {
    // Large, and of no use to whom is asked.
    auto& candidate = candidates.emplace_back(json::object()).get_object();
    for (auto const& [name, value] : *document)
      if (!topic::is_hardware(name)) candidate[name] = value;
  }
  return {{"controller", check.controller},     {"constraint_name", check.name},
          {"constraint_type", check.type},      {"demand", check.demand},
          {"request_type", check.request_type}, {"request", *check.request},
          {"candidates", std::move(candidates)}};
}

FitAnswer answer_of(FitCheck const& check, json::object const& given) {
  FitAnswer answer{{}, texts_in(given, "unchecked")};
  std::vector<FitVerdict*> by_position;
  for (auto const& [key, document] : check.candidates) by_position.push_back(&answer.verdicts[key]);
  for (auto const& each : list_in(given, "room"))
    if (auto const position = number_in(each);
        position && *position >= 0 && *position < static_cast<double>(by_position.size()))
      by_position[static_cast<std::size_t>(*position)]->room = true;
  if (auto const* reasons = member(given, "reasons"); reasons && reasons->is_object())
    for (std::size_t i = 0; i < by_position.size(); ++i)
      by_position[i]->reason = text_of(reasons->get_object(), std::to_string(i));
  return answer;
}

template <class Checks>
json::value arguments_of(Checks const& checks) {
  json::array list;
  for (auto const& check : checks) list.push_back(document_of(check));
  return json::object{{"checks", std::move(list)}};
}

}  // namespace

sdk::Result<std::vector<VimAnswer>> Remote::vims_with_capacity(sdk::Call const&, std::vector<VimCheck> const&) {
  return sdk::Error{sdk::Errc::unsupported, "nobody can be asked for the capacity of VIMs"};
}
sdk::Result<std::vector<FitAnswer>> Remote::candidates_with_capacity(sdk::Call const&, std::vector<FitCheck> const&) {
  return sdk::Error{sdk::Errc::unsupported, "nobody can be asked for the capacity of candidates"};
}

sdk::Result<std::vector<VimAnswer>> RpcRemote::vims_with_capacity(sdk::Call const& call,
                                                                  std::vector<VimCheck> const& checks) {
  auto const answer = bus_.call(call, topic::topic, topic::vims_with_capacity, arguments_of(checks));
  if (!answer) return answer.error();
  auto const found = checks_in(*answer, topic::vims_with_capacity, checks.size());
  if (!found) return found.error();
  std::vector<VimAnswer> answers;
  for (auto const* each : *found) answers.push_back({texts_in(*each, "vim_ids"), texts_in(*each, "unchecked")});
  return answers;
}

sdk::Result<std::vector<FitAnswer>> RpcRemote::candidates_with_capacity(sdk::Call const& call,
                                                                        std::vector<FitCheck> const& checks) {
  auto const answer = bus_.call(call, topic::topic, topic::candidates_with_capacity, arguments_of(checks));
  if (!answer) return answer.error();
  auto const found = checks_in(*answer, topic::candidates_with_capacity, checks.size());
  if (!found) return found.error();
  std::vector<FitAnswer> answers;
  for (std::size_t i = 0; i < checks.size(); ++i) answers.push_back(answer_of(checks[i], *(*found)[i]));
  return answers;
}

sdk::Result<void> fetch_capacity(sdk::Call const& call, Remote& remote, Questions const& questions, Answers& answers) {
  if (!questions.vims.empty()) {
    std::vector<VimCheck> checks;
    for (auto const& [need, check] : questions.vims) checks.push_back(check);
    auto found = remote.vims_with_capacity(call, checks);
    if (!found) return found.error();
    for (std::size_t i = 0; i < checks.size(); ++i) {
      auto& known = answers.vims[checks[i].need];
      known.ids.merge((*found)[i].ids);
      known.unchecked.merge((*found)[i].unchecked);
    }
  }
  if (!questions.fits.empty()) {
    std::vector<FitCheck> checks;
    for (auto const& [key, check] : questions.fits) checks.push_back(check);
    auto found = remote.candidates_with_capacity(call, checks);
    if (!found) return found.error();
    for (std::size_t i = 0; i < checks.size(); ++i) {
      auto& known = answers.fits[{checks[i].name, checks[i].demand}];
      known.verdicts.merge((*found)[i].verdicts);
      known.unchecked.merge((*found)[i].unchecked);
    }
  }
  return {};
}

sdk::Result<json::object> RememberingRemote::remember(Known& known, std::set<std::string> const& items,
                                                      Ask const& ask) {
  std::set<std::string> open;
  std::set_difference(items.begin(), items.end(), known.asked.begin(), known.asked.end(),
                      std::inserter(open, open.end()));
  if (!open.empty()) {
    auto found = ask(open);
    if (!found) return found.error();
    for (auto& [name, value] : *found) known.answer[name] = std::move(value);
    known.asked.merge(open);
  }
  json::object answer;
  for (auto const& item : items)
    if (auto const* value = known.answer.if_contains(item)) answer[item] = *value;
  return answer;
}

sdk::Result<json::object> RememberingRemote::latency_rules(sdk::Call const& call) {
  if (!latency_rules_) {
    auto found = remote_.latency_rules(call);
    if (!found) return found.error();
    latency_rules_ = std::move(*found);
  }
  return *latency_rules_;
}

sdk::Result<std::vector<VimAnswer>> RememberingRemote::vims_with_capacity(sdk::Call const& call,
                                                                          std::vector<VimCheck> const& checks) {
  std::vector<VimCheck> open;
  for (auto const& check : checks) {
    auto rest = check;
    std::erase_if(rest.ids, [&](auto const& id) { return vims_[check.need].asked.contains(id); });
    if (!rest.ids.empty()) open.push_back(std::move(rest));
  }
  if (!open.empty()) {
    auto found = remote_.vims_with_capacity(call, open);
    if (!found) return found.error();
    for (std::size_t i = 0; i < open.size(); ++i) {
      auto& known = vims_[open[i].need];
      known.asked.merge(open[i].ids);
      known.answer.ids.merge((*found)[i].ids);
      known.answer.unchecked.merge((*found)[i].unchecked);
    }
  }
  std::vector<VimAnswer> answers;
  for (auto const& check : checks) {
    auto answer = vims_[check.need].answer;
    std::erase_if(answer.ids, [&](auto const& id) { return !check.ids.contains(id); });
    answers.push_back(std::move(answer));
  }
  return answers;
}

sdk::Result<std::vector<FitAnswer>> RememberingRemote::candidates_with_capacity(sdk::Call const& call,
                                                                                std::vector<FitCheck> const& checks) {
  std::vector<FitCheck> open;
  for (auto const& check : checks) {
    auto rest = check;
    auto const& known = fits_[{check.name, check.demand}].verdicts;
    std::erase_if(rest.candidates, [&](auto const& each) { return known.contains(each.first); });
    if (!rest.candidates.empty()) open.push_back(std::move(rest));
  }
  if (!open.empty()) {
    auto found = remote_.candidates_with_capacity(call, open);
    if (!found) return found.error();
    for (std::size_t i = 0; i < open.size(); ++i) {
      auto& known = fits_[{open[i].name, open[i].demand}];
      known.verdicts.merge((*found)[i].verdicts);
      known.unchecked.merge((*found)[i].unchecked);
    }
  }
  std::vector<FitAnswer> answers;
  for (auto const& check : checks) {
    auto answer = fits_[{check.name, check.demand}];
    std::erase_if(answer.verdicts, [&](auto const& each) { return !check.candidates.contains(each.first); });
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace conductor::services::placement
