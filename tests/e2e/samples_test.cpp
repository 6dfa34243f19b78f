// Every sample template does what its head says: a line "# Expected: {...}" with the plan's status, and the candidate
// that each demand gets in the best recommendation.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace conductor::e2e {
namespace {

std::vector<std::filesystem::path> samples() {
  std::vector<std::filesystem::path> found;
  for (auto const& entry : std::filesystem::directory_iterator(source_directory() / "docs/templates"))
    if (!entry.path().filename().string().ends_with(".inventory.yaml")) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

json::object expected(std::string const& text) {
  constexpr std::string_view mark = "# Expected: ";
  auto const at = text.find(mark);
  if (at == std::string::npos) throw std::runtime_error("the sample has no line '# Expected: {...}'");
  auto const begin = at + mark.size();
  return json::parse(text.substr(begin, text.find('\n', begin) - begin)).as_object();
}

void check(json::object const& plan, json::object const& wanted) {
  BOOST_TEST(plan.at("status") == wanted.at("status"), json::serialize(plan));
  if (plan.at("status").as_string() != "done") return;
  auto const& solutions = plan.at("recommendations").as_array();
  auto const* count = wanted.if_contains("solutions");
  BOOST_TEST(solutions.size() == (count == nullptr ? 1U : count->to_number<std::size_t>()));
  auto const& best = solutions.front().as_object();
  auto const& choice = wanted.at("choice").as_object();
  BOOST_TEST(best.size() == choice.size());
  for (auto const& [demand, candidate] : choice)
    BOOST_TEST(best.at(demand).at("candidate").at("candidate_id") == candidate,
               demand << " in " << json::serialize(plan));
  auto const& info = plan.at("solver_info").as_array().front().as_object();
  BOOST_TEST(info.at("status").as_string() == "optimal");
  if (auto const* violated = wanted.if_contains("violated")) BOOST_TEST(info.at("violated") == *violated);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(samples_test)

// An installation for each inventory that samples want; the bundled one for those that name none.
class Installations {
 public:
  Client& with(json::object const& wanted) {
    auto const* inventory = wanted.if_contains("inventory");
    std::string const name(inventory == nullptr ? "" : inventory->as_string());
    auto& running = running_[name];
    if (!running) running = std::make_unique<Running>(name);
    return running->client;
  }

 private:
  struct Running {
    explicit Running(std::string const& inventory)
        : installation(inventory.empty()
                           ? ""
                           : "[file]\npath = " + (source_directory() / "docs/templates" / inventory).string() + "\n"),
          client(started(installation)) {}
    ~Running() { installation.stop(); }
    static std::string started(Installation& installation) {
      installation.start();
      installation.wait_ready();
      return installation.url();
    }
    Installation installation;
    Client client;
  };
  std::map<std::string, std::unique_ptr<Running>> running_;
};

BOOST_AUTO_TEST_CASE(every_sample_does_what_its_head_says) {
  Installations installations;
  BOOST_TEST(samples().size() >= 9U);
  for (auto const& file : samples()) {
    BOOST_TEST_CONTEXT(file.filename().string()) {
      auto const text = read_file(file);
      auto const wanted = expected(text);
      auto const* count = wanted.if_contains("solutions");
      std::string const solutions = count == nullptr ? "1" : json::serialize(*count);
      auto& client = installations.with(wanted);
      check(client.wait_final(client.submit({{"template", text}, {"num_solution", solutions}})), wanted);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
