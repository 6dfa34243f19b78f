#include "services/data/gateway.hpp"

#include "core/text/arena.hpp"
#include "core/work/parallel.hpp"
#include "services/data/requests.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::data {

namespace json = boost::json;
namespace topic = model::data_topic;
using sdk::Errc;
using sdk::Error;

namespace {

struct TypeName {
  std::string_view name;
  sdk::Capabilities capability;
};
constexpr std::array types{TypeName{"cloud", sdk::cloud},
                           TypeName{"service", sdk::service},
                           TypeName{"vfmodule", sdk::vfmodule},
                           TypeName{"transport", sdk::transport},
                           TypeName{"nssi", sdk::nssi},
                           TypeName{"nsi", sdk::nsi},
                           TypeName{"slice_profiles", sdk::slice_profiles},
                           TypeName{"nst", sdk::nst},
                           TypeName{"nsst", sdk::nsst}};

json::object error_object(Error const& error) {
  return {{"error", {{"code", to_string(error.code)}, {"text", error.text}}}};
}

// A candidate as the template lists it. Everything but its identity stays in the fields; what it does not say, the
// requirement says for it.
sdk::Result<sdk::Candidate> explicit_candidate(std::string const& demand, json::object const& requirement,
                                               json::value const& item) {
  auto const* listed = item.if_object();
  if (listed == nullptr)
    return Error{Errc::invalid, "Candidate found in demand " + demand + " that is not a dictionary"};
  sdk::Candidate candidate{.candidate_id = text_of(*listed, "candidate_id"),
                           .inventory_type = text_of(*listed, "inventory_type"),
                           .cloud_owner = text_of(*listed, "cloud_owner"),
                           .fields = *listed,
                           .attributes = {}};
  if (candidate.candidate_id.empty())
    return Error{Errc::invalid,
                 "Candidate found in demand " + demand + " that has no candidate_id, a text: " + json::serialize(item)};
  if (candidate.inventory_type.empty()) candidate.inventory_type = text_of(requirement, "inventory_type");
  // Without any word on it they belong to `aai` and cost nothing.
  if (text_of(*listed, "inventory_provider").empty()) {
    auto const provider = text_of(requirement, "inventory_provider");
    candidate.fields["inventory_provider"] = provider.empty() ? "aai" : provider;
  }
  if (auto const* cost = listed->if_contains("cost"); cost == nullptr || cost->is_null()) {
    auto const* fallback = requirement.if_contains("default_cost");
    candidate.fields["cost"] = fallback == nullptr || fallback->is_null() ? json::value(0) : *fallback;
  }
  for (auto const* key : {"candidate_id", "inventory_type", "cloud_owner"}) candidate.fields.erase(key);
  return candidate;
}

sdk::KeptCandidates kept(std::vector<sdk::Candidate> candidates, std::vector<sdk::Drop> dropped) {
  auto const owner = std::make_shared<std::vector<sdk::Candidate> const>(std::move(candidates));
  sdk::KeptCandidates all{.owner = owner, .candidates = {}, .dropped = std::move(dropped)};
  all.candidates.reserve(owner->size());
  for (auto const& candidate : *owner) all.candidates.push_back(&candidate);
  return all;
}

sdk::Result<sdk::KeptCandidates> ask(sdk::Call const& call, sdk::InventoryProvider& provider, bool keeps,
                                     sdk::Demand const& demand) {
  if (auto* keeper = keeps ? dynamic_cast<sdk::CandidateKeeper*>(&provider) : nullptr)
    return keeper->resolve_kept(call, demand);
  auto answer = provider.resolve(call, demand);
  if (!answer) return answer.error();
  return kept(std::move(answer->candidates), std::move(answer->dropped));
}

}  // namespace

void Gateway::serve(rpc::Bus& bus) {
  serve_method(bus, topic::resolve_demands, *this, &Gateway::resolve_demands);
  serve_method(bus, topic::resolve_locations, *this, &Gateway::resolve_locations);
  serve_method(bus, topic::regions_with_roles, *this, &Gateway::regions_with_roles);
  serve_method(bus, topic::roles_of_hosts, *this, &Gateway::roles_of_hosts);
  serve_method(bus, topic::pairs_of_groups, *this, &Gateway::pairs_of_groups);
  serve_method(bus, topic::describe, *this, &Gateway::describe);
}

