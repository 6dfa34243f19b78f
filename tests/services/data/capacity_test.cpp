// Questions about room over controllers of the test's own (core/model/data_topic.hpp): whose answer counts, what a
// failure means, and that nobody's silence is taken for a full cloud.
#include "services/data/capacity.hpp"

#include "conductor/sdk/checked_peer.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/services/data/doubles.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <mutex>
#include <set>

namespace conductor::services::data::test {

namespace {

class FakeVim final : public sdk::VimController {
 public:
  std::set<std::string> with_room;
  std::optional<Error> failure;
  std::mutex mutex;  // guards what was asked: checks run side by side
  std::vector<sdk::VimQuestion> asked;

  sdk::Result<std::vector<std::string>> with_capacity(Call const&, sdk::VimQuestion const& question) override {
    std::lock_guard const lock(mutex);
    asked.push_back(question);
    if (failure) return *failure;
    return std::vector<std::string>(with_room.begin(), with_room.end());
  }
};

// What both kinds of service controller do but for the check.
class NoReservations : public sdk::ServiceController {
 public:
  sdk::Result<std::vector<sdk::HoldAnswer>> reserve(Call const&, std::string const&,
                                                    std::vector<sdk::ReserveItem> const&, std::int64_t, std::int64_t,
                                                    sdk::WallTime) override {
    return Error{Errc::unsupported, "no reservations"};
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> release(Call const&, std::vector<sdk::ReleaseItem> const&, std::int64_t,
                                                    std::string const&) override {
    return Error{Errc::unsupported, "no reservations"};
  }
};

class FakeController : public NoReservations {
 public:
  std::vector<std::size_t> room;
  std::optional<Error> failure;
  std::mutex mutex;
  std::vector<sdk::CapacityQuestion> asked;

  sdk::Result<std::vector<std::size_t>> filter(Call const&, sdk::CapacityQuestion const& question) override {
    std::lock_guard const lock(mutex);
    asked.push_back(question);
    if (failure) return *failure;
    return room;
  }
};

class ExplainingController final : public FakeController, public sdk::CapacityJudge {
 public:
  std::vector<sdk::CapacityVerdict> verdicts;
  sdk::Result<std::vector<sdk::CapacityVerdict>> judge(Call const&, sdk::CapacityQuestion const&) override {
    return verdicts;
  }
};

class PeerRegistry final : public EmptyRegistry {
 public:
  std::vector<std::pair<std::string, sdk::ServiceController*>> loaded_controllers;
  std::vector<std::pair<std::string, sdk::VimController*>> loaded_vims;
  std::map<std::string, sdk::Capabilities, std::less<>> flags;
  std::map<std::string, std::string, std::less<>> remote_failure;  // by name of plugin; absent: no such option

  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override { return loaded_controllers; }
  std::vector<std::pair<std::string, sdk::VimController*>> vims() override { return loaded_vims; }
  sdk::Capabilities capabilities(std::string_view, std::string_view name) override {
    auto const found = flags.find(name);
    return found == flags.end() ? 0 : found->second;
  }
  sdk::Settings settings(std::string_view, std::string_view name) override {
    sdk::Settings settings;
    if (auto const found = remote_failure.find(name); found != remote_failure.end())
      settings.set(sdk::remote_failure, found->second);
    return settings;
  }
};

struct Peers {
  sdk::testing::FakeHost host;
  FakeVim cloud, other;
  FakeController plain;
  ExplainingController explaining;
  PeerRegistry registry;

  Peers() {
    registry.loaded_vims = {{"multicloud", &cloud}};
    registry.loaded_controllers = {{"plain", &plain}, {"explaining", &explaining}};
    registry.flags = {{"plain", sdk::filters}, {"explaining", sdk::filters | sdk::explains}};
  }

