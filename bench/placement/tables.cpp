#include "bench/placement/tables.hpp"

#include "tests/plugins/solver/cost_network.hpp"

#include <cmath>

namespace conductor::bench::placement {

using tests::solver::CostNetwork;

std::size_t table_entries(sdk::Problem const& problem) {
  std::size_t count = 0;
  for (auto const& pair : problem.pairs()) count += problem.candidates(pair.first) * problem.candidates(pair.second);
  return count;
}

sdk::Cost write_cfn(std::ostream& out, sdk::Problem const& problem) {
  CostNetwork const network(problem);
  network.write(out);
  return network.shift();
}

void write_dzn(std::ostream& out, sdk::Problem const& problem) {
  CostNetwork const network(problem);
  auto const milli = [&](sdk::Cost cost) {
    return cost == sdk::forbidden ? -1 : std::llround(static_cast<double>(cost) / problem.scale() * 1000);
  };
  std::size_t most = 0;
  for (std::size_t d = 0; d < problem.demands(); ++d) most = std::max(most, problem.candidates(d));
  out << "demands = " << problem.demands() << ";\nsites = " << most << ";\nsizes = [";
  for (std::size_t d = 0; d < problem.demands(); ++d) out << (d == 0 ? "" : ",") << problem.candidates(d);
  out << "];\nown = [";
  char const* comma = "";
  for (std::size_t d = 0; d < problem.demands(); ++d)
    for (std::size_t c = 0; c < most; ++c) {
      out << comma << (c < problem.keys(d).size() ? milli(problem.keys(d)[c].cost) : 0);
      comma = ",";
    }
  out << "];\npairs = " << problem.pairs().size() << ";\nfirst = [";
  for (auto const& pair : problem.pairs()) out << (&pair == problem.pairs().data() ? "" : ",") << pair.first + 1;
  out << "];\nsecond = [";
  for (auto const& pair : problem.pairs()) out << (&pair == problem.pairs().data() ? "" : ",") << pair.second + 1;
  out << "];\nstarts = [";
  std::size_t start = 0;
  for (auto const& pair : problem.pairs()) {
    out << (start == 0 ? "" : ",") << start;
    start += problem.candidates(pair.first) * problem.candidates(pair.second);
  }
  out << "];\nentries = " << start << ";\ncosts = [";
  comma = "";
  for (auto const& pair : problem.pairs())
    network.each_entry(pair, [&](sdk::Cost cost) {
      out << comma << milli(cost);
      comma = ",";
    });
  out << "];\n";
}

}  // namespace conductor::bench::placement
