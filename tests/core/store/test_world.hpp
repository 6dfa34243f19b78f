// What tests of core's engine stand on: the memory store behind a decorator that counts and disturbs, a fake clock, and
// one "process" after the other on the same store.
#pragma once
#include "core/store/plans.hpp"
#include "core/work/lease.hpp"

#include "store.hpp"  // of the memory store
#include "sdk/testing/fake_host.hpp"

#include <atomic>
#include <thread>

namespace conductor::tests {

// Passes everything on; counts calls by name, and answers as a test wants.
class WatchedStore : public sdk::Store {
 public:
  explicit WatchedStore(sdk::Store& inner) : inner_(inner) {}

  std::atomic<int> calls = 0, reads = 0;
  std::atomic<bool> notifies = true;           // false: watch is refused as a store without notification does
  std::atomic<bool> down = false;              // every call is `unavailable`
  std::atomic<bool> lose_next_answer = false;  // the next write is carried out and answered `ambiguous`
  std::function<void(std::string_view id, sdk::Values const& set)> before_update;
  std::function<void()> before_insert, before_multi;
  std::optional<std::vector<sdk::WorkerInfo>> workers_shown;  // instead of the list as it is

  sdk::StoreInfo info() const override { return inner_.info(); }
  sdk::Read<int> ensure_schema(sdk::Call const& c) override { return inner_.ensure_schema(c); }
  sdk::Written insert(sdk::Call const& c, std::string_view t, std::string_view i, sdk::Values const& v,
                      std::string_view op, sdk::Durability d) override {
    if (before_insert) before_insert();
    return write([&] { return inner_.insert(c, t, i, v, op, d); });
  }
  sdk::Read<sdk::Row> get(sdk::Call const& c, std::string_view t, std::string_view i, sdk::Strength s) override {
    return read<sdk::Row>([&] { return inner_.get(c, t, i, s); });
  }
  sdk::Read<std::vector<sdk::Row>> get_many(sdk::Call const& c, std::string_view t, std::span<std::string const> ids,
                                            sdk::Strength s) override {
    return read<std::vector<sdk::Row>>([&] { return inner_.get_many(c, t, ids, s); });
  }
  sdk::Written update(sdk::Call const& c, std::string_view t, std::string_view i, sdk::Values const& v,
                      sdk::Expect const& e, std::string_view op, sdk::Durability d) override {
    if (before_update) before_update(i, v);
    return write([&] { return inner_.update(c, t, i, v, e, op, d); });
  }
  sdk::Written remove(sdk::Call const& c, std::string_view t, std::string_view i, sdk::Expect const& e,
                      std::string_view op, sdk::Durability d) override {
    return write([&] { return inner_.remove(c, t, i, e, op, d); });
  }
  sdk::Read<sdk::Page> list(sdk::Call const& c, std::string_view t, sdk::Values const& w,
                            std::optional<std::string> const& a, std::size_t l) override {
    return read<sdk::Page>([&] { return inner_.list(c, t, w, a, l); });
  }
  sdk::Read<std::int64_t> count(sdk::Call const& c, std::string_view t, sdk::Values const& w) override {
    return read<std::int64_t>([&] { return inner_.count(c, t, w); });
  }
  sdk::MultiWritten multi(sdk::Call const& c, std::span<sdk::Mutation const> m, std::string_view op,
                          sdk::Durability d) override {
    if (before_multi) before_multi();
    ++calls;
    return inner_.multi(c, m, op, d);
  }
  sdk::Read<std::string> put_blob(sdk::Call const& c, sdk::BlobKey const& k, std::string_view b,
                                  sdk::Durability d) override {
    return read<std::string>([&] { return inner_.put_blob(c, k, b, d); });
  }
  sdk::Read<std::string> get_blob(sdk::Call const& c, sdk::BlobKey const& k, std::string_view g) override {
    return read<std::string>([&] { return inner_.get_blob(c, k, g); });
  }
  sdk::Read<std::int64_t> sweep_blobs(sdk::Call const& c, std::chrono::milliseconds a, std::size_t l) override {
    return read<std::int64_t>([&] { return inner_.sweep_blobs(c, a, l); });
  }
  sdk::Read<std::string> cursor(sdk::Call const& c) override {
    return read<std::string>([&] { return inner_.cursor(c); });
  }
  sdk::Read<std::unique_ptr<sdk::Watch>> watch(sdk::Call const& c, sdk::WatchFilter const& f, std::string const& from,
                                               std::function<void(sdk::Event const&)> sink) override {
    ++calls;
    if (!notifies) return {sdk::Outcome::invalid, nullptr, "this store does not notify"};
    return inner_.watch(c, f, from, std::move(sink));
  }
  sdk::Written worker_register(sdk::Call const& c, sdk::WorkerInfo const& w) override {
    return write([&] { return inner_.worker_register(c, w); });
  }
  sdk::Written worker_beat(sdk::Call const& c, std::string_view i) override {
    return write([&] { return inner_.worker_beat(c, i); });
  }
  sdk::Written worker_close(sdk::Call const& c, std::string_view i) override {
    return write([&] { return inner_.worker_close(c, i); });
  }
  sdk::Read<std::vector<sdk::WorkerInfo>> workers(sdk::Call const& c) override {
    return read<std::vector<sdk::WorkerInfo>>([&] {
      auto all = inner_.workers(c);
      if (workers_shown) all.value = *workers_shown;
      return all;
    });
  }
  sdk::Read<sdk::Resolution> resolve(sdk::Call const& c, std::string_view t, std::string_view i,
                                     std::string_view op) override {
    return read<sdk::Resolution>([&] { return inner_.resolve(c, t, i, op); });
  }

