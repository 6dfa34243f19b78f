// What the simulated A&AI knows: objects by path, edges between them. Built by calls, or read from a JSON file.
#pragma once
#include "schema.hpp"

#include <boost/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace conductor::simulators::aai {

struct Node {
  std::string path;  // below the version, segments percent-encoded: "network/pnfs/pnf/edge-router-9"
  Resource resource;
  boost::json::object properties;                          // keys included
  std::vector<std::pair<std::size_t, std::string>> edges;  // other node's index, label; both ways
};

struct Place {
  std::string id, name, city, country;
  std::string latitude, longitude, state{}, region{}, data_center_code{};
};

// Every function that adds returns the path of the new object, for relate(). Not thread-safe while it is built. Wrong
// paths are mistakes of the test and throw std::invalid_argument.
class World {
 public:
  std::string put(std::string const& path, boost::json::object properties = {});
  // An edge, seen from both sides.
  void relate(std::string const& from, std::string const& to, std::string const& label = "");
  // Sets or (null) removes properties of an object.
  void change(std::string const& path, boost::json::object const& properties);

  std::string complex(Place const& place);
  // `complex` is a path or empty.
  std::string region(std::string const& owner, std::string const& id, std::string const& complex,
                     boost::json::object properties = {});
  std::string pserver(std::string const& hostname, std::string const& complex);
  std::string pnf(std::string const& name, std::string const& complex);
  std::string vserver(std::string const& region, std::string const& tenant, std::string const& id,
                      std::string const& pserver);
  std::string instance(std::string const& customer, std::string const& service_type, std::string const& id);
  std::string vnf(std::string const& id, boost::json::object properties, std::string const& instance,
                  std::vector<std::string> const& vservers);
  std::string network(std::string const& id, std::string const& role, std::vector<std::string> const& regions);
  std::string group(std::string const& id, std::string const& description, std::vector<std::string> const& instances);
  // Hardware: a flavor of a region, and a capability of a flavor or of the region itself. `attributes` has documents by
  // key ({"numVirtualCpu": {"value": "8"}}), which A&AI keeps as text.
  std::string flavor(std::string const& region, std::string const& id, boost::json::object properties = {});
  std::string capability(std::string const& holder, std::string const& id, std::string const& feature,
                         boost::json::object const& attributes);
  std::string allotted_resource(std::string const& instance, std::string const& id, std::string const& role);

  std::vector<Node> const& nodes() const { return nodes_; }
  Node const* find(std::string const& path) const;

  // {"objects": [{"path", "properties"}], "relations": [{"from", "to", "label"}]}
  static World from_json(boost::json::value const& document);

 private:
  std::size_t index(std::string const& path) const;
  std::vector<Node> nodes_;
  std::map<std::string, std::size_t, std::less<>> by_path_;
};

// Twelve regions in European and American cities, a residential customer with vG_Mux instances, networks, groups,
// hosts: enough for a residential vCPE template with the demands vGMuxInfra (service or cloud) and vG (cloud).
World example_world();
inline constexpr char example_customer[] = "residential-7";

}  // namespace conductor::simulators::aai
