// bench_store: what the operations of a plan cost on the configured store, whichever it is, while it holds few plans
// and while it holds many. One JSON line for each number of stored plans. The store should be empty at first; what was
// written stays.
#include "core/http/client.hpp"
#include "core/kernel/setup.hpp"
#include "core/log/log.hpp"
#include "core/metrics/metrics.hpp"
#include "core/plugin/loader.hpp"
#include "core/work/system_clock.hpp"

#include "conductor/sdk/claims.hpp"

#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

namespace po = boost::program_options;

namespace conductor::bench {

namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::string_view table = sdk::tables::plans.name;

struct Options {
  std::string config_file;
  std::vector<std::size_t> stored{0};
  std::size_t plans = 200;  // measured one after the other
  std::size_t burst = 2000;
  unsigned threads = 16;
};

template <class Answer>
Answer checked(Answer answer, std::string const& what) {
  if (!answer) throw std::runtime_error(what + ": " + std::string(to_string(answer.outcome)) + " " + answer.text);
  return answer;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  auto const seconds = [](timeval const& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class StoreBench {
 public:
  StoreBench(sdk::Store& store, sdk::Clock& clock, Options const& options)
      : store_(store), clock_(clock), options_(options), document_(4096, 'd') {}

  boost::json::object measure(std::size_t stored) {
    fill(stored);
    boost::json::object result{{"stored", stored}};
    auto const cpu = cpu_seconds();
    for (std::size_t i = 0; i < options_.plans; ++i) one_plan(true);
    result["cpu_us_per_plan"] = 1e6 * (cpu_seconds() - cpu) / static_cast<double>(options_.plans);
    for (auto& [step, micros] : micros_) {
      std::sort(micros.begin(), micros.end());
      result[step + "_p50_us"] = micros[micros.size() / 2];
      result[step + "_p99_us"] = micros[micros.size() * 99 / 100];
    }
    micros_.clear();
    result["plans_per_second"] = burst();
    result["watch_p50_us"] = watch();
    return result;
  }

 private:
  sdk::Call call() const { return {.deadline = clock_.now() + 60s}; }

  template <class Work>
  auto timed(bool keep, char const* step, Work const& work) {
    auto const begun = Steady::now();
    auto answer = checked(work(), step);
    if (keep) micros_[step].push_back(std::chrono::duration<double, std::micro>(Steady::now() - begun).count());
    return answer;
  }

  // The store's part in the life of a plan: accepted, found, claimed, completed with a document, read.
  void one_plan(bool keep) {
    auto const id = sdk::random_id();
    auto inserted = timed(keep, "insert", [&] {
      return store_.insert(call(), table, id, {{"status", std::string("template")}, {"name", id}}, sdk::random_id());
    });
    if (keep) timed(keep, "list", [&] { return store_.list(call(), table, {{"status", "template"}}, {}, 100); });
    sdk::Expect unclaimed, held;
    unclaimed.version = inserted.version;
    auto const token = sdk::claim_token("bench");
    auto const claimed = timed(keep, "claim", [&] {
      return store_.update(call(), table, id, {{"status", std::string("translating")}, {"claim", token}}, unclaimed,
                           sdk::random_id(), sdk::Durability::relaxed);
    });
    auto const put = timed(keep, "put_document", [&] {
      return store_.put_blob(call(), {std::string(table), id, "translation"}, document_, sdk::Durability::relaxed);
    });
    held.claim = token;
    timed(keep, "complete", [&] {
      return store_.update(call(), table, id,
                           {{"status", std::string("done")}, {"claim", std::string()}, {"translation", put.value}},
                           held, sdk::random_id());
    });
    if (keep) timed(keep, "get", [&] { return store_.get(call(), table, id); });
  }

  template <class Work>
  void side_by_side(std::size_t count, Work const& work) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options_.threads; ++i)
      threads.emplace_back([&] {
        while (next++ < count) work();
      });
  }

  double burst() {
    auto const begun = Steady::now();
    side_by_side(options_.burst, [&] { one_plan(false); });
    return static_cast<double>(options_.burst) / std::chrono::duration<double>(Steady::now() - begun).count();
  }

  void fill(std::size_t stored) {
    auto const there = static_cast<std::size_t>(checked(store_.count(call(), table, {}), "count").value);
    if (there >= stored) return;
    side_by_side(stored - there, [&] {
      checked(store_.insert(call(), table, sdk::random_id(), {{"status", std::string("done")}}, sdk::random_id(),
                            sdk::Durability::relaxed),
              "insert");
    });
  }

  // From the begin of a change to the watcher's knowledge of it.
  double watch() {
    std::atomic<int> told = 0;
    auto const cursor = checked(store_.cursor(call()), "cursor");
    auto const watching = checked(store_.watch(call(), {}, cursor.value, [&](sdk::Event const&) { ++told; }), "watch");
    std::vector<double> micros;
    for (std::size_t i = 0; i < options_.plans; ++i) {
      auto const before = told.load();
      auto const begun = Steady::now();
      checked(store_.insert(call(), table, sdk::random_id(), {{"status", std::string("done")}}, sdk::random_id()),
              "insert");
      while (told == before && Steady::now() - begun < 5s) std::this_thread::sleep_for(20us);
      micros.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begun).count());
    }
    std::sort(micros.begin(), micros.end());
    return micros[micros.size() / 2];
  }

  sdk::Store& store_;
  sdk::Clock& clock_;
  Options const& options_;
  std::string const document_;
  std::map<std::string, std::vector<double>> micros_;
};

void run(Options const& options) {
  config::Sources sources;
  sources.files = {options.config_file};
  auto setup = kernel::set_up({}, {}, sources);
  if (!setup) throw std::runtime_error(setup.error().text);
  for (auto const& problem : setup->loaded.errors) throw std::runtime_error(problem.where());
  auto const& config = setup->loaded.config;
  auto state = kernel::usable_state_path(config);
  if (!state) throw std::runtime_error(state.error().text);
  work::SystemClock clock;
  metrics::Registry metrics;
  auto clients = http::make_client_pool(clock, log::named("http"));
  auto plugins = plugin::create_all(
      setup->libraries,
      {.config = config, .clock = clock, .clients = *clients, .metrics = metrics, .state_path = *state});
  if (!plugins) throw std::runtime_error(plugins.error().text);
  if (auto started = (*plugins)->start({.deadline = clock.now() + 60s}); !started)
    throw std::runtime_error(started.error().text);
  auto& store = *(*plugins)->store();
  checked(store.ensure_schema({.deadline = clock.now() + 60s}), "ensure_schema");
  StoreBench bench(store, clock, options);
  for (auto const stored : options.stored) std::cout << bench.measure(stored) << std::endl;
}

}  // namespace

}  // namespace conductor::bench

int main(int count, char** values) {
  using namespace conductor;
  bench::Options wanted;
  po::options_description options("bench_store");
  options.add_options()("config-file", po::value(&wanted.config_file)->required(),
                        "names the store, and [plugins] path")("stored", po::value(&wanted.stored)->multitoken(),
                                                               "numbers of stored plans to measure at, ascending")(
      "plans", po::value(&wanted.plans), "measured one after the other")(
      "burst", po::value(&wanted.burst), "plans of the measurement side by side")("threads", po::value(&wanted.threads),
                                                                                  "of the measurement side by side");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(count, values, options), given);
    po::notify(given);
    bench::run(wanted);
    return 0;
  } catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << '\n' << options;
    return 2;
  }
}