 private:
  template <class Do>
  sdk::Written write(Do const& action) {
    ++calls;
    if (!down && !lose_next_answer.exchange(false)) return action();
    sdk::Written refused;
    if (!down) {
      action();
      refused.outcome = sdk::Outcome::ambiguous;
    }
    refused.text = "the test's store is down";
    return refused;
  }
  template <class T, class Do>
  sdk::Read<T> read(Do const& action) {
    ++calls;
    ++reads;
    if (!down) return action();
    sdk::Read<T> refused;
    refused.text = "the test's store is down";
    return refused;
  }
  sdk::Store& inner_;
};

// The machine: clock, log, store, state directory.
struct World {
  sdk::testing::FakeHost host;
  plugins::memory::MemoryStore memory{host, settings()};
  WatchedStore store{memory};

  sdk::testing::FakeClock& clock() { return host.clock(); }
  sdk::Log& log() { return host.log(); }
  sdk::Call call() { return {.deadline = host.clock().now() + std::chrono::minutes(1), .request_id = "test"}; }

  // Every world has a store of its own.
  static sdk::Settings settings() {
    sdk::Schema schema;
    plugins::memory::MemoryStore::describe(schema);
    return sdk::testing::settings_of(schema, {{"name", sdk::random_id()}});
  }
};

// What one process has: its lease and its view of the plans.
struct Process {
  explicit Process(World& world, std::chrono::milliseconds ttl = std::chrono::seconds(30), bool announced = false)
      : lease(work::make_lease(
            {.program = "test", .state_path = world.host.state_path(), .ttl = ttl, .info = {}, .announced = announced},
            world.store, world.clock(), world.log())),
        plans(world.store, world.clock()) {}
  std::unique_ptr<work::Lease> lease;
  store::Plans plans;
};

// Writes over a row, whoever holds it; false when there is none, or when somebody else wrote meanwhile.
inline bool overwrite(World& world, std::string_view table, std::string_view id, sdk::Values const& values) {
  auto const row = world.memory.get(world.call(), table, id, sdk::Strength::strong);
  if (!row) return false;
  sdk::Expect expect;
  expect.version = row.value.version;
  return static_cast<bool>(
      world.memory.update(world.call(), table, id, values, expect, sdk::random_id(), sdk::Durability::full));
}

// Waits for what other threads bring about; false when it does not come.
template <class Condition>
bool eventually(Condition const& condition, std::chrono::milliseconds longest = std::chrono::seconds(20)) {
  for (auto const until = std::chrono::steady_clock::now() + longest; std::chrono::steady_clock::now() < until;) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

// The same while the fake clock runs.
template <class Condition>
bool eventually_with_time(World& world, Condition const& condition,
                          std::chrono::milliseconds step = std::chrono::milliseconds(100)) {
  return eventually([&] {
    if (condition()) return true;
    world.clock().advance(step);
    return false;
  });
}

inline store::NewPlan new_plan(std::string id) {
  store::NewPlan plan;
  plan.id = std::move(id);
  plan.name = "a plan";
  plan.recommend_max = "1";
  plan.request_id = "req-1";
  plan.template_document = boost::json::object{{"template", "text"}};
  return plan;
}

}  // namespace conductor::tests
