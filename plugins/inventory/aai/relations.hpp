// Relationship lists and related links of A&AI objects. Pure functions; a malformed part counts as absent.
#pragma once
#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::plugins::inventory_aai {

// One relationship of an object.
struct Relation {
  std::string link;  // empty when there is none
  std::vector<std::pair<std::string, std::string>> data;
  // The value under this relationship-key.
  std::optional<std::string> value(std::string_view key) const;
};

// What the lookup emits: the link, and the value of the wanted key.
struct Related {
  std::string link, value;
  bool operator==(Related const&) const = default;
};

struct Match {
  std::string key, value;
};

// The relationships of `object` to things of this type, in order.
std::vector<Relation> relations(boost::json::object const& object, std::string_view type);

// REL(object, type, key, match): relationships without `key` are skipped, and those without the matching datum. Nothing
// found is an empty list.
std::vector<Related> related(boost::json::object const& object, std::string_view type, std::string_view key,
                             std::optional<Match> const& match = std::nullopt);

// The different values of a lookup, in order of appearance.
std::vector<std::string> distinct_values(std::vector<Related> const& found);

// The path of a related link without host, base path and version, as a request under the configured version needs it:
// "https://old:8443/aai/v14/network/…" gives "/network/…". The version is the segment directly after `base_path` (the
// path of server_url) or A&AI's own "/aai". Nothing when the link has no version there: such a link is unusable.
std::optional<std::string> path_of_link(std::string_view link, std::string_view base_path);

}  // namespace conductor::plugins::inventory_aai