// Every member of an object on a thread of its own; the answers in the same order.
template <class Answer, class Find>
std::vector<Answer> Gateway::side_by_side(sdk::Call const& call, Object const& wanted, std::size_t at_once, Find find) {
  std::vector<Answer> answers(wanted.size());
  std::vector<sdk::Task> tasks;
  for (auto const& [key, value] : wanted)
    tasks.push_back([&, name = std::string(key), &given = value,
                     &answer = answers[tasks.size()]](sdk::Call const& own) { answer = find(own, name, given); });
  work::run_parallel(call, tasks, at_once);
  return answers;
}

Gateway::Answer Gateway::resolve_demands(sdk::Call const& call, Object const& args) {
  auto const* demands = args.if_contains("demands");
  if (demands == nullptr || !demands->is_object())
    return bad_request(topic::resolve_demands, "demands: {NAME: [requirement, ...]}");
  auto const& wanted = demands->as_object();
  for (auto const& [name, requirements] : wanted)
    if (!requirements.is_array())
      return bad_request(topic::resolve_demands, "a list of requirements for demand " + std::string(name));
  // Threads are for waiting for peers.
  bool const at_hand = std::ranges::all_of(wanted, [this](auto const& each) { return is_at_hand(each.value()); });
  auto const pools =
      side_by_side<sdk::Result<Pool>>(call, wanted, at_hand ? 1 : config_.at_once,
                                      [&](sdk::Call const& own, std::string const& demand, json::value const& given) {
                                        return resolve_demand(own, demand, given.as_array());
                                      });
  auto const storage = text::make_arena();
  json::object found(storage), answer(storage);
  auto pool = pools.begin();
  for (auto const& [name, requirements] : wanted) {
    auto const& resolved = *pool++;
    auto document = resolved ? resolved->document(config_.costs, hardware_, storage) : resolved.error();
    found.emplace(name, document ? std::move(*document) : error_object(document.error()));
  }
  answer.emplace("demands", std::move(found));
  return json::value(std::move(answer));
}

// Whether no inventory is asked for any of these requirements that has to ask somebody else.
bool Gateway::is_at_hand(json::value const& requirements) const {
  return std::ranges::all_of(requirements.as_array(), [this](json::value const& each) {
    auto const* requirement = each.if_object();
    return requirement == nullptr || requirement->contains("candidates") ||
           (registry_.capabilities("inventory", text_of(*requirement, "inventory_provider")) & sdk::keeps_candidates) !=
               0;
  });
}

sdk::Result<Pool> Gateway::resolve_demand(sdk::Call const& call, std::string const& demand,
                                          json::array const& requirements) {
  Pool pool;
  for (auto const& requirement : requirements) {
    if (!requirement.is_object())
      return bad_request(topic::resolve_demands, "mappings as requirements of demand " + demand);
    if (auto done = resolve_requirement(call, demand, requirement.as_object(), pool); !done) return done.error();
  }
  auto const level = pool.dropped() > 0 ? sdk::Level::info : sdk::Level::debug;
  if (log_.enabled(level))
    log_.write(level, &call,
               "demand " + demand + ": " + std::to_string(pool.kept()) + " candidates, " +
                   std::to_string(pool.dropped()) + " dropped");
  return pool;
}

