// Instances of the placement benchmark, each fully determined by its description: as the translated document that the
// solver role reads.
#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <string>

namespace conductor::bench::placement {

// Sites lie in a box of about 2,200 km (Europe), anywhere (uniform) or around 40 centres (clustered); each demand has
// sites and a customer location of its own.
//   class limits: demands that an edge of the graph joins must lie within a distance of each other; the objective is
//   the
//                 weighted distance of each demand to its customer.
//   class costs:  the distance along each edge is part of the objective as well.
//   tightness:    how many pairs the limit leaves: loose about one in five, tight about one in a hundred, infeasible
//   none.
struct Instance {
  std::string shape = "chain";  // chain, star, cycle, tree, clique
  std::string type = "limits";  // limits, costs
  std::string spread = "uniform";
  std::string tightness = "loose";
  std::uint32_t demands = 8, sites = 1000;
  std::uint64_t seed = 1;

  // "limits chain 8 x 1000 uniform loose #1"
  std::string name() const;
};

// {"conductor_solver": {...}} (template specification 12). Throws std::invalid_argument for an unknown word.
boost::json::value translated(Instance const& instance);

}  // namespace conductor::bench::placement
