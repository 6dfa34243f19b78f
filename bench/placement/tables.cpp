#include "bench/placement/tables.hpp"

#include <cmath>
#include <ostream>

namespace conductor::bench::placement {

using services::solver::Dense;

namespace {

// Calls visit(pair, c, other, cost) for every pair of candidates; forbidden where they may not stand together.
template <class Visit>
void each_entry(Dense const& dense, sdk::CoupledPair const& pair, Visit const& visit) {
  for (std::size_t c = 0; c < dense.numbering(pair.first).size(); ++c) {
    auto const row = pair.restricts ? dense.row(pair.first, c, pair.second) : sdk::Bits{};
    auto const costs = pair.has_cost ? dense.costs(pair.first, c, pair.second) : std::span<sdk::Cost const>{};
    for (std::size_t other = 0; other < dense.numbering(pair.second).size(); ++other) {
      bool const allowed = !pair.restricts || sdk::test_bit(row, other);
      visit(!allowed ? sdk::forbidden : pair.has_cost ? costs[other] : 0);
    }
  }
}

}  // namespace

std::size_t table_entries(Dense const& dense) {
  std::size_t count = 0;
  for (auto const& pair : dense.pairs())
    count += dense.numbering(pair.first).size() * dense.numbering(pair.second).size();
  return count;
}

void write_cfn(std::ostream& out, Dense const& dense) {
  // Anything from `top` up is forbidden.
  long double sum = 1;
  for (std::size_t d = 0; d < dense.demands(); ++d) {
    sdk::Cost most = 0;
    for (auto const& key : dense.keys(d)) most = std::max(most, key.cost);
    sum += static_cast<long double>(most);
  }
  for (auto const& pair : dense.pairs())
    if (pair.has_cost) sum += 20016.0L * dense.scale();
  auto const top = static_cast<long long>(sum);
  out << "{problem:{name:placement,mustbe:\"<" << top << "\"},\nvariables:{";
  for (std::size_t d = 0; d < dense.demands(); ++d)
    out << (d == 0 ? "" : ",") << "d" << d << ":" << dense.numbering(d).size();
  out << "},\nfunctions:{";
  for (std::size_t d = 0; d < dense.demands(); ++d) {
    out << (d == 0 ? "" : ",\n") << "u" << d << ":{scope:[d" << d << "],costs:[";
    for (std::size_t c = 0; c < dense.keys(d).size(); ++c) out << (c == 0 ? "" : ",") << dense.keys(d)[c].cost;
    out << "]}";
  }
  for (auto const& pair : dense.pairs()) {
    out << ",\np" << pair.first << "_" << pair.second << ":{scope:[d" << pair.first << ",d" << pair.second
        << "],costs:[";
    char const* comma = "";
    each_entry(dense, pair, [&](sdk::Cost cost) {
      out << comma << (cost == sdk::forbidden ? top : cost);
      comma = ",";
    });
    out << "]}";
  }
  out << "}}\n";
}

void write_dzn(std::ostream& out, Dense const& dense) {
  auto const milli = [&](sdk::Cost cost) {
    return cost == sdk::forbidden ? -1 : std::llround(static_cast<double>(cost) / dense.scale() * 1000);
  };
  std::size_t most = 0;
  for (std::size_t d = 0; d < dense.demands(); ++d) most = std::max(most, dense.numbering(d).size());
  out << "demands = " << dense.demands() << ";\nsites = " << most << ";\nsizes = [";
  for (std::size_t d = 0; d < dense.demands(); ++d) out << (d == 0 ? "" : ",") << dense.numbering(d).size();
  out << "];\nown = [";
  char const* comma = "";
  for (std::size_t d = 0; d < dense.demands(); ++d)
    for (std::size_t c = 0; c < most; ++c) {
      out << comma << (c < dense.keys(d).size() ? milli(dense.keys(d)[c].cost) : 0);
      comma = ",";
    }
  out << "];\npairs = " << dense.pairs().size() << ";\nfirst = [";
  for (auto const& pair : dense.pairs()) out << (&pair == dense.pairs().data() ? "" : ",") << pair.first + 1;
  out << "];\nsecond = [";
  for (auto const& pair : dense.pairs()) out << (&pair == dense.pairs().data() ? "" : ",") << pair.second + 1;
  out << "];\nstarts = [";
  std::size_t start = 0;
  for (auto const& pair : dense.pairs()) {
    out << (start == 0 ? "" : ",") << start;
    start += dense.numbering(pair.first).size() * dense.numbering(pair.second).size();
  }
  out << "];\nentries = " << start << ";\ncosts = [";
  comma = "";
  for (auto const& pair : dense.pairs())
    each_entry(dense, pair, [&](sdk::Cost cost) {
      out << comma << milli(cost);
      comma = ",";
    });
  out << "];\n";
}

}  // namespace conductor::bench::placement
