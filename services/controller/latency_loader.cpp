#include "services/controller/latency_loader.hpp"

#include "core/model/latency_rules.hpp"
#include "core/store/plans.hpp"
#include "core/store/together.hpp"

#include <algorithm>
#include <set>

namespace conductor::services::controller {

namespace json = boost::json;
namespace latency = model::latency_rules;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

namespace {

constexpr std::size_t longest_name = 200, mutations_at_once = 200;
constexpr int most_tries = 20;
constexpr std::chrono::hours stray_age{1};  // a load takes seconds

Error refuse(std::size_t index, std::string_view key, std::string_view what) {
  std::string text = "-> [" + std::to_string(index) + "]";
  if (!key.empty()) text.append(" -> ").append(key);
  return {Errc::invalid, text.append(" ").append(what)};
}

// A word of the client as it may stand in an explanation.
std::string in_marks(std::string_view word) {
  std::string text = "'";
  for (auto const c : word.substr(0, 60)) text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return text + "'";
}

bool is_country_code(std::string_view token) {
  return token.size() == 3 && std::all_of(token.begin(), token.end(),
                                          [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

struct Item {
  std::string name, content;
};

// The two texts of an item, trimmed.
sdk::Result<Item> read_item(json::value const& value, std::size_t index, char const* name_key,
                            char const* content_key) {
  auto const* object = value.if_object();
  if (object == nullptr)
    return refuse(index, "", std::string("must be an object with ") + name_key + " and " + content_key);
  Item item;
  for (auto const& [key, into] : {std::pair(name_key, &item.name), std::pair(content_key, &item.content)}) {
    auto const* text = object->if_contains(key);
    auto const trimmed = text == nullptr || !text->is_string() ? std::vector<std::string>()
                                                               : latency::detail::parts(text->as_string(), '\0');
    if (trimmed.size() != 1) return refuse(index, key, "must be a text that is not empty, and it is required");
    *into = trimmed.front();
  }
  if (item.name.size() > longest_name || item.name.find_first_of(",|/") != std::string::npos)
    return refuse(index, name_key,
                  "must have at most " + std::to_string(longest_name) + " bytes and none of the characters , | /");
  return item;
}

sdk::Result<json::array const*> list_in(json::value const& rules) {
  if (auto const* list = rules.if_array()) return list;
  return Error{Errc::invalid, "The request body must be a list of objects"};
}

// Groups of a rule, checked against the placeholders that are loaded.
sdk::Result<sdk::TextList> read_groups(Item const& item, std::size_t index, std::set<std::string> const& placeholders) {
  auto groups = latency::groups_of(item.content);
  if (groups.empty()) return refuse(index, "groups", "names no group");
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (auto const& token : latency::tokens_of(groups[i])) {
      if (token == latency::wildcard) {
        if (i + 1 == groups.size() && groups[i] == latency::wildcard) continue;
        return refuse(index, "groups", "has '*' in another place than alone as the last group");
      }
      if (!placeholders.contains(token) && !is_country_code(token))
        return refuse(index, "groups",
                      "names " + in_marks(token) +
                          ", which is neither a three-letter country code nor a loaded place-holder; load it with "
                          "POST /v1/load_latency_rules first");
    }
  return groups;
}

}  // namespace

sdk::Result<void> LatencyLoader::load_placeholders(sdk::Call const& call, json::value const& rules) {
  auto const list = list_in(rules);
  if (!list) return list.error();
  Rows rows;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    auto const item = read_item((**list)[i], i, "group", "countries");
    if (!item) return item.error();
    auto const codes = latency::tokens_of(item->content);
    for (auto const& code : codes)
      if (!is_country_code(code))
        return refuse(i, "countries", "names " + in_marks(code) + ", which is no three-letter country code");
    std::string joined;
    for (auto const& code : codes) joined.append(joined.empty() ? "" : ",").append(code);
    if (joined.empty()) return refuse(i, "countries", "names no country");
    rows[item->name] = {{std::string(latency::region_name), item->name},
                        {std::string(latency::countries), sdk::TextMap{{item->name, joined}}}};
  }
  return replace(call, latency::placeholder_table, rows);
}

sdk::Result<void> LatencyLoader::load_countries(sdk::Call const& call, json::value const& rules) {
  auto const list = list_in(rules);
  if (!list) return list.error();
  auto const known = latency::current_rows(store_, call, latency::placeholder_table);
  if (!known) return known.error();
  std::set<std::string> placeholders;
  for (auto const& row : *known) placeholders.insert(row.text(latency::region_name));
  Rows rows;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    auto const item = read_item((**list)[i], i, "country_name", "groups");
    if (!item) return item.error();
    auto groups = read_groups(*item, i, placeholders);
    if (!groups) return groups.error();
    rows[item->name] = {{std::string(latency::country_name), item->name},
                        {std::string(latency::groups), std::move(*groups)}};
  }
  return replace(call, latency::country_table, rows);
}

sdk::Result<void> LatencyLoader::replace(sdk::Call const& call, std::string_view table, Rows const& rows) {
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    auto const before = latency::current_generation(store_, call, table);
    if (!before) return before.error();
    auto const generation = sdk::random_id();
    if (auto written = write(call, table, generation, rows); !written) return written;
    auto const switched = switch_to(call, table, generation, before->version);
    if (switched) {
      log_.info(call, std::to_string(rows.size()) + " rows loaded into " + std::string(table));
      sweep(call, table, before->name, generation);
      return {};
    }
    // Of a switch in doubt the new rows may be those that count; if not, a later load sweeps them as strays.
    if (switched.outcome != Outcome::ambiguous) sweep(call, table, generation, before->name);
    if (switched.outcome != Outcome::conflict && switched.outcome != Outcome::exists)
      return store::error_of(switched.outcome, switched.text, "switch " + std::string(table) + " to new rules");
  }
  return Error{Errc::unavailable, std::string(table) + " is loaded by others again and again; try again"};
}

sdk::Result<void> LatencyLoader::write(sdk::Call const& call, std::string_view table, std::string const& generation,
                                       Rows const& rows) {
  std::vector<sdk::Mutation> inserts;
  for (auto const& [name, values] : rows)
    inserts.push_back({.kind = sdk::Mutation::Kind::insert,
                       .table = std::string(table),
                       .id = latency::row_id(generation, name),
                       .values = values,
                       .expect = {}});
  auto const at_once = std::clamp<std::size_t>(store_.info().max_multi_ops, 1, mutations_at_once);
  // The switch afterwards is durable, and with it what was written before.
  for (std::span<sdk::Mutation const> rest(inserts); !rest.empty();) {
    auto const part = rest.first(std::min(at_once, rest.size()));
    auto const written = store::write_together(store_, call, part, sdk::random_id(), sdk::Durability::relaxed);
    if (!written) return store::error_of(written.outcome, written.text, "write " + std::string(table));
    rest = rest.subspan(part.size());
  }
  return {};
}

sdk::Written LatencyLoader::switch_to(sdk::Call const& call, std::string_view table, std::string const& generation,
                                      std::optional<sdk::Version> const& before) {
  sdk::Values const values{{"value", generation}};
  auto const id = latency::generation_row(table);
  sdk::Expect as_read;
  as_read.version = before;
  auto written =
      before ? store_.update(call, sdk::tables::meta.name, id, values, as_read, sdk::random_id(), sdk::Durability::full)
             : store_.insert(call, sdk::tables::meta.name, id, values, sdk::random_id(), sdk::Durability::full);
  if (written.outcome != Outcome::ambiguous) return written;
  if (auto const now = latency::current_generation(store_, call, table); now && now->name == generation)
    written.outcome = Outcome::ok;
  return written;
}

void LatencyLoader::sweep(sdk::Call const& call, std::string_view table, std::string const& old,
                          std::string const& current) {
  auto const stray_before = clock_.wall_ms() - std::chrono::milliseconds(stray_age).count();
  std::optional<std::string> after;
  do {
    auto page = store_.list(call, table, {}, after, 1000);
    if (!page) return log_.warning(call, std::string(table) + ": old rows stay for now: " + page.text);
    for (auto const& row : page.value.rows) {
      auto const generation = row.id.substr(0, row.id.find('/'));
      if (generation == current || (generation != old && row.created_ms > stray_before)) continue;
      sdk::Expect as_read;
      as_read.version = row.version;
      store_.remove(call, table, row.id, as_read, sdk::random_id(), sdk::Durability::relaxed);
    }
    after = std::move(page.value.cursor);
  } while (after);
}

}  // namespace conductor::services::controller
