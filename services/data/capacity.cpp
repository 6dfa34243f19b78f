#include "services/data/capacity.hpp"

#include "conductor/sdk/checked_peer.hpp"
#include "core/work/parallel.hpp"
#include "services/data/requests.hpp"

#include <algorithm>

namespace conductor::services::data {

namespace json = boost::json;
namespace topic = model::data_topic;
using sdk::Errc;
using sdk::Error;

namespace {

std::optional<double> number_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr || !value->is_number() ? std::nullopt : std::optional(value->to_number<double>());
}

json::array to_array(std::vector<std::string> const& texts) { return json::array(texts.begin(), texts.end()); }

std::string names_of(auto const& plugins) {
  std::string names;
  for (auto const& [name, plugin] : plugins) names.append(names.empty() ? "" : ", ").append(name);
  return names.empty() ? "none" : names;
}

sdk::Result<sdk::VimQuestion> vim_question(json::object const& check) {
  auto const expected = bad_request(
      topic::vims_with_capacity, "numbers vcpus, memory_gb and storage_gb of at least 0 and a list vim_ids of texts");
  sdk::VimQuestion question;
  auto const vcpus = number_of(check, "vcpus"), memory = number_of(check, "memory_gb"),
             storage = number_of(check, "storage_gb");
  auto const* ids = check.if_contains("vim_ids");
  if (!(vcpus >= 0.0 && memory >= 0.0 && storage >= 0.0) || ids == nullptr || !ids->is_array()) return expected;
  for (auto const& id : ids->get_array()) {
    if (!id.is_string()) return expected;
    question.vim_ids.emplace_back(id.get_string());
  }
  question.vcpus = *vcpus;
  question.memory_gb = *memory;
  question.storage_gb = *storage;
  return question;
}

sdk::Result<sdk::CapacityQuestion> candidate_question(json::object const& check) {
  auto const expected = bad_request(topic::candidates_with_capacity,
                                    "texts controller and constraint_type, a mapping request and a list of candidates");
  auto const* request = check.if_contains("request");
  auto const* candidates = check.if_contains("candidates");
  if (request == nullptr || !request->is_object() || candidates == nullptr || !candidates->is_array()) return expected;
  sdk::CapacityQuestion question{.constraint_name = text_of(check, "constraint_name"),
                                 .constraint_type = text_of(check, "constraint_type"),
                                 .demand = text_of(check, "demand"),
                                 .request_type = text_of(check, "request_type"),
                                 .request = request->get_object(),
                                 .candidates = {}};
  for (auto const& candidate : candidates->get_array()) {
    if (!candidate.is_object()) return expected;
    question.candidates.push_back(candidate.get_object());
  }
  return question;
}

}  // namespace

Capacity::Capacity(plugin::Registry& registry, sdk::Log& log, std::size_t at_once)
    : registry_(registry), log_(log), at_once_(at_once), controllers_(registry.controllers()), vims_(registry.vims()) {}

void Capacity::serve(rpc::Bus& bus) {
  serve_method(bus, topic::vims_with_capacity, *this, &Capacity::vims_with_capacity);
  serve_method(bus, topic::candidates_with_capacity, *this, &Capacity::candidates_with_capacity);
}

template <class Check>
Capacity::Answer Capacity::side_by_side(sdk::Call const& call, char const* method, Object const& args, Check check) {
  auto const* checks = args.if_contains("checks");
  if (checks == nullptr || !checks->is_array()) return bad_request(method, "a list checks");
  std::vector<Answer> answers(checks->get_array().size(), json::value());
  std::vector<sdk::Task> tasks;
  for (auto const& each : checks->get_array()) {
    if (!each.is_object()) return bad_request(method, "objects in the list checks");
    tasks.push_back(
        [&, &answer = answers[tasks.size()]](sdk::Call const& own) { answer = check(own, each.get_object()); });
  }
  work::run_parallel(call, tasks, at_once_);
  json::array all;
  for (auto& answer : answers) {
    if (!answer) return answer.error();
    all.push_back(std::move(*answer));
  }
  return json::value(json::object{{"checks", std::move(all)}});
}

Capacity::Answer Capacity::vims_with_capacity(sdk::Call const& call, Object const& args) {
  return side_by_side(call, topic::vims_with_capacity, args,
                      [this](sdk::Call const& own, Object const& check) { return check_vims(own, check); });
}

Capacity::Answer Capacity::candidates_with_capacity(sdk::Call const& call, Object const& args) {
  return side_by_side(call, topic::candidates_with_capacity, args,
                      [this](sdk::Call const& own, Object const& check) { return check_candidates(own, check); });
}

