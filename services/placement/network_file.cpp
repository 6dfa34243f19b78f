// Reading of the network model's file.
#include "services/placement/network_model.hpp"
#include "services/placement/table_file.hpp"

namespace conductor::services::placement {

sdk::Result<NetworkModel> NetworkModel::from_file(std::filesystem::path const& file) {
  auto const rows = read_table(file);
  if (!rows) return rows.error();
  std::vector<Link> links;
  for (auto const& [values, where] : *rows) {
    auto const wrong = [&, place = where](std::string const& what) {
      return sdk::Error{sdk::Errc::invalid, file.string() + ", " + place + ": " + what};
    };
    Link link;
    link.from = text_of(values, "from");
    link.to = text_of(values, "to");
    if (link.from.empty() || link.to.empty()) return wrong("a link needs the names of its ends, 'from' and 'to'");
    for (auto const& [name, part] :
         {std::pair{"latency_ms", &link.path.latency_ms}, std::pair{"bandwidth_mbps", &link.path.bandwidth_mbps},
          std::pair{"distance_km", &link.path.distance_km}}) {
      auto const* given = member(values, name);
      auto const number = given ? number_in(*given) : std::nullopt;
      if (!number || *number < 0)
        return wrong(std::string(name) + " is " + (given ? shown(*given) : "missing") +
                     ", expected a number of 0 or more");
      *part = *number;
    }
    if (auto const* directed = member(values, "directed")) {
      auto const flag = boolean_in(*directed);
      if (!flag) return wrong("directed is " + shown(*directed) + ", expected true or false");
      link.directed = *flag;
    }
    links.push_back(std::move(link));
  }
  return NetworkModel(std::move(links));
}

}  // namespace conductor::services::placement
