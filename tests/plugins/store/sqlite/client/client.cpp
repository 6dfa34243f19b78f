// A process that uses the store beside others, started and killed by processes_test.cpp:
//   client <directory> write <prefix>    inserts and updates rows until killed; prints each answered id and version
//   client <directory> claim <name>      claims every plan of status `translated`; prints the ids that it won
//   client <directory> insert <id>       inserts one plan and ends
//   client <directory> multi <prefix>    changes pairs of rows together until killed
#include "store.hpp"
#include "conductor/sdk/claims.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <iostream>

using conductor::plugins::sqlite::SqliteStore;
using namespace conductor;

namespace {

class Client {
 public:
  explicit Client(std::string const& directory) : host_(directory), store_(host_, test::settings_for<SqliteStore>()) {
    if (auto const started = store_.start(call()); !started) throw std::runtime_error(started.error().text);
    if (auto const schema = store_.ensure_schema(call()); !schema) throw std::runtime_error(schema.text);
  }

  [[noreturn]] void write(std::string const& prefix) {
    for (int i = 0;; ++i) {
      auto const id = prefix + "-" + std::to_string(i);
      auto written = store_.insert(call(), "plans", id, {{"name", id}}, sdk::random_id(), sdk::Durability::full);
      tell(id, written);
      for (int change = 0; change < 2 && written; ++change) {
        sdk::Expect expect;
        expect.version = written.version;
        written = store_.update(call(), "plans", id, {{"message", std::to_string(change)}}, expect, sdk::random_id(),
                                sdk::Durability::full);
        tell(id, written);
      }
    }
  }

  void claim(std::string const& name) {
    for (;;) {
      auto const page = store_.list(call(), "plans", {{"status", "translated"}}, std::nullopt, 20);
      if (!page || page.value.rows.empty()) return;
      for (auto const& row : page.value.rows)
        if (sdk::claim(store_, call(), row, {"plans", "translated", "solving", {}}, sdk::claim_token(name)))
          std::cout << row.id << std::endl;
    }
  }

  void insert(std::string const& id) {
    tell(id, store_.insert(call(), "plans", id, {{"status", "template"}}, sdk::random_id(), sdk::Durability::full));
  }

  [[noreturn]] void multi(std::string const& prefix) {
    for (int i = 0;; ++i) {
      std::vector<sdk::Mutation> pair;
      for (auto const* const side : {"-left-", "-right-"})
        pair.push_back({sdk::Mutation::Kind::insert, "plans", prefix + side + std::to_string(i), {}, {}});
      auto const done = store_.multi(call(), pair, sdk::random_id(), sdk::Durability::relaxed);
      if (done) std::cout << i << std::endl;
    }
  }

 private:
  sdk::Call call() { return test::call_of(host_.clock()); }
  static void tell(std::string const& id, sdk::Written const& written) {
    if (written) std::cout << id << ' ' << written.version.number << std::endl;
  }
  test::RealHost host_;
  SqliteStore store_;
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: client <directory> write|claim|insert|multi <name>");
  Client client(argv[1]);
  std::string const what = argv[2], name = argv[3];
  if (what == "write") client.write(name);
  if (what == "multi") client.multi(name);
  if (what == "claim") client.claim(name);
  if (what == "insert") client.insert(name);
  return 0;
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
