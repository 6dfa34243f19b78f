// A worker with its handler over the memory store and a fake clock, and plans for it.
#pragma once
#include "core/workflow/worker.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::tests::workers {

using namespace std::chrono_literals;
using boost::json::object;
using workflow::Finish;
namespace stages = workflow::stages;

using Handle = std::function<sdk::Result<Finish>(sdk::Call const&, store::Plan const&)>;

class Function final : public workflow::Handler {
 public:
  explicit Function(Handle handle) : handle_(std::move(handle)) {}
  sdk::Result<Finish> handle(sdk::Call const& call, store::Plan const& plan) override { return handle_(call, plan); }

 private:
  Handle handle_;
};

// What is checked on the worker's threads, where Boost.Test must not be asked; told at the end.
class Checks {
 public:
  ~Checks() { BOOST_TEST(faults_ == 0); }
  void operator()(bool holds) { faults_ += holds ? 0 : 1; }

 private:
  std::atomic<int> faults_ = 0;
};

inline Finish finish(std::string_view status) { return {.status = std::string(status)}; }

// A worker with its handler.
struct Role {
  Role(World& world, Process& process, workflow::Stage const& stage, Handle handle,
       workflow::WorkerOptions options = {})
      : handler(std::move(handle)),
        worker(stage, {.plans = process.plans, .lease = *process.lease, .clock = world.clock(), .log = world.log()},
               handler, std::move(options)) {
    worker.start();
  }
  Function handler;
  workflow::Worker worker;
};

// A handler that works until it is stopped.
inline Handle endless(std::atomic<int>& started) {
  return [&started](sdk::Call const& call, store::Plan const&) -> sdk::Result<Finish> {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    ++started;
    never.wait(lock, call.cancelled, [] { return false; });
    return sdk::Error{sdk::Errc::cancelled, "stopped"};
  };
}

inline store::Plan plan_of(World& world, std::string const& id) {
  auto row = world.memory.get(world.call(), "plans", id, sdk::Strength::strong);
  if (!row) return {};
  return store::Plan::from(std::move(row.value));
}

inline bool reaches(World& world, std::string const& id, std::string_view status) {
  return eventually([&] { return plan_of(world, id).status == status; });
}
inline bool reaches_with_time(World& world, std::string const& id, std::string_view status) {
  return eventually_with_time(world, [&] { return plan_of(world, id).status == status; });
}

inline void submit(World& world, Process& process, store::NewPlan const& plan) {
  BOOST_REQUIRE(process.plans.create(world.call(), plan).has_value());
}

// The status that an update sets; empty when it sets none.
inline std::string status_in(sdk::Values const& values) {
  auto const found = values.find("status");
  return found == values.end() ? std::string() : std::get<std::string>(found->second);
}

// Writes over a plan as a process that died in the middle would have left it.
inline void set(World& world, std::string const& id, sdk::Values const& values) {
  BOOST_REQUIRE(overwrite(world, "plans", id, values));
}

}  // namespace conductor::tests::workers
