#include "bench.hpp"

#include <cmath>
#include <stdexcept>
#include <thread>

namespace conductor::sdk::conformance {

StoreBench::StoreBench(StoreSetup const& setup) : setup_(setup), run_("t" + random_id().substr(0, 10)) {}

StoreBench::~StoreBench() {
  for (auto const& store : stores_)
    if (store) store->stop();
}

Store& StoreBench::store(std::size_t number) {
  std::lock_guard const lock(mutex_);
  if (stores_.size() <= number) stores_.resize(number + 1);
  if (!stores_[number]) stores_[number] = setup_.open();
  if (!stores_[number]) throw std::runtime_error("the store could not be opened");
  return *stores_[number];
}

Call StoreBench::call(std::chrono::seconds time) const {
  Call call;
  call.deadline = clock().now() + time;
  return call;
}

int StoreBench::rounds(int full, int least) const {
  return std::max(least, static_cast<int>(std::lround(full * setup_.scale)));
}

bool StoreBench::check(bool good, std::string const& sentence) {
  if (good) return true;
  std::lock_guard const lock(mutex_);
  if (failures_.size() < 100) failures_.push_back(sentence);
  return false;
}

void StoreBench::clients(unsigned count, std::function<void(unsigned, Store&)> const& work) {
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      try {
        work(i, store(i % 4));
      } catch (std::exception const& error) {
        check(false, std::string("a client ended with: ") + error.what());
      }
    });
}

bool StoreBench::wait_for(std::function<bool()> const& done, std::chrono::milliseconds most) const {
  auto const until = clock().now() + most;
  while (!done()) {
    if (clock().now() >= until) return false;
    clock().sleep_for(std::chrono::milliseconds(2), {});
  }
  return true;
}

Written StoreBench::plan(std::string const& id, std::string const& status, Values more) {
  more["status"] = status;
  auto written = store().insert(call(), "plans", id, more, random_id());
  outcome(written, Outcome::ok, "insert of plan " + id);
  return written;
}

Row StoreBench::row(std::string_view table, std::string_view id) {
  auto read = store().get(call(), table, id);
  return read ? std::move(read.value) : Row{};
}

std::vector<std::string> StoreBench::failures() const {
  std::lock_guard const lock(mutex_);
  return failures_;
}

std::vector<StoreRule> const& store_rules() {
  static auto const all = [] {
    std::vector<StoreRule> rules;
    for (auto const& part : {insert_rules(), update_rules(), list_rules(), blob_rules(), watch_rules(),
                             ownership_rules(), stamp_rules(), reading_rules(), maintenance_rules(), whole_rules()})
      rules.insert(rules.end(), part.begin(), part.end());
    return rules;
  }();
  return all;
}

RuleVerdict run_rule(StoreRule const& rule, StoreSetup const& setup) {
  bool const cannot_damage = rule.id == "BLB-5" && !setup.damage_blob;
  if ((rule.needs & setup.capabilities) != rule.needs || cannot_damage) return {RuleState::not_claimed, {}};
  StoreBench bench(setup);
  try {
    rule.check(bench);
  } catch (std::exception const& error) {
    bench.check(false, std::string("the rule ended with: ") + error.what());
  }
  auto failures = bench.failures();
  auto const state = failures.empty() ? RuleState::passed : RuleState::failed;
  return {state, std::move(failures)};
}

}  // namespace conductor::sdk::conformance
