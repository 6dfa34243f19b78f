// One instance of the placement benchmark with one or more strategies, a JSON line each. `seconds` is from coordinates
// to proof: filters, keys, relations, search; the translated document has been read before. `read_seconds` is that.
//   bench_placement --shape clique --demands 5 --sites 1000 --strategy optimal fit_first
//   bench_placement --shape chain --demands 8 --sites 100 --write-cfn chain.cfn
// `incumbents` are the answers on the way, as pairs of seconds and value. bench/placement/compare runs it beside
// others.
#include "bench/common/strategy.hpp"
#include "bench/placement/instance.hpp"
#include "bench/placement/tables.hpp"
#include "services/placement/row_memory.hpp"
#include "services/solver/input.hpp"
#include "services/solver/series.hpp"

#include <boost/program_options.hpp>

#include <sys/resource.h>

#include <fstream>
#include <iostream>

namespace conductor::bench::placement {
namespace {

namespace json = boost::json;
using namespace services::solver;
using Seconds = std::chrono::duration<double>;

// Notes when which answer was found.
class Diary final : public sdk::ProgressSink {
 public:
  Diary(sdk::ProgressSink& next, std::chrono::steady_clock::time_point begin) : next_(next), begin_(begin) {}
  void incumbent(sdk::Assignment const& assignment, sdk::Cost cost) override {
    entries_.emplace_back(Seconds(std::chrono::steady_clock::now() - begin_).count(), cost);
    next_.incumbent(assignment, cost);
  }
  void bound(sdk::Cost cost) override { next_.bound(cost); }
  std::vector<std::pair<double, sdk::Cost>> const& entries() const { return entries_; }

 private:
  sdk::ProgressSink& next_;
  std::chrono::steady_clock::time_point begin_;
  std::vector<std::pair<double, sdk::Cost>> entries_;
};

// What the solver role calls.
class Unguarded final : public plugin::Strategy {
 public:
  Unguarded(LoadedStrategy& strategy, std::chrono::steady_clock::time_point begin)
      : strategy_(strategy), begin_(begin) {}
  sdk::Result<sdk::Solved> solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                 std::shared_ptr<sdk::ProgressSink> progress) override {
    Diary diary(*progress, begin_);
    auto result = strategy_->solve(call, *problem, diary);
    incumbents = diary.entries();
    return result;
  }
  std::vector<std::pair<double, sdk::Cost>> incumbents;

 private:
  LoadedStrategy& strategy_;
  std::chrono::steady_clock::time_point begin_;
};

// The instances ask for nothing that is not in their candidates.
class NoRemote final : public Remote {
 public:
  sdk::Result<json::object> regions_with_roles(sdk::Call const&, std::set<std::string> const&) override {
    return none();
  }
  sdk::Result<json::object> roles_of_hosts(sdk::Call const&, std::set<std::string> const&) override { return none(); }
  sdk::Result<json::object> pairs_of_groups(sdk::Call const&, std::set<std::string> const&) override { return none(); }