std::optional<std::string> Capacity::pass_over(sdk::Call const& call, std::string_view kind, std::string const& name,
                                               Error const& error) {
  if (error.code == Errc::cancelled) return std::nullopt;
  auto const settings = registry_.settings(kind, name);
  auto const& values = settings.values();
  auto const option = values.find(sdk::remote_failure);
  auto const* text = option == values.end() ? nullptr : std::get_if<std::string>(&option->second);
  if (text == nullptr || *text != "open") return std::nullopt;
  auto note = "not checked, " + name + " could not be asked: " + error.text;
  log_.warning(call, note);
  return note;
}

Capacity::Answer Capacity::check_vims(sdk::Call const& call, Object const& check) {
  auto question = vim_question(check);
  if (!question) return question.error();
  if (vims_.empty())
    return Error{Errc::unsupported,
                 "no VIM controller is loaded, so no capacity can be checked; name one in "
                 "[vim_controller] extensions"};
  std::vector<std::string> unchecked;
  for (auto const& [name, vim] : vims_) {
    if (question->vim_ids.empty()) break;
    auto const found = vim->with_capacity(call, *question);
    if (!found) {
      auto note = pass_over(call, sdk::VimController::kind, name, found.error());
      if (!note) {
        auto const asker = text_of(check, "asker");
        return Error{found.error().code,
                     (asker.empty() ? "" : asker + ": ") + "VIM controller " + name + ": " + found.error().text};
      }
      unchecked.push_back(std::move(*note));
      continue;
    }
    std::erase_if(question->vim_ids, [&](auto const& id) { return std::ranges::find(*found, id) == found->end(); });
  }
  return json::value(json::object{{"vim_ids", to_array(question->vim_ids)}, {"unchecked", to_array(unchecked)}});
}

sdk::Result<std::vector<sdk::CapacityVerdict>> Capacity::ask(sdk::Call const& call, std::string const& name,
                                                             sdk::CapacityQuestion const& question) {
  auto const found = std::ranges::find(controllers_, name, &std::pair<std::string, sdk::ServiceController*>::first);
  if (found == controllers_.end())
    return Error{Errc::unsupported,
                 "is not loaded (loaded: " + names_of(controllers_) + "); name it in [service_controller] extensions"};
  auto const abilities = registry_.capabilities(sdk::ServiceController::kind, name);
  if ((abilities & sdk::filters) == 0)
    return Error{Errc::unsupported, "does not check capacity (it lacks the capability filters)"};
  if ((abilities & sdk::explains) != 0)
    if (auto* judge = dynamic_cast<sdk::CapacityJudge*>(found->second)) {
      auto verdicts = judge->judge(call, question);
      if (verdicts && verdicts->size() != question.candidates.size())
        return Error{Errc::internal, "gave " + std::to_string(verdicts->size()) + " verdicts on " +
                                         std::to_string(question.candidates.size()) + " candidates"};
      return verdicts;
    }
  auto const kept = found->second->filter(call, question);
  if (!kept) return kept.error();
  std::vector<sdk::CapacityVerdict> verdicts(question.candidates.size());
  for (auto const position : *kept) {
    if (position >= verdicts.size())
      return Error{Errc::internal, "kept position " + std::to_string(position) + " of " +
                                       std::to_string(verdicts.size()) + " candidates"};
    verdicts[position].room = true;
  }
  return verdicts;
}

Capacity::Answer Capacity::check_candidates(sdk::Call const& call, Object const& check) {
  auto const question = candidate_question(check);
  if (!question) return question.error();
  auto const name = text_of(check, "controller");
  std::vector<std::string> unchecked;
  auto verdicts = ask(call, name, *question);
  if (!verdicts) {
    // `unsupported` is no failure of a peer that another time would be well.
    auto note = verdicts.error().code == Errc::unsupported
                    ? std::nullopt
                    : pass_over(call, sdk::ServiceController::kind, name, verdicts.error());
    if (!note)
      return Error{verdicts.error().code, "constraint " + question->constraint_name + " (" + question->constraint_type +
                                              "), demand " + question->demand + ": service controller " + name + ": " +
                                              verdicts.error().text};
    unchecked.push_back(std::move(*note));
    verdicts = std::vector<sdk::CapacityVerdict>(question->candidates.size(), {.room = true});
  }
  json::array room;
  json::object reasons;
  for (std::size_t i = 0; i < verdicts->size(); ++i) {
    auto const& verdict = (*verdicts)[i];
    if (verdict.room)
      room.emplace_back(i);
    else if (!verdict.reason.empty())
      reasons[std::to_string(i)] = verdict.reason;
  }
  return json::value(
      json::object{{"room", std::move(room)}, {"reasons", std::move(reasons)}, {"unchecked", to_array(unchecked)}});
}

}  // namespace conductor::services::data
