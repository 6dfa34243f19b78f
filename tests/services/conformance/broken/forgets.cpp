// A store with one fault: every update counts twice, so the version that it answers is not the row's.
#include "conductor/sdk/abi.hpp"
#include "tests/core/store/test_world.hpp"

namespace conductor::tests {

struct Kept {
  Kept(sdk::Host& host, sdk::Settings const& settings) : memory(host, settings) {}
  plugins::memory::MemoryStore memory;
};

class ForgetfulStore final : private Kept, public WatchedStore {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::strong_list;
  static void describe(sdk::Schema& schema) { plugins::memory::MemoryStore::describe(schema); }

  ForgetfulStore(sdk::Host& host, sdk::Settings const& settings) : Kept(host, settings), WatchedStore(memory) {
    before_update = [this](std::string_view id, sdk::Values const&) {
      auto const row = memory.get({}, "plans", id, sdk::Strength::strong);
      if (!row) return;
      sdk::Expect expect;
      expect.version = row.value.version;
      memory.update({}, "plans", id, {{"message", "counted twice"}}, expect, sdk::random_id(), sdk::Durability::full);
    };
  }
};

}  // namespace conductor::tests

using conductor::tests::ForgetfulStore;
CONDUCTOR_PLUGIN(ForgetfulStore, "forgets", "1.0.0", "A broken store for tests of the conformance program");
