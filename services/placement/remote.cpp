// Requests and answers of topic `data`, and the latency rules. An answer of another shape than the contract's is an
// internal error of that service.
#include "services/placement/remote.hpp"

#include "core/model/data_topic.hpp"
#include "core/model/latency_rules.hpp"
#include "services/placement/remote_capacity.hpp"

namespace conductor::services::placement {
namespace {

namespace topic = model::data_topic;

// [[a, b], ...] -> pairs; anything else in the list is passed over.
std::vector<std::pair<std::string, std::string>> pairs_in(json::value const& list) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!list.is_array()) return pairs;
  for (auto const& item : list.get_array()) {
    if (!item.is_array() || item.get_array().size() != 2) continue;
    auto const& pair = item.get_array();
    pairs.emplace_back(text_in(pair[0]).value_or(""), text_in(pair[1]).value_or(""));
  }
  return pairs;
}

sdk::Result<void> for_each_row(sdk::Store& store, sdk::Call const& call, std::string_view table,
                               std::function<void(sdk::Row const&)> const& visit) {
  auto const rows = model::latency_rules::current_rows(store, call, table);
  if (!rows) return rows.error();
  for (auto const& row : *rows) visit(row);
  return {};
}

json::object object_in(json::object& parent, std::string_view name) {
  auto* value = parent.if_contains(name);
  return value && value->is_object() ? std::move(value->get_object()) : json::object();
}

}  // namespace

sdk::Result<json::object> RpcRemote::ask(sdk::Call const& call, char const* method, char const* asked,
                                         char const* answered, std::set<std::string> const& items) {
  json::array list(items.begin(), items.end());
  json::value args;
  args.emplace_object()[asked] = std::move(list);
  auto answer = bus_.call(call, topic::topic, method, std::move(args));
  if (!answer) return answer.error();
  auto* object = answer->is_object() ? answer->get_object().if_contains(answered) : nullptr;
  if (!object || !object->is_object())
    return sdk::Error{sdk::Errc::internal, "the data service answered " + std::string(method) + " with " +
                                               shown(*answer) + "; an object '" + answered + "' was expected"};
  return std::move(object->get_object());
}

sdk::Result<json::object> RpcRemote::regions_with_roles(sdk::Call const& call, std::set<std::string> const& roles) {
  return ask(call, topic::regions_with_roles, "roles", "roles", roles);
}
sdk::Result<json::object> RpcRemote::roles_of_hosts(sdk::Call const& call, std::set<std::string> const& hosts) {
  return ask(call, topic::roles_of_hosts, "host_ids", "host_ids", hosts);
}
sdk::Result<json::object> RpcRemote::pairs_of_groups(sdk::Call const& call, std::set<std::string> const& descriptions) {
  return ask(call, topic::pairs_of_groups, "descriptions", "groups", descriptions);
}

sdk::Result<json::object> RpcRemote::latency_rules(sdk::Call const& call) {
  namespace rules = model::latency_rules;
  json::object countries, placeholders;
  auto read = for_each_row(store_, call, rules::country_table, [&](sdk::Row const& row) {
    auto const& groups = row.list(rules::groups);
    countries[row.text(rules::country_name)] = json::array(groups.begin(), groups.end());
  });
  if (read)
    read = for_each_row(store_, call, rules::placeholder_table, [&](sdk::Row const& row) {
      for (auto const& [name, codes] : row.map(rules::countries)) placeholders[name] = codes;
    });
  if (!read) return read.error();
  json::object answer;
  answer["countries"] = std::move(countries);
  answer["placeholders"] = std::move(placeholders);
  return answer;
}

sdk::Result<void> fetch(sdk::Call const& call, Remote& remote, Questions const& questions, Answers& answers) {
  if (!questions.roles.empty()) {
    auto found = remote.regions_with_roles(call, questions.roles);
    if (!found) return found.error();
    answers.roles = std::move(*found);
    for (auto const& [role, members] : answers.roles)
      for (auto& [owner, id] : pairs_in(members)) answers.regions_of_role[std::string(role)].insert({owner, id});
  }
  if (!questions.hosts.empty()) {
    auto found = remote.roles_of_hosts(call, questions.hosts);
    if (!found) return found.error();
    answers.hosts = std::move(*found);
    for (auto const& [host, roles] : answers.hosts)
      if (roles.is_array())
        for (auto const& role : roles.get_array())
          answers.roles_of_host[std::string(host)].push_back(text_in(role).value_or(""));
  }
  if (!questions.groups.empty()) {
    auto found = remote.pairs_of_groups(call, questions.groups);
    if (!found) return found.error();
    answers.groups = std::move(*found);
    for (auto const& [group, pairs] : answers.groups)
      for (auto& [a, b] : pairs_in(pairs)) answers.pairs_of_group[std::string(group)].insert(std::minmax(a, b));
  }
  if (auto asked = fetch_capacity(call, remote, questions, answers); !asked) return asked.error();
  if (questions.latency) {
    auto found = remote.latency_rules(call);
    if (!found) return found.error();
    answers.latency_countries = object_in(*found, "countries");
    answers.latency_placeholders = object_in(*found, "placeholders");
  }
  return {};
}

}  // namespace conductor::services::placement