sdk::Result<void> Gateway::resolve_requirement(sdk::Call const& call, std::string const& demand,
                                               Object const& requirement, Pool& into) {
  if (auto const* listed = requirement.if_contains("candidates"); listed != nullptr && listed->is_array()) {
    std::vector<sdk::Candidate> candidates;
    for (auto const& item : listed->as_array()) {
      auto candidate = explicit_candidate(demand, requirement, item);
      if (!candidate) return candidate.error();
      candidates.push_back(std::move(*candidate));
    }
    return into.take(demand, requirement, "", kept(std::move(candidates), {}));
  }
  std::string provider = text_of(requirement, "inventory_provider");
  if (provider == "sdc") provider = "aai";  // a legal name for the model catalogue of that provider
  auto const found =
      std::find_if(providers_.begin(), providers_.end(), [&](auto const& each) { return each.first == provider; });
  if (found == providers_.end())
    return Error{Errc::invalid, "Unsupported inventory provider " + provider + " in demand " + demand};
  std::string const type = text_of(requirement, "inventory_type");
  auto const known = std::find_if(types.begin(), types.end(), [&](auto const& each) { return each.name == type; });
  if (known == types.end())
    return Error{Errc::invalid, "Unknown inventory type " + type + " specified for demand " + demand};
  auto const capabilities = registry_.capabilities("inventory", provider);
  if ((capabilities & known->capability) == 0)
    return Error{Errc::unsupported, "Inventory provider " + provider + " has no candidates of type " + type +
                                        ", as demand " + demand + " wants them; see: conductor plugin info inventory/" +
                                        provider};
  auto answer = ask(call, *found->second, (capabilities & sdk::keeps_candidates) != 0,
                    {.name = demand, .inventory_type = type, .requirement = requirement});
  if (!answer) return answer.error();
  return into.take(demand, requirement, std::move(provider), std::move(*answer));
}

Gateway::Answer Gateway::resolve_locations(sdk::Call const& call, Object const& args) {
  auto const* locations = args.if_contains("locations");
  if (locations == nullptr || !locations->is_object())
    return bad_request(topic::resolve_locations, "locations: {NAME: {host_name | clli_code}}");
  for (auto const& [name, form] : locations->as_object())
    if (!form.is_object()) return bad_request(topic::resolve_locations, "a mapping for location " + std::string(name));
  auto const& wanted = locations->as_object();
  auto places = side_by_side<json::object>(
      call, wanted, config_.at_once, [&](sdk::Call const& own, std::string const& name, json::value const& given) {
        auto const place = locate(own, name, given.as_object());
        if (!place) return error_object(place.error());
        json::object object{{"latitude", place->latitude}, {"longitude", place->longitude}};
        object["country"] = place->country.empty() ? json::value(nullptr) : json::value(place->country);
        return object;
      });
  json::object found;
  auto place = places.begin();
  for (auto const& [name, form] : wanted) found.emplace(name, std::move(*place++));
  return json::value(json::object{{"locations", std::move(found)}});
}

// The first provider that knows the place answers. One that could not be asked counts only when nobody knew it.
sdk::Result<sdk::Location> Gateway::locate(sdk::Call const& call, std::string const& name, Object const& location) {
  sdk::LocationQuery const query{.host_name = text_of(location, "host_name"),
                                 .clli_code = text_of(location, "clli_code")};
  std::optional<Error> failure;
  for (auto const& [provider, inventory] : providers_) {
    if ((registry_.capabilities("inventory", provider) & sdk::locations) == 0) continue;
    auto found = inventory->locate(call, query);
    if (found) return found;
    if (found.error().code != Errc::not_found && !failure) failure = found.error();
  }
  if (failure) return *failure;
  return Error{Errc::not_found,
               "no inventory provider knows location " + name + " (" +
                   (query.clli_code.empty() ? "host name " + query.host_name : "CLLI " + query.clli_code) + ")"};
}

template <class Item, class Ask>
sdk::Result<std::vector<Item>> Gateway::ask_all(sdk::Capabilities capability, std::string const& what, Ask ask) {
  std::vector<Item> all;
  bool anybody = false;
  for (auto const& [provider, inventory] : providers_) {
    if ((registry_.capabilities("inventory", provider) & capability) == 0) continue;
    auto answer = ask(*inventory);
    if (!answer) return Error{answer.error().code, what + ": " + answer.error().text};
    anybody = true;
    for (auto& item : *answer)
      if (std::find(all.begin(), all.end(), item) == all.end()) all.push_back(std::move(item));
  }
  if (!anybody)
    return Error{Errc::unsupported, what + ": no loaded inventory provider answers this; see: conductor plugin list"};
  return all;
}

