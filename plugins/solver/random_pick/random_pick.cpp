// Any allowed assignment, spread over the candidates: a complete search whose values are tried in a pseudo-random
// order. For plans without an objective. The same seed gives the same answer on every machine, which is why the
// generator and the shuffle are written out: the standard library's distributions differ between implementations.
#include "common/backtrack.hpp"
#include "conductor/sdk/sdk.hpp"

#include <numeric>
#include <utility>

namespace conductor::plugins::solver::random_pick {
namespace {

// SplitMix64: one 64-bit state, every seed is a good one.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  // Uniform in 0 … n-1; n > 0. The uneven rest of the range is drawn again.
  std::uint64_t below(std::uint64_t n) {
    auto const uneven = (0 - n) % n;  // 2^64 mod n
    auto drawn = next();
    while (drawn < uneven) drawn = next();
    return drawn % n;
  }

 private:
  std::uint64_t state_;
};

class RandomPick final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::seeded;

  static void describe(sdk::Schema&) {}
  RandomPick(sdk::Host& host, sdk::Settings const&) : clock_(host.clock()) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_, problem.node_limit());
    std::vector<std::uint32_t> order(problem.demands());
    std::iota(order.begin(), order.end(), 0U);
    Random random(problem.seed());
    Backtrack search(problem, ticker, std::move(order), [&](std::size_t, Backtrack::Values& values) {
      for (auto i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
    });
    return first_fitting(search, problem, ticker, progress);
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
};

}  // namespace
}  // namespace conductor::plugins::solver::random_pick

using conductor::plugins::solver::random_pick::RandomPick;
CONDUCTOR_PLUGIN(RandomPick, "random_pick", "1.0.0", "A seeded random choice among all allowed assignments");
