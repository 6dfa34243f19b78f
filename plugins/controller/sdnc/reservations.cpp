#include "reservations.hpp"

#include "capacity.hpp"
#include "documents.hpp"

#include <algorithm>
#include <map>

namespace conductor::plugins::controller_sdnc {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Hold;
using sdk::HoldAnswer;
using sdk::Result;

namespace {

constexpr std::chrono::seconds first_look{1}, longest_wait{10};

bool is_definite(Errc code) { return code == Errc::invalid || code == Errc::denied || code == Errc::unsupported; }

Result<json::object> item_of(sdk::ReserveItem const& item) {
  auto candidate = candidate_of(item.candidate, "");
  if (!candidate) return candidate.error();
  auto resources = resources_of(item.request);
  if (!resources) return Error{resources.error().code, "reservation '" + item.name + "': " + resources.error().text};
  return json::object{{"reservation-key", item.key},       {"reservation-name", item.name},
                      {"reservation-type", item.type},     {"candidate", std::move(*candidate)},
                      {"resource", std::move(*resources)}, {"parameter", parameters_of(item.request)}};
}

HoldAnswer outcome_of(Hold outcome, std::string reason = {}, bool temporary = false) {
  HoldAnswer answer;
  answer.outcome = outcome;
  answer.reason = std::move(reason);
  answer.temporary = temporary;
  return answer;
}

// One answer for every key.
template <class Items>
Reservations::Answers all(Items const& items, HoldAnswer const& like) {
  Reservations::Answers answers;
  for (auto const& item : items) {
    answers.push_back(like);
    answers.back().key = item.key;
  }
  return answers;
}

std::string reason_of(json::object const& entry) {
  auto const code = text_of(entry, "reason-code"), text = text_of(entry, "reason");
  return code.empty() || text.empty() ? code + text : code + ": " + text;
}

HoldAnswer answer_of(std::string const& key, json::object const& entry, bool final) {
  auto const outcome = text_of(entry, "outcome");
  auto answer = outcome_of(Hold::failed, reason_of(entry));
  answer.key = key;
  answer.reference = text_of(entry, "reference");
  if (outcome == "held") return answer.outcome = Hold::held, answer;
  if (outcome == "released") return answer.outcome = Hold::released, answer;
  if (outcome == "absent") return answer.outcome = Hold::absent, answer;
  if (outcome == "pending" && !final) return answer.outcome = Hold::pending, answer;
  if (outcome == "refused") {
    answer.outcome = Hold::refused;
    answer.temporary = flag_of(entry, "temporary");
    return answer;
  }
  if (outcome != "failed") answer.reason = "SDN-C answered the outcome '" + outcome + "', which has no meaning here";
  return answer;
}

// The answers of a reply's list `item`, in the order of `items`; each key once, no other key.
template <class Items>
Result<Reservations::Answers> answers_of(json::object const& output, Items const& items) {
  bool const final = text_of(output, "ack-final-indicator") != "N";
  auto answers = all(items, outcome_of(final ? Hold::failed : Hold::pending, "SDN-C's answer does not name this key"));
  std::map<std::string, HoldAnswer*> by_key;
  for (auto& answer : answers) by_key[answer.key] = &answer;
  for (auto const* entry : objects_of(output, "item")) {
    auto const key = text_of(*entry, "reservation-key");
    auto const found = by_key.find(key);
    if (found == by_key.end())
      return Error{Errc::unavailable,
                   "SDN-C answered for the reservation-key '" + key + "', which was not asked for or twice answered"};
    *found->second = answer_of(key, *entry, final);
    by_key.erase(found);
  }
  return answers;
}

// Whether `found`, what SDN-C says now, ends the wait for a reservation.
bool settles_reserve(HoldAnswer& answer, HoldAnswer const& found) {
  if (found.outcome == Hold::pending) return false;
  auto const closed = found.outcome == Hold::released || (found.outcome == Hold::absent && !found.reason.empty());
  answer = found;
  if (closed) answer.outcome = Hold::refused;
  if (found.outcome == Hold::absent && !closed) {
    answer.outcome = Hold::failed;
    answer.reason = "SDN-C accepted the reservation and does not know its key";
  }
  return true;
}

bool settles_release(HoldAnswer& answer, HoldAnswer const& found) {
  if (found.outcome != Hold::absent && found.outcome != Hold::released) return false;
  answer = found;
  return true;
}

}  // namespace

struct Reservations::Part {
  std::string const& service_model;
  std::span<sdk::ReserveItem const> items;
  std::int64_t attempt, fencing;
  sdk::WallTime expires;
  Abilities const& abilities;
};

Result<Abilities> Reservations::ready(sdk::Call const& call) {
  auto abilities = connection_.abilities(call);
  if (abilities && !abilities->installed) return not_installed(options_);
  return abilities;
}

Result<Reservations::Answers> Reservations::reserve(sdk::Call const& call, std::string const& service_model,
                                                    std::vector<sdk::ReserveItem> const& items, std::int64_t attempt,
                                                    std::int64_t fencing, sdk::WallTime expires) {
  auto const left = expires - host_.clock().wall();
  auto const too_late = outcome_of(Hold::refused, "the request expired before it was sent", true);
  if (left <= left.zero()) return all(items, too_late);
  auto const own = call.within(host_.clock(), std::min<sdk::Duration>(options_.reservation_timeout, left));
  auto const abilities = ready(own);
  if (!abilities) return abilities.error();
  if (!abilities->idempotent && !abilities->can_query)
    return Error{Errc::unsupported,
                 "SDN-C declares neither idempotent-reserve nor can-query; after a lost answer nobody could tell what "
                 "is held, so nothing is reserved"};
  for (auto const& item : items)
    if (auto const made = item_of(item); !made) return made.error();
  Answers answers;
  std::span<sdk::ReserveItem const> const whole(items);
  for (std::size_t begin = 0; begin < items.size(); begin += abilities->max_items) {
    auto const count = std::min(abilities->max_items, items.size() - begin);
    Part const part{service_model, whole.subspan(begin, count), attempt, fencing, expires, *abilities};
    auto got = abilities->idempotent ? reserve_part(own, part) : reserve_with_care(own, part);
    if (got) {
      answers.insert(answers.end(), got->begin(), got->end());
      continue;
    }
    if (begin == 0 || got.error().code == Errc::conflict) return got.error();
    auto const outcome = is_definite(got.error().code) ? Hold::refused : Hold::failed;
    auto const failed = all(part.items, outcome_of(outcome, got.error().text));
    answers.insert(answers.end(), failed.begin(), failed.end());
    auto const rest = all(whole.subspan(begin + count),
                          outcome_of(Hold::refused, "not sent, because the items before it failed", true));
    answers.insert(answers.end(), rest.begin(), rest.end());
    break;
  }
  return answers;
}

Result<Reservations::Answers> Reservations::reserve_part(sdk::Call const& call, Part const& part) {
  json::array list;
  for (auto const& item : part.items) list.push_back(item_of(item).value());
  json::object input{{"attempt", part.attempt},
                     {"fencing", std::to_string(part.fencing)},
                     {"execute-before", utc(part.expires)},
                     {"atomic", part.abilities.atomic},
                     {"hold-seconds", options_.hold_seconds},
                     {"item", std::move(list)}};
  if (!part.service_model.empty()) input["service-model"] = part.service_model;
  auto const repeat = part.abilities.idempotent ? Repeat::allowed : Repeat::forbidden;
  auto const reply = connection_.operation(call, "reserve", std::move(input), repeat);
  if (reply.failure) {
    auto const& [trouble, error] = *reply.failure;
    bool const untouched = trouble == Trouble::not_sent && !is_definite(error.code) && error.code != Errc::cancelled;
    if (untouched || trouble == Trouble::locked || trouble == Trouble::expired)
      return all(part.items, outcome_of(Hold::refused, error.text, true));
    if (trouble == Trouble::mismatch) host_.log().error(call, error.text + "; a key was used for two items");
    if (trouble != Trouble::in_progress || !part.abilities.can_query) return error;
    auto answers = all(part.items, outcome_of(Hold::pending, error.text));
    await(call, answers, settles_reserve);
    return answers;
  }
  if (reply.status == 204)
    return Error{Errc::unavailable, "SDN-C answered reserve with 204; expected an outcome for each item"};
  auto answers = answers_of(reply.body, part.items);
  if (!answers) return answers.error();
  if (part.abilities.can_query) await(call, *answers, settles_reserve);
  return answers;
}

// For a server that would hold twice when asked twice: what it already has is asked for first.
Result<Reservations::Answers> Reservations::reserve_with_care(sdk::Call const& call, Part const& part) {
  std::vector<sdk::ReserveItem> unknown;
  std::map<std::string, HoldAnswer> by_key;
  for (auto const& item : part.items) {
    auto found = state_of(call, item.key);
    if (!found) return found.error();
    if (found->outcome == Hold::absent || found->outcome == Hold::released)
      unknown.push_back(item);
    else
      by_key[item.key] = std::move(*found);
  }
  if (!unknown.empty()) {
    Part rest = part;
    rest.items = unknown;
    auto const sent = reserve_part(call, rest);
    if (!sent) return sent.error();
    for (auto const& answer : *sent) by_key[answer.key] = answer;
  }
  Answers answers;
  for (auto const& item : part.items) answers.push_back(by_key.at(item.key));
  return answers;
}

Result<Reservations::Answers> Reservations::release(sdk::Call const& call, std::vector<sdk::ReleaseItem> const& items,
                                                    std::int64_t fencing, std::string const& reason) {
  auto const own = call.within(host_.clock(), options_.reservation_timeout);
  auto const abilities = ready(own);
  if (!abilities) return abilities.error();
  Answers answers;
  std::optional<Error> first;
  std::size_t failed = 0;
  for (std::size_t begin = 0; begin < items.size(); begin += abilities->max_items) {
    auto const part =
        std::span<sdk::ReleaseItem const>(items).subspan(begin, std::min(abilities->max_items, items.size() - begin));
    auto got = release_part(own, part, fencing, reason, abilities->can_query);
    if (!got && got.error().code == Errc::conflict) return got.error();
    if (!got) {
      if (!first) first = got.error();
      failed += part.size();
      got = all(part, outcome_of(Hold::failed, got.error().text));
    }
    answers.insert(answers.end(), got->begin(), got->end());
  }
  if (first && failed == items.size()) return *first;
  return answers;
}

Result<Reservations::Answers> Reservations::release_part(sdk::Call const& call, std::span<sdk::ReleaseItem const> items,
                                                         std::int64_t fencing, std::string const& reason,
                                                         bool can_query) {
  json::array list;
  for (auto const& item : items) {
    json::object made{{"reservation-key", item.key}};
    if (!item.reference.empty()) made["reference"] = item.reference;
    list.push_back(std::move(made));
  }
  json::object input{{"fencing", std::to_string(fencing)}, {"reason", reason}, {"item", std::move(list)}};
  auto const reply = connection_.operation(call, "release", std::move(input), Repeat::allowed);
  if (reply.failure) return reply.failure->error;
  if (reply.status == 204) return all(items, outcome_of(Hold::released));
  auto answers = answers_of(reply.body, items);
  if (!answers) return answers.error();
  if (can_query) await(call, *answers, settles_release);
  for (auto& answer : *answers)
    if (answer.outcome == Hold::pending) {
      answer.outcome = Hold::failed;
      answer.reason = "SDN-C accepted the release and has not finished it";
    }
  return answers;
}

void Reservations::await(sdk::Call const& call, Answers& answers, Settles settles) {
  auto& clock = host_.clock();
  auto const waiting = [&] {
    return std::any_of(answers.begin(), answers.end(), [](auto const& one) { return one.outcome == Hold::pending; });
  };
  for (sdk::Duration pause = first_look; waiting(); pause = std::min<sdk::Duration>(2 * pause, longest_wait)) {
    auto const until = clock.now() + pause;
    if (until >= call.deadline || !clock.sleep_until(until, call.cancelled)) return;
    for (auto& answer : answers) {
      if (answer.outcome != Hold::pending) continue;
      if (auto const found = state_of(call, answer.key)) settles(answer, *found);
    }
  }
}

Result<HoldAnswer> Reservations::state_of(sdk::Call const& call, std::string const& key) {
  auto const reply = connection_.reservation(call, key);
  if (reply.failure && reply.failure->trouble == Trouble::missing) {
    auto none = outcome_of(Hold::absent);
    none.key = key;
    return none;
  }
  if (reply.failure) return reply.failure->error;
  for (auto const* entry : objects_of(reply.body, "reservation")) {
    if (text_of(*entry, "reservation-key") != key) continue;
    auto const state = text_of(*entry, "state");
    HoldAnswer answer;
    answer.key = key;
    answer.reference = text_of(*entry, "reference");
    if (state == "held" || state == "active") return answer.outcome = Hold::held, answer;
    if (state == "pending") return answer.outcome = Hold::pending, answer;
    if (state == "released" || state == "expired" || state == "refused") {
      answer.outcome = state == "released" ? Hold::released : Hold::absent;
      answer.reason = "SDN-C says that it is ";
      answer.reason.append(state);
      return answer;
    }
    return Error{Errc::unavailable, "SDN-C says that reservation '" + key + "' is '" + state +
                                        "'; expected pending, held, active, released, expired or refused"};
  }
  return Error{Errc::unavailable, "SDN-C's answer about reservation '" + key + "' does not name it"};
}

Result<Reservations::Answers> Reservations::query(sdk::Call const& call, std::vector<std::string> const& keys) {
  auto const own = call.within(host_.clock(), options_.reservation_timeout);
  auto const abilities = ready(own);
  if (!abilities) return abilities.error();
  if (!abilities->can_query) return Error{Errc::unsupported, "SDN-C does not declare can-query"};
  Answers answers;
  for (auto const& key : keys) {
    auto found = state_of(own, key);
    if (!found) return found.error();
    if (found->outcome == Hold::released) found->outcome = Hold::absent;
    answers.push_back(std::move(*found));
  }
  return answers;
}

}  // namespace conductor::plugins::controller_sdnc
