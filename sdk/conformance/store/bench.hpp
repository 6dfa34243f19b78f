// What a rule of the store suite works with: instances of the store, unique ids, and a list of failures.
#pragma once
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "suite.hpp"

#include <mutex>

namespace conductor::sdk::conformance {

class StoreBench {
 public:
  explicit StoreBench(StoreSetup const& setup);
  ~StoreBench();

  // Instances on the same storage, opened on first use; any thread.
  Store& store(std::size_t number = 0);
  Call call(std::chrono::seconds time = std::chrono::seconds(20)) const;
  Clock& clock() const { return *setup_.clock; }
  StoreSetup const& setup() const { return setup_; }
  unsigned threads() const { return setup_.threads; }
  // Rounds of the contract, scaled down; at least `least`.
  int rounds(int full, int least = 1) const;
  // An id, or an index value, that no other run uses.
  std::string name(std::string_view what) const { return run_ + "-" + std::string(what); }

  // Records a failure unless `good`; returns it. Any thread.
  bool check(bool good, std::string const& sentence);
  template <class R>
  bool outcome(R const& result, Outcome expected, std::string const& doing) {
    return check(result.outcome == expected, doing + " gave " + std::string(to_string(result.outcome)) + " (" +
                                                 result.text + "), expected " + std::string(to_string(expected)));
  }
  // `work` on each client thread with its number and an instance: four instances shared by all.
  void clients(unsigned count, std::function<void(unsigned, Store&)> const& work);
  // Until `done` or the time is over; false then.
  bool wait_for(std::function<bool()> const& done, std::chrono::milliseconds most = std::chrono::seconds(10)) const;

  // A plan row of this status; its version.
  Written plan(std::string const& id, std::string const& status, Values more = {});
  Row row(std::string_view table, std::string_view id);  // empty id when it is not there

  std::vector<std::string> failures() const;

 private:
  StoreSetup const& setup_;
  std::string const run_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Store>> stores_;
  std::vector<std::string> failures_;
};

// A filter, version and column expectations in one line.
inline Expect at(Version const& version) {
  Expect expect;
  expect.version = version;
  return expect;
}
inline Expect having(Values columns) {
  Expect expect;
  expect.columns = std::move(columns);
  return expect;
}

std::vector<StoreRule> insert_rules();
std::vector<StoreRule> update_rules();
std::vector<StoreRule> list_rules();
std::vector<StoreRule> blob_rules();
std::vector<StoreRule> watch_rules();
std::vector<StoreRule> ownership_rules();
std::vector<StoreRule> stamp_rules();
std::vector<StoreRule> reading_rules();
std::vector<StoreRule> maintenance_rules();
std::vector<StoreRule> whole_rules();  // multi, sizes, schema, deadlines

}  // namespace conductor::sdk::conformance