template <class Ask>
sdk::Result<Gateway::Object> Gateway::look_up(sdk::Call const& call, std::string_view method, Object const& args,
                                              std::string_view list, Ask ask) {
  auto const* wanted = args.if_contains(list);
  if (wanted == nullptr || !wanted->is_array()) return bad_request(method, std::string(list) + ": [text, ...]");
  std::vector<std::string> names;
  for (auto const& item : wanted->as_array()) {
    if (!item.is_string())
      return bad_request(method, "texts in " + std::string(list) + ", got " + json::serialize(item));
    names.emplace_back(item.as_string());
  }
  std::vector<sdk::Result<json::value>> answers(names.size(), json::value());
  std::vector<sdk::Task> tasks;
  for (std::size_t i = 0; i < names.size(); ++i)
    tasks.push_back([&, i](sdk::Call const& own) { answers[i] = ask(own, names[i]); });
  work::run_parallel(call, tasks, config_.at_once);
  Object result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!answers[i]) return answers[i].error();
    result[names[i]] = std::move(*answers[i]);
  }
  return result;
}

Gateway::Answer Gateway::regions_with_roles(sdk::Call const& call, Object const& args) {
  auto found = look_up(
      call, topic::regions_with_roles, args, "roles", [&](sdk::Call const& own, std::string const& role) -> Answer {
        auto regions =
            ask_all<sdk::RegionKey>(sdk::network_roles, "network role " + role,
                                    [&](sdk::InventoryProvider& p) { return p.regions_with_role(own, role); });
        if (!regions) return regions.error();
        json::array pairs;
        for (auto const& region : *regions)
          pairs.push_back(json::array{json::value(region.cloud_owner), json::value(region.cloud_region_id)});
        return json::value(std::move(pairs));
      });
  if (!found) return found.error();
  return json::value(json::object{{"roles", std::move(*found)}});
}

Gateway::Answer Gateway::roles_of_hosts(sdk::Call const& call, Object const& args) {
  auto found = look_up(
      call, topic::roles_of_hosts, args, "host_ids", [&](sdk::Call const& own, std::string const& host) -> Answer {
        auto roles = ask_all<std::string>(sdk::candidate_roles, "role of host " + host,
                                          [&](sdk::InventoryProvider& p) { return p.roles_of_host(own, host); });
        if (!roles) return roles.error();
        json::array names;
        for (auto const& role : *roles) names.emplace_back(role);
        return json::value(std::move(names));
      });
  if (!found) return found.error();
  return json::value(json::object{{"host_ids", std::move(*found)}});
}

Gateway::Answer Gateway::pairs_of_groups(sdk::Call const& call, Object const& args) {
  auto found = look_up(call, topic::pairs_of_groups, args, "descriptions",
                       [&](sdk::Call const& own, std::string const& given) -> Answer {
                         std::string const description = given.empty() ? config_.group_description : given;
                         using Pair = std::pair<std::string, std::string>;
                         auto pairs = ask_all<Pair>(
                             sdk::group_pairs, "inventory group " + description,
                             [&](sdk::InventoryProvider& p) { return p.pairs_of_group(own, description); });
                         if (!pairs) return pairs.error();
                         json::array all;
                         for (auto const& [a, b] : *pairs) all.push_back(json::array{json::value(a), json::value(b)});
                         return json::value(std::move(all));
                       });
  if (!found) return found.error();
  return json::value(json::object{{"groups", std::move(*found)}});
}

Gateway::Answer Gateway::describe(sdk::Call const&, Object const&) {
  json::object by_provider;
  json::array inventories, controllers, vims;
  for (auto const& [name, provider] : providers_) {
    inventories.emplace_back(name);
    json::array names;
    for (auto const& type : types)
      if ((registry_.capabilities("inventory", name) & type.capability) != 0) names.emplace_back(type.name);
    by_provider[name] = std::move(names);
  }
  for (auto const& [name, controller] : registry_.controllers()) controllers.emplace_back(name);
  for (auto const& [name, vim] : registry_.vims()) vims.emplace_back(name);
  return json::value(json::object{{"inventory_providers", std::move(inventories)},
                                  {"service_controllers", std::move(controllers)},
                                  {"vim_controllers", std::move(vims)},
                                  {"inventory_types", std::move(by_provider)}});
}

}  // namespace conductor::services::data