  sdk::Result<json::value> ask(char const* method, std::string const& args) {
    Capacity capacity(registry, host.log(), 4);
    LocalBus bus;
    capacity.serve(bus);
    return bus.call({}, topic::topic, method, json::parse(args));
  }
  sdk::Result<json::value> vims(std::string const& ids) {
    return ask(
        topic::vims_with_capacity,
        R"({"checks": [{"asker": "constraint room", "vcpus": 10, "memory_gb": 0.5, "storage_gb": 100, "vim_ids": )" +
            ids + "}]}");
  }
  sdk::Result<json::value> candidates(std::string const& controller) {
    return ask(topic::candidates_with_capacity,
               R"({"checks": [{"constraint_name": "bandwidth", "constraint_type": "instance_fit", "demand": "vG",
                   "request_type": "initial", "request": {"bw_up": 200},
                   "candidates": [{"candidate_id": "a"}, {"candidate_id": "b"}, {"candidate_id": "c"}],
                   "controller": ")" +
                   controller + "\"}]}");
  }
  static std::string shown(sdk::Result<json::value> const& answer) {
    return answer ? json::serialize(answer->at("checks").at(0))
                  : std::string(to_string(answer.error().code)) + ": " + answer.error().text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_of_vims, Peers)

BOOST_AUTO_TEST_CASE(is_what_the_controller_finds_among_the_ids_asked_about) {
  cloud.with_room = {"Own_a", "Own_elsewhere"};
  BOOST_TEST(shown(vims(R"(["Own_a", "Own_b"])")) == R"({"vim_ids":["Own_a"],"unchecked":[]})");
  auto const& question = cloud.asked.at(0);
  BOOST_TEST(question.vcpus == 10);
  BOOST_TEST(question.memory_gb == 0.5);
  BOOST_TEST(question.storage_gb == 100);
  BOOST_TEST(question.vim_ids.size() == 2U);
}

BOOST_AUTO_TEST_CASE(may_be_nowhere) { BOOST_TEST(shown(vims(R"(["Own_a"])")) == R"({"vim_ids":[],"unchecked":[]})"); }

BOOST_AUTO_TEST_CASE(is_not_asked_for_when_there_is_no_id) {
  BOOST_TEST(shown(vims("[]")) == R"({"vim_ids":[],"unchecked":[]})");
  BOOST_TEST(cloud.asked.empty());
}

BOOST_AUTO_TEST_CASE(is_what_all_controllers_agree_on) {
  registry.loaded_vims.emplace_back("other", &other);
  cloud.with_room = {"Own_a", "Own_b"};
  other.with_room = {"Own_b", "Own_c"};
  BOOST_TEST(shown(vims(R"(["Own_a", "Own_b", "Own_c"])")) == R"({"vim_ids":["Own_b"],"unchecked":[]})");
}

BOOST_AUTO_TEST_CASE(of_several_profiles_is_answered_in_their_order) {
  cloud.with_room = {"Own_b"};
  auto const answer = ask(topic::vims_with_capacity, R"({"checks": [
      {"vcpus": 1, "memory_gb": 1, "storage_gb": 1, "vim_ids": ["Own_a"]},
      {"vcpus": 2, "memory_gb": 2, "storage_gb": 2, "vim_ids": ["Own_b"]}]})");
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->at("checks").at(0).at("vim_ids").as_array().empty());
  BOOST_TEST(answer->at("checks").at(1).at("vim_ids") == json::array{"Own_b"});
}

BOOST_AUTO_TEST_CASE(is_unknown_when_a_controller_fails) {
  cloud.failure = Error{Errc::unavailable, "no response"};
  for (auto const* option : {"", "error"}) {
    if (*option != '\0') registry.remote_failure["multicloud"] = option;
    BOOST_TEST(shown(vims(R"(["Own_a"])")) == "unavailable: constraint room: VIM controller multicloud: no response");
  }
}

BOOST_AUTO_TEST_CASE(is_taken_for_granted_with_a_note_when_failures_may_pass) {
  registry.loaded_vims.emplace_back("other", &other);
  cloud.failure = Error{Errc::timed_out, "no response"};
  other.with_room = {"Own_b"};
  registry.remote_failure["multicloud"] = "open";
  BOOST_TEST(shown(vims(R"(["Own_a", "Own_b"])")) ==
             R"({"vim_ids":["Own_b"],"unchecked":["not checked, multicloud could not be asked: no response"]})");
  BOOST_TEST(host.lines().at(0).text == "not checked, multicloud could not be asked: no response");
  // Whoever cancelled the plan did not ask to go on without checks.
  cloud.failure = Error{Errc::cancelled, "the plan was deleted"};
  BOOST_TEST((vims(R"(["Own_a"])").error().code == Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(needs_a_controller) {
  registry.loaded_vims.clear();
  auto const answer = vims(R"(["Own_a"])");
  BOOST_TEST((answer.error().code == Errc::unsupported));
  BOOST_TEST(answer.error().text ==
             "no VIM controller is loaded, so no capacity can be checked; name one in [vim_controller] extensions");
}

BOOST_AUTO_TEST_CASE(needs_a_question_of_the_right_shape) {
  for (auto const* args : {"[]", "{}", R"({"checks": 5})", R"({"checks": [5]})", R"({"checks": [{}]})",
                           R"({"checks": [{"vcpus": -1, "memory_gb": 1, "storage_gb": 1, "vim_ids": []}]})",
                           R"({"checks": [{"vcpus": 1, "memory_gb": 1, "storage_gb": 1, "vim_ids": [1]}]})"}) {
    auto const answer = ask(topic::vims_with_capacity, args);
    BOOST_TEST((!answer && answer.error().code == Errc::invalid), args);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(room_of_candidates, Peers)

BOOST_AUTO_TEST_CASE(is_what_the_named_controller_finds) {
  plain.room = {2, 0};
  BOOST_TEST(shown(candidates("plain")) == R"({"room":[0,2],"reasons":{},"unchecked":[]})");
  auto const& question = plain.asked.at(0);
  BOOST_TEST(question.constraint_name == "bandwidth");
  BOOST_TEST(question.constraint_type == "instance_fit");
  BOOST_TEST(question.demand == "vG");
  BOOST_TEST(question.request_type == "initial");
  BOOST_TEST(question.request == (json::object{{"bw_up", 200}}));
  BOOST_TEST(question.candidates.at(1).at("candidate_id") == "b");
}

BOOST_AUTO_TEST_CASE(comes_with_the_reasons_of_a_controller_that_explains) {
  explaining.verdicts = {{true}, {false, "80 Mbps free"}, {false}};
  BOOST_TEST(shown(candidates("explaining")) == R"({"room":[0],"reasons":{"1":"80 Mbps free"},"unchecked":[]})");
  BOOST_TEST(explaining.asked.empty());
}

BOOST_AUTO_TEST_CASE(is_unknown_when_the_answer_does_not_fit_the_question) {
  explaining.verdicts = {{true}};
  BOOST_TEST(shown(candidates("explaining")) ==
             "internal: constraint bandwidth (instance_fit), demand vG: service controller explaining: gave 1 verdicts "
             "on 3 candidates");
  plain.room = {3};
  BOOST_TEST(shown(candidates("plain")) ==
             "internal: constraint bandwidth (instance_fit), demand vG: service controller plain: kept position 3 of 3 "
             "candidates");
}

BOOST_AUTO_TEST_CASE(is_unknown_when_the_controller_fails) {
  plain.failure = Error{Errc::unavailable, "no response"};
  BOOST_TEST(shown(candidates("plain")) ==
             "unavailable: constraint bandwidth (instance_fit), demand vG: service controller plain: no response");
}

BOOST_AUTO_TEST_CASE(is_taken_for_granted_with_a_note_when_failures_may_pass) {
  registry.remote_failure["plain"] = "open";
  plain.failure = Error{Errc::unavailable, "no response"};
  BOOST_TEST(shown(candidates("plain")) ==
             R"({"room":[0,1,2],"reasons":{},"unchecked":["not checked, plain could not be asked: no response"]})");
}

// Solver specification S40
BOOST_AUTO_TEST_CASE(cannot_be_had_from_a_controller_without_a_check) {
  registry.remote_failure["plain"] = "open";
  plain.failure = Error{Errc::unsupported, "has no capacity interface"};
  BOOST_TEST(shown(candidates("plain")) ==
             "unsupported: constraint bandwidth (instance_fit), demand vG: service "
             "controller plain: has no capacity interface");
  registry.flags["plain"] = sdk::reserves;
  BOOST_TEST(shown(candidates("plain")) ==
             "unsupported: constraint bandwidth (instance_fit), demand vG: service controller plain: does not check "
             "capacity (it lacks the capability filters)");
  BOOST_TEST(shown(candidates("nobody")) ==
             "unsupported: constraint bandwidth (instance_fit), demand vG: service controller nobody: is not loaded "
             "(loaded: plain, explaining); name it in [service_controller] extensions");
}

BOOST_AUTO_TEST_CASE(needs_a_question_of_the_right_shape) {
  for (auto const* args : {R"({"checks": [{}]})", R"({"checks": [{"request": 5, "candidates": []}]})",
                           R"({"checks": [{"request": {}, "candidates": [5]}]})"}) {
    auto const answer = ask(topic::candidates_with_capacity, args);
    BOOST_TEST((!answer && answer.error().code == Errc::invalid), args);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::data::test
