// Solve times of the strategies over demands x candidates. One JSON line per cell; the time is the median of several
// problems (seeds 1, 2, …) and includes the computation of the rows the strategy asked for.
//   bench_solve --strategy optimal fit_first --shape chain --demands 2 5 --candidates 100 1000
#include "bench/common/strategy.hpp"
#include "bench/solve/shapes.hpp"

#include <boost/program_options.hpp>

#include <iomanip>
#include <iostream>

namespace conductor::bench::solve {
namespace {

class Silent final : public sdk::ProgressSink {
 public:
  void incumbent(sdk::Assignment const&, sdk::Cost) override {}
  void bound(sdk::Cost) override {}
};

struct Options {
  std::vector<std::string> strategies{"optimal"};
  std::vector<std::uint32_t> demands{1, 2, 3, 5, 8};
  std::vector<std::uint32_t> candidates{10, 50, 100, 200, 500, 1000};
  std::string shape = "chain";
  std::string folder = CONDUCTOR_SOLVERS;
  unsigned repeat = 3;
  unsigned limit_ms = 20'000;
  std::size_t solutions = 1;
};

struct Run {
  double seconds = 0;
  std::string proof;
  double value = 0, bound = 0;
  std::uint64_t nodes = 0;
  std::size_t rows = 0;
};

Run measure(LoadedStrategy& strategy, Options const& options, std::uint32_t demands, std::uint32_t candidates,
            unsigned seed) {
  GeoProblem geo;
  Shapes(seed).fill(geo, options.shape, demands, candidates);
  geo.problem().set_wanted(options.solutions);
  auto const begin = std::chrono::steady_clock::now();
  Silent silent;
  auto const call = sdk::Call{}.within(strategy.clock(), std::chrono::milliseconds(options.limit_ms));
  auto const solved = strategy->solve(call, geo.problem(), silent).value();
  Run run;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  run.proof = to_string(solved.proof);
  run.nodes = solved.nodes;
  run.rows = geo.problem().rows_made();
  if (!solved.solutions.empty()) {
    run.value = static_cast<double>(solved.solutions.front().cost) / geo.problem().scale();
    run.bound = static_cast<double>(solved.solutions.front().bound) / geo.problem().scale();
  }
  return run;
}

void measure_cell(LoadedStrategy& strategy, std::string const& name, Options const& options, std::uint32_t demands,
                  std::uint32_t candidates) {
  std::vector<Run> runs;
  for (unsigned seed = 1; seed <= options.repeat; ++seed)
    runs.push_back(measure(strategy, options, demands, candidates, seed));
  auto const shown = runs.front();  // values belong to seed 1, so that strategies can be compared
  std::sort(runs.begin(), runs.end(), [](Run const& a, Run const& b) { return a.seconds < b.seconds; });
  std::cout << std::fixed << std::setprecision(6) << "{\"shape\":\"" << options.shape << "\",\"strategy\":\"" << name
            << "\",\"demands\":" << demands << ",\"candidates\":" << candidates
            << ",\"seconds\":" << runs[runs.size() / 2].seconds << ",\"slowest\":" << runs.back().seconds
            << ",\"proof\":\"" << shown.proof << "\",\"value\":" << shown.value << ",\"bound\":" << shown.bound
            << ",\"nodes\":" << shown.nodes << ",\"rows\":" << shown.rows << "}" << std::endl;
}

int run(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  po::options_description all("Options");
  auto add = all.add_options();
  add("help", "this text");
  add("strategy", po::value(&options.strategies)->multitoken(), "names of strategies [optimal]");
  add("demands", po::value(&options.demands)->multitoken(), "numbers of demands [1 2 3 5 8]");
  add("candidates", po::value(&options.candidates)->multitoken(), "candidates of each [10 50 100 200 500 1000]");
  add("shape", po::value(&options.shape), "chain, tree, ties, backtrack, clique or noise [chain]");
  add("solutions", po::value(&options.solutions), "solutions wanted [1]");
  add("repeat", po::value(&options.repeat), "problems per cell [3]");
  add("limit-ms", po::value(&options.limit_ms), "deadline of one solve [20000]");
  add("plugins", po::value(&options.folder), "folder of the strategies' shared objects [of this build]");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, all), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << all;
    return 0;
  }
  if (options.repeat == 0) throw std::invalid_argument("--repeat is 0, expected at least 1");
  for (auto const& name : options.strategies) {
    LoadedStrategy strategy(options.folder, name);
    for (auto const demands : options.demands)
      for (auto const candidates : options.candidates) measure_cell(strategy, name, options, demands, candidates);
  }
  return 0;
}

}  // namespace
}  // namespace conductor::bench::solve

int main(int argc, char** argv) {
  try {
    return conductor::bench::solve::run(argc, argv);
  } catch (std::exception const& e) {
    std::cerr << "bench_solve: " << e.what() << '\n';
    return 1;
  }
}
