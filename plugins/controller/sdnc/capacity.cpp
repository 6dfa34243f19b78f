#include "capacity.hpp"

#include "documents.hpp"

#include <charconv>
#include <set>

namespace conductor::plugins::controller_sdnc {

namespace json = boost::json;
using sdk::CapacityVerdict;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

bool concerns(std::string const& constraint_type, json::object const& candidate) {
  auto const type = text_of(candidate, "inventory_type");
  return constraint_type == "region_fit" ? type == "cloud" : type == "service" || type == "vfmodule";
}

// The position that a candidate-key names, if it is one that was asked about.
std::optional<std::size_t> position_of(std::string const& key, std::size_t count) {
  std::size_t position = 0;
  auto const [end, failed] = std::from_chars(key.data(), key.data() + key.size(), position);
  if (failed != std::errc() || end != key.data() + key.size() || position >= count) return std::nullopt;
  return position;
}

std::string reason_of(json::object const& entry) {
  auto const code = text_of(entry, "reason-code"), text = text_of(entry, "reason");
  if (code.empty() || text.empty()) return code + text;
  return code + ": " + text;
}

}  // namespace

Error not_installed(Options const& options) {
  return {Errc::unsupported, "SDN-C at " + options.http.base_url + options.root + " has no module '" + options.module +
                                 "', so it can neither check capacity nor reserve; install it there, or set [sdnc] "
                                 "server_url and capacity_module"};
}

Result<json::array> Capacity::candidates(sdk::CapacityQuestion const& question) const {
  json::array list;
  for (std::size_t i = 0; i < question.candidates.size(); ++i) {
    if (!concerns(question.constraint_type, question.candidates[i])) continue;
    auto made = candidate_of(question.candidates[i], question.request_type);
    if (!made) return made.error();
    (*made)["candidate-key"] = std::to_string(i);
    list.push_back(std::move(*made));
  }
  return list;
}

Result<void> Capacity::ask(sdk::Call const& call, json::object input, std::vector<CapacityVerdict>& verdicts) {
  std::set<std::size_t> asked;  // and not yet answered
  for (auto const* candidate : objects_of(input, "candidate"))
    asked.insert(*position_of(text_of(*candidate, "candidate-key"), verdicts.size()));
  auto const reply = connection_.operation(call, "check-capacity", std::move(input), Repeat::allowed);
  if (reply.failure) return reply.failure->error;
  if (reply.status == 204 || text_of(reply.body, "ack-final-indicator") == "N")
    return Error{Errc::unavailable, "SDN-C answered check-capacity without a result; expected one entry per candidate"};
  for (auto const* entry : objects_of(reply.body, "candidate")) {
    auto const position = position_of(text_of(*entry, "candidate-key"), verdicts.size());
    if (!position || !asked.erase(*position)) continue;
    verdicts[*position] = {.room = flag_of(*entry, "available"), .reason = reason_of(*entry)};
  }
  if (!asked.empty())
    host_.log().warning(call, "SDN-C's answer to check-capacity leaves out " + std::to_string(asked.size()) +
                                  " candidates; they count as full");
  return {};
}

Result<std::vector<CapacityVerdict>> Capacity::judge(sdk::Call const& call, sdk::CapacityQuestion const& question) {
  std::string const what =
      question.constraint_type + " '" + question.constraint_name + "' of demand " + question.demand;
  auto const all = candidates(question);
  if (!all) return Error{all.error().code, what + ": " + all.error().text};
  auto const resources = resources_of(question.request);
  if (!resources) return Error{resources.error().code, what + ": " + resources.error().text};
  std::vector<CapacityVerdict> verdicts(question.candidates.size(), {.room = true});
  if (all->empty()) return verdicts;
  auto const abilities = connection_.abilities(call);
  if (!abilities) return Error{abilities.error().code, what + ": " + abilities.error().text};
  if (!abilities->installed) return Error{Errc::unsupported, what + ": " + not_installed(options_).text};
  json::object input{{"constraint-name", question.constraint_name},
                     {"constraint-type", question.constraint_type},
                     {"demand-name", question.demand},
                     {"resource", *resources},
                     {"parameter", parameters_of(question.request)}};
  for (std::size_t begin = 0; begin < all->size(); begin += options_.batch_size) {
    json::array batch;
    for (auto i = begin; i < std::min(begin + options_.batch_size, all->size()); ++i) {
      auto const& candidate = (*all)[i].as_object();
      // Until the answer says otherwise.
      verdicts[*position_of(text_of(candidate, "candidate-key"), verdicts.size())] = {
          .room = false, .reason = "SDN-C's answer does not name it"};
      batch.push_back(candidate);
    }
    input["candidate"] = std::move(batch);
    if (auto const done = ask(call, input, verdicts); !done)
      return Error{done.error().code, what + ": " + done.error().text};
  }
  return verdicts;
}

}  // namespace conductor::plugins::controller_sdnc
