// Questions about room as they go to the data service and come back (core/model/data_topic.hpp).
#include "fixture.hpp"
#include "services/placement/remote_capacity.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

// Keeps what it was asked and gives the answer it was given.
class OneAnswer final : public rpc::Bus {
 public:
  void serve(std::string, std::string, rpc::Method) override {}
  sdk::Result<json::value> call(sdk::Call const&, std::string const& topic, std::string const& method,
                                json::value args) override {
    asked.push_back(topic + "." + method + " " + json::serialize(args));
    return json::parse(answer);
  }
  std::vector<std::string> asked;
  std::string answer;
};

struct Wire {
  tests::World world;
  OneAnswer bus;
  RpcRemote remote{bus, world.store};
  json::object request{{"bw_up", 200}};
  json::object lyon{{"candidate_id", "svc-A"}, {"flavors", json::object{{"flavor", json::array{1}}}}},
      oslo{{"candidate_id", "svc-B"}};

  FitCheck check() const {
    return {.name = "bandwidth",
            .type = "instance_fit",
            .demand = "vG",
            .controller = "sdnc",
            .request_type = "initial",
            .request = &request,
            .candidates = {{{"service", "svc-A"}, &lyon}, {{"service", "svc-B"}, &oslo}}};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(questions_about_room, Wire)

BOOST_AUTO_TEST_CASE(ask_for_vims_by_profile) {
  bus.answer = R"({"checks": [{"vim_ids": ["Own_a"], "unchecked": ["x"]}]})";
  auto const answers = remote.vims_with_capacity({}, {{{10, 0.5, 100}, {"Own_a", "Own_b"}, {"room", "more"}}});
  BOOST_TEST(bus.asked.at(0) ==
             R"(data.vims_with_capacity {"checks":[{"asker":"constraint more, room","vcpus":1E1,"memory_gb":5E-1,)"
             R"("storage_gb":1E2,"vim_ids":["Own_a","Own_b"]}]})");
  BOOST_REQUIRE(answers.has_value());
  BOOST_TEST((answers->at(0).ids == std::set<std::string>{"Own_a"}));
  BOOST_TEST((answers->at(0).unchecked == std::set<std::string>{"x"}));
}

BOOST_AUTO_TEST_CASE(ask_for_candidates_without_their_flavors) {
  bus.answer = R"({"checks": [{"room": [1], "reasons": {"0": "80 Mbps free"}, "unchecked": []}]})";
  auto const answers = remote.candidates_with_capacity({}, {check()});
  BOOST_TEST(bus.asked.at(0) ==
             R"(data.candidates_with_capacity {"checks":[{"controller":"sdnc","constraint_name":"bandwidth",)"
             R"("constraint_type":"instance_fit","demand":"vG","request_type":"initial","request":{"bw_up":200},)"
             R"("candidates":[{"candidate_id":"svc-A"},{"candidate_id":"svc-B"}]}]})");
  BOOST_REQUIRE(answers.has_value());
  auto const& verdicts = answers->at(0).verdicts;
  BOOST_TEST(!verdicts.at({"service", "svc-A"}).room);
  BOOST_TEST(verdicts.at({"service", "svc-A"}).reason == "80 Mbps free");
  BOOST_TEST(verdicts.at({"service", "svc-B"}).room);
}

BOOST_AUTO_TEST_CASE(take_no_answer_of_another_shape_for_nobody_has_room) {
  for (auto const* answer :
       {"null", "[]", "{}", R"({"checks": []})", R"({"checks": [null]})", R"({"checks": [{}, {}]})"}) {
    bus.answer = answer;
    auto const vims = remote.vims_with_capacity({}, {VimCheck{{1, 1, 1}, {"a"}, {}}});
    BOOST_TEST((!vims && vims.error().code == sdk::Errc::internal), answer);
    auto const fits = remote.candidates_with_capacity({}, {check()});
    BOOST_TEST((!fits && fits.error().code == sdk::Errc::internal), answer);
  }
}

BOOST_AUTO_TEST_CASE(are_asked_once_for_the_life_of_a_solve) {
  RememberingRemote remembering(remote);
  bus.answer = R"({"checks": [{"vim_ids": ["a"], "unchecked": []}]})";
  VimNeed const need{1, 1, 1};
  (void)remembering.vims_with_capacity({}, {{need, {"a", "b"}, {}}});
  auto const known = remembering.vims_with_capacity({}, {{need, {"b"}, {}}});
  BOOST_TEST(bus.asked.size() == 1U);
  BOOST_TEST(known->at(0).ids.empty());
  bus.answer = R"({"checks": [{"vim_ids": ["c"], "unchecked": []}]})";
  auto const more = remembering.vims_with_capacity({}, {{need, {"a", "b", "c"}, {}}});
  BOOST_TEST(bus.asked.size() == 2U);
  BOOST_TEST((more->at(0).ids == std::set<std::string>{"a", "c"}));

  bus.answer = R"({"checks": [{"room": [0, 1], "unchecked": []}]})";
  (void)remembering.candidates_with_capacity({}, {check()});
  auto const again = remembering.candidates_with_capacity({}, {check()});
  BOOST_TEST(bus.asked.size() == 3U);
  BOOST_TEST(again->at(0).verdicts.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