 private:
  static json::object none() { return {}; }
};

// Of this thread, which does all the work: on a busy machine the honest figure.
double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Arguments {
  Instance instance;
  std::vector<std::string> strategies{"optimal"};
  std::string folder = CONDUCTOR_SOLVERS, cfn, dzn;
  unsigned repeat = 1, limit_ms = 60'000;
};

std::shared_ptr<Dense const> make_dense(std::shared_ptr<Plan const> const& plan) {
  static Options const options{.rows = std::make_shared<RowPool>()};  // as the role has for all its plans
  NoRemote remote;
  auto filtered = filter({}, *plan, options, remote);
  if (!filtered) throw std::runtime_error(filtered.error().text);
  if ((*filtered)->empty_demand) return nullptr;
  return std::make_shared<Dense const>(plan, options, std::move(*filtered));
}

json::object solve_once(LoadedStrategy& strategy, Arguments const& arguments, std::shared_ptr<Plan const> const& plan) {
  auto const begin = std::chrono::steady_clock::now();
  auto const begin_cpu = cpu_seconds();
  auto const call = sdk::Call{}.within(strategy.clock(), std::chrono::milliseconds(arguments.limit_ms));
  auto const dense = make_dense(plan);
  auto const ready_cpu = cpu_seconds();
  json::object row;
  auto const proof = [&](sdk::Proof of) { row["proof"] = to_string(of); };
  if (dense) {
    Unguarded unguarded(strategy, begin);
    auto const series = search_series(call, dense, 1, 1, unguarded, strategy.clock());
    if (!series) throw std::runtime_error(series.error().text);
    proof(series->proof);
    if (!series->found.empty()) {
      auto const& found = series->found.front();
      auto const value = dense->score_of(found.cost).value, bound = dense->score_of(found.bound).value;
      row["value"] = value;
      row["gap"] = (value - bound) / std::max(1.0, std::abs(value));
      row["nodes"] = found.nodes;
    }
    json::array incumbents;
    for (auto const& [seconds, cost] : unguarded.incumbents)
      incumbents.push_back(json::array{seconds, dense->score_of(cost).value});
    row["incumbents"] = std::move(incumbents);
  } else {
    proof(sdk::Proof::infeasible);
  }
  row["prepare_cpu_seconds"] = ready_cpu - begin_cpu;
  row["cpu_seconds"] = cpu_seconds() - begin_cpu;
  row["seconds"] = Seconds(std::chrono::steady_clock::now() - begin).count();
  return row;
}

// Of all repetitions: what a busy machine disturbs least.
double least_of(std::vector<json::object> const& rows, char const* field) {
  auto least = rows.front().at(field).as_double();
  for (auto const& row : rows) least = std::min(least, row.at(field).as_double());
  return least;
}

void measure(Arguments const& arguments, std::shared_ptr<Plan const> const& plan, double read_seconds) {
  for (auto const& name : arguments.strategies) {
    LoadedStrategy strategy(arguments.folder, name);
    std::vector<json::object> rows;
    for (unsigned i = 0; i < arguments.repeat; ++i) rows.push_back(solve_once(strategy, arguments, plan));
    std::sort(rows.begin(), rows.end(),
              [](auto const& a, auto const& b) { return a.at("seconds").as_double() < b.at("seconds").as_double(); });
    auto row = rows[rows.size() / 2];
    row["least_cpu_seconds"] = least_of(rows, "cpu_seconds");
    row["least_prepare_cpu_seconds"] = least_of(rows, "prepare_cpu_seconds");
    row["instance"] = arguments.instance.name();
    row["solver"] = name;
    row["read_seconds"] = read_seconds;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    row["peak_mib"] = usage.ru_maxrss / 1024;
    std::cout << json::serialize(row) << std::endl;
  }
}

// What the files do not say: {"scale", "shift", "entries"}; value = (cost + shift) / scale. Without a candidate for a
// demand there is nothing to write.
void write_tables(Arguments const& arguments, std::shared_ptr<Plan const> const& plan) {
  auto const dense = make_dense(plan);
  if (!dense) throw std::runtime_error("a demand has no candidate; there is nothing to write");
  SearchProblem const problem(dense, 1, 1);
  json::object row{{"instance", arguments.instance.name()}, {"entries", table_entries(problem)}};
  row["scale"] = problem.scale();
  auto const write = [&](std::string const& file, auto const& writer) {
    if (file.empty()) return;
    std::ofstream out(file);
    writer(out);
    if (!out.flush()) throw std::runtime_error("cannot write " + file);
  };
  write(arguments.cfn, [&](std::ostream& out) { row["shift"] = write_cfn(out, problem); });
  write(arguments.dzn, [&](std::ostream& out) { write_dzn(out, problem); });
  std::cout << json::serialize(row) << std::endl;
}

int run(int argc, char** argv) {
  namespace po = boost::program_options;
  Arguments arguments;
  auto& instance = arguments.instance;
  po::options_description all("Options");
  auto add = all.add_options();
  add("help", "this text");
  add("shape", po::value(&instance.shape), "chain, star, cycle, tree or clique [chain]");
  add("class", po::value(&instance.type), "limits or costs [limits]");
  add("spread", po::value(&instance.spread), "uniform or clustered [uniform]");
  add("tightness", po::value(&instance.tightness), "loose, tight or infeasible [loose]");
  add("demands", po::value(&instance.demands), "number of demands [8]");
  add("sites", po::value(&instance.sites), "candidates of each [1000]");
  add("seed", po::value(&instance.seed), "of the generator [1]");
  add("strategy", po::value(&arguments.strategies)->multitoken(), "names of strategies [optimal]");
  add("repeat", po::value(&arguments.repeat), "runs; the median is shown [1]");
  add("limit-ms", po::value(&arguments.limit_ms), "deadline of one solve [60000]");
  add("plugins", po::value(&arguments.folder), "folder of the strategies' shared objects [of this build]");
  add("write-cfn", po::value(&arguments.cfn), "write the instance for toulbar2 and do not solve it");
  add("write-dzn", po::value(&arguments.dzn), "write the instance for MiniZinc and do not solve it");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, all), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << all;
    return 0;
  }
  if (arguments.repeat == 0) throw std::invalid_argument("--repeat is 0, expected at least 1");
  auto const document = std::make_shared<json::value const>(translated(instance));
  auto const begin = std::chrono::steady_clock::now();
  auto const plan = std::make_shared<Plan const>(read_plan(document, Options{}));
  auto const read_seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
  if (!arguments.cfn.empty() || !arguments.dzn.empty())
    write_tables(arguments, plan);
  else
    measure(arguments, plan, read_seconds);
  return 0;
}

}  // namespace
}  // namespace conductor::bench::placement

int main(int argc, char** argv) {
  try {
    return conductor::bench::placement::run(argc, argv);
  } catch (std::exception const& e) {
    std::cerr << "bench_placement: " << e.what() << '\n';
    return 1;
  }
}
