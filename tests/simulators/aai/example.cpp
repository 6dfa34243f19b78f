// The bundled example: invented operators and services in real cities.
#include "world.hpp"

namespace conductor::simulators::aai {

namespace json = boost::json;

namespace {

struct Site {
  char const *owner, *region, *complex, *city, *state, *country, *part, *latitude, *longitude;
  bool sriov;
};

constexpr Site sites[] = {
    {"NordCloud", "lyon-a", "LYONFR01", "Lyon", "", "FRA", "EU", "45.7640", "4.8357", true},
    {"NordCloud", "paris-a", "PARSFR02", "Paris", "", "FRA", "EU", "48.8566", "2.3522", true},
    {"NordCloud", "stockholm-a", "STHMSE01", "Stockholm", "", "SWE", "EU", "59.3293", "18.0686", false},
    {"NordCloud", "berlin-a", "BRLNDE01", "Berlin", "", "DEU", "EU", "52.5200", "13.4050", true},
    {"NordCloud", "warsaw-a", "WRSWPL01", "Warsaw", "", "POL", "EU", "52.2297", "21.0122", false},
    {"SudEdge", "madrid-1", "MDRDES01", "Madrid", "", "ESP", "EU", "40.4168", "-3.7038", true},
    {"SudEdge", "milan-1", "MILNIT01", "Milan", "", "ITA", "EU", "45.4642", "9.1900", false},
    {"SudEdge", "lisbon-1", "LSBNPT01", "Lisbon", "", "PRT", "EU", "38.7223", "-9.1393", false},
    {"WestRim", "dallas-2", "DLLSUS02", "Dallas", "TX", "USA", "US", "32.7767", "-96.7970", true},
    {"WestRim", "denver-2", "DNVRUS01", "Denver", "CO", "USA", "US", "39.7392", "-104.9903", true},
    {"WestRim", "atlanta-2", "ATLNUS01", "Atlanta", "GA", "USA", "US", "33.7490", "-84.3880", false},
    {"WestRim", "seattle-2", "STTLUS01", "Seattle", "WA", "USA", "US", "47.6062", "-122.3321", false},
};

// One running gateway multiplexer, with its own machine.
struct Mux {
  int site;
  char const *id, *status;
};
constexpr Mux muxes[] = {{0, "mux-lyon", "active"},   {1, "mux-paris", "active"},    {3, "mux-berlin", "active"},
                         {8, "mux-dallas", "active"}, {10, "mux-atlanta", "active"}, {9, "mux-denver", "planned"}};

}  // namespace

World example_world() {
  World world;
  std::vector<std::string> complexes, regions, instances;
  for (auto const& site : sites) {
    std::string const city(site.city);
    complexes.push_back(world.complex({.id = site.complex,
                                       .name = site.region,
                                       .city = city,
                                       .country = site.country,
                                       .latitude = site.latitude,
                                       .longitude = site.longitude,
                                       .state = site.state,
                                       .region = site.part,
                                       .data_center_code = "DC-" + city}));
    regions.push_back(world.region(site.owner, site.region, complexes.back(),
                                   {{"cloud-type", "openstack"},
                                    {"owner-defined-type", "edge"},
                                    {"cloud-region-version", "4.2"},
                                    {"cloud-zone", "z1"},
                                    {"sriov-automation", site.sriov}}));
    world.pserver("gw-" + std::string(site.region), complexes.back());
    world.pnf("router-" + std::string(site.region), complexes.back());
  }
  for (auto const& mux : muxes) {
    auto const at = static_cast<std::size_t>(mux.site);
    std::string const id(mux.id);
    auto const machine = world.pserver("cmp-" + id, complexes[at]);
    instances.push_back(world.instance(example_customer, "vCPE", "svc-" + id));
    world.vnf("vnf-" + id,
              {{"vnf-name", "vgmux-" + id},
               {"vnf-type", "vGMux/vgmux 0"},
               {"equipment-role", "vG_Mux"},
               {"service-id", "svc-9"},
               {"prov-status", "ACTIVE"},
               {"orchestration-status", mux.status},
               {"model-invariant-id", "model-vgmux"},
               {"model-version-id", "model-vgmux-1"},
               {"in-maint", false}},
              instances.back(), {world.vserver(regions[at], "residential", "vs-" + id, machine)});
    world.allotted_resource(instances.back(), "ar-" + id, "ACTIVE");
  }
  auto const foreign = world.instance("enterprise-3", "vCPE", "svc-mux-foreign");
  world.vnf(
      "vnf-mux-foreign",
      {{"vnf-name", "vgmux-foreign"},
       {"vnf-type", "vGMux/vgmux 0"},
       {"equipment-role", "vG_Mux"},
       {"orchestration-status", "active"}},
      foreign,
      {world.vserver(regions[1], "enterprise", "vs-foreign", "cloud-infrastructure/pservers/pserver/gw-paris-a")});
  world.network("net-residential-eu", "residential_public", {regions[0], regions[1], regions[3]});
  world.network("net-residential-us", "residential_public", {regions[8], regions[9]});
  world.group("pair-eu", "DHV_VVIG_PAIR", {instances[0], instances[1]});
  for (std::size_t const at : {8U, 9U}) {
    auto const small = world.flavor(regions[at], "f-small-" + std::to_string(at), {{"flavor-name", "m1.small"}});
    world.capability(small, "cpu-small-" + std::to_string(at), "basicCapabilities",
                     {{"numVirtualCpu", {{"value", "2"}}}, {"virtualMemSize", {{"value", "4096"}, {"unit", "MB"}}}});
  }
  auto const large = world.flavor(regions[9], "f-large-9", {{"flavor-name", "m1.large"}});
  world.capability(large, "cpu-large-9", "basicCapabilities",
                   {{"numVirtualCpu", {{"value", "8"}}}, {"virtualMemSize", {{"value", "16384"}, {"unit", "MB"}}}});
  world.capability(regions[9], "isolation-9", "dedicatedCluster", {{"tenancy", {{"value", "single"}}}});
  return world;
}

}  // namespace conductor::simulators::aai
