// Waiting for a plan (API specification 19.1): no thread waits, and nobody polls.
#include "services/api/request_values.hpp"
#include "worker.hpp"

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_wait)

namespace {

// A request whose reply is still to come.
class Pending {
 public:
  Pending(Api& api, std::string const& target) : Pending(api, target, api.world.call()) {}
  Pending(Api& api, std::string const& target, sdk::Call call) {
    auto response = api.begin("GET", target, Api::login());
    call.cancelled = stop_.get_token();
    if (!response.later) {
      state_->take(std::move(response));
      return;
    }
    std::exchange(response.later, nullptr)(call,
                                           [state = state_](http::Response reply) { state->take(std::move(reply)); });
  }
  bool answered() const { return state_->answered(); }
  // Waits for it.
  http::Response reply() const {
    BOOST_REQUIRE(tests::eventually([&] { return answered(); }));
    std::lock_guard const lock(state_->mutex);
    BOOST_TEST_REQUIRE(state_->replies == 1);
    return *state_->response;
  }
  void cancel() { stop_.request_stop(); }

 private:
  struct State {
    std::mutex mutex;
    std::optional<http::Response> response;
    int replies = 0;
    // On any thread; checks belong to the test's own.
    void take(http::Response reply) {
      std::lock_guard const lock(mutex);
      ++replies;
      response = std::move(reply);
    }
    bool answered() {
      std::lock_guard const lock(mutex);
      return response.has_value();
    }
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  std::stop_source stop_;
};

std::string status_in(http::Response const& response) {
  BOOST_TEST_REQUIRE(response.status == 200);
  return std::string(plan_in(response).at("status").as_string());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_time_to_wait_is_seconds_or_has_its_unit) {
  using std::chrono::milliseconds;
  for (auto const& [text, wanted] :
       {std::pair{"30", 30'000}, std::pair{"30s", 30'000}, std::pair{"500ms", 500}, std::pair{"0", 0},
        std::pair{"120", 120'000}, std::pair{"120000ms", 120'000}, std::pair{"1.5s", 1500}, std::pair{"0.25", 250}})
    BOOST_TEST((read_wait(text) == milliseconds(wanted)), text);
  for (auto const* text : {"",         "s",  "ms", "-1",  "+1", " 1",   "1 s", "121", "120.001",
                           "120001ms", "1m", "1h", "1e2", "x",  "0x10", "nan", "inf", "99999999999999999999",
                           "1s1",      ".5"})
    BOOST_TEST(!read_wait(text), text);
}

BOOST_AUTO_TEST_CASE(a_bad_time_is_400_and_an_unknown_plan_404_at_once) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  for (auto const* text : {"", "x", "121s", "-1"}) {
    auto const response = Pending(api, "/v1/plans/" + id + "?wait=" + text).reply();
    BOOST_TEST(response.status == 400, text);
    BOOST_TEST(explanation(response).find("at most 120 s") != std::string::npos);
  }
  BOOST_TEST(Pending(api, "/v1/plans/x?wait=30s").reply().status == 404);
  BOOST_TEST(Pending(api, "/v1/plans/" + fresh_uuid() + "?wait=30s").reply().status == 404);
}

BOOST_AUTO_TEST_CASE(a_final_plan_is_answered_at_once) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  for (auto const* status : {"done", "error", "not found"}) {
    move_to(api, id, status);
    BOOST_TEST(status_in(Pending(api, "/v1/plans/" + id + "?wait=30s").reply()) == status);
  }
}

BOOST_AUTO_TEST_CASE(without_a_time_nobody_waits) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  BOOST_TEST(status_in(Pending(api, "/v1/plans/" + id).reply()) == "template");
  BOOST_TEST(status_in(Pending(api, "/v1/plans/" + id + "?wait=0").reply()) == "template");
}

BOOST_AUTO_TEST_CASE(a_plan_that_becomes_final_elsewhere_is_answered_without_the_clock) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Pending const waiting(api, "/v1/plans/" + id + "?wait=30s");
  move_to(api, id, "translating");
  move_to(api, id, "solving");
  BOOST_TEST(!waiting.answered());
  move_to(api, id, "done", "", {{"solution", json::object{{"recommendations", json::array{1}}}}});
  auto const reply = waiting.reply();
  BOOST_TEST(status_in(reply) == "done");
  BOOST_TEST(plan_in(reply).contains("recommendations"));
}

BOOST_AUTO_TEST_CASE(when_the_time_is_up_the_plan_is_answered_as_it_is) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Pending const waiting(api, "/v1/plans/" + id + "?wait=30s");
  move_to(api, id, "solving");
  api.world.clock().advance(std::chrono::seconds(29));
  BOOST_TEST(!waiting.answered());
  api.world.clock().advance(std::chrono::seconds(1));
  BOOST_TEST(status_in(waiting.reply()) == "solving");
}

BOOST_AUTO_TEST_CASE(a_plan_that_is_deleted_meanwhile_is_404) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Pending const here(api, "/v1/plans/" + id + "?wait=30s"), elsewhere(api, "/v1/plans/" + id + "?wait=30s");
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 204);
  BOOST_TEST(here.reply().status == 404);
  BOOST_TEST(elsewhere.reply().status == 404);
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_is_answered_with_the_plan_as_it_is) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Pending waiting(api, "/v1/plans/" + id + "?wait=30s");
  BOOST_TEST(!waiting.answered());
  waiting.cancel();
  BOOST_TEST(status_in(waiting.reply()) == "template");
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_notify_is_looked_at_by_the_notifier) {
  Api api;
  api.world.store.notifies = false;
  auto const id = id_of(api.post(minimal()));
  Pending const waiting(api, "/v1/plans/" + id + "?wait=120s");
  move_to(api, id, "done");
  BOOST_TEST(tests::eventually_with_time(
      api.world, [&] { return waiting.answered(); }, std::chrono::milliseconds(50)));
  BOOST_TEST(status_in(waiting.reply()) == "done");
}

BOOST_AUTO_TEST_CASE(a_store_that_goes_down_meanwhile_is_503) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Pending const waiting(api, "/v1/plans/" + id + "?wait=30s");
  api.world.store.down = true;
  api.world.clock().advance(std::chrono::seconds(30));
  BOOST_TEST(waiting.reply().status == 503);
}

// All on this thread: had each a thread of its own, they would not fit the pool of a server.
BOOST_AUTO_TEST_CASE(a_thousand_requests_wait_and_are_all_answered) {
  Api api;
  std::vector<std::string> ids;
  std::vector<std::unique_ptr<Pending>> waiting;
  for (int i = 0; i < 10; ++i) ids.push_back(id_of(api.post(minimal())));
  for (std::size_t i = 0; i < 1000; ++i)
    waiting.push_back(std::make_unique<Pending>(api, "/v1/plans/" + ids[i % 10] + "?wait=60s"));
  for (std::size_t i = 0; i < 9; ++i) move_to(api, ids[i], "done");
  for (std::size_t i = 0; i < 1000; ++i)
    if (i % 10 != 9) BOOST_TEST_REQUIRE(status_in(waiting[i]->reply()) == "done");
  for (std::size_t i = 9; i < 1000; i += 10) BOOST_TEST_REQUIRE(!waiting[i]->answered());
  api.world.clock().advance(std::chrono::seconds(60));
  for (std::size_t i = 9; i < 1000; i += 10) BOOST_TEST_REQUIRE(status_in(waiting[i]->reply()) == "template");
}

BOOST_AUTO_TEST_CASE(an_api_that_ends_leaves_no_request_without_its_reply_object_gone) {
  std::weak_ptr<int> left;
  {
    Api api;
    auto const id = id_of(api.post(minimal()));
    auto response = api.begin("GET", "/v1/plans/" + id + "?wait=30s", Api::login());
    auto const owned = std::make_shared<int>(1);
    left = owned;
    BOOST_REQUIRE(response.later);
    response.later(api.world.call(), [owned](http::Response const&) {});
  }
  // The server answers 500 for a reply that is gone without a call.
  BOOST_TEST(left.expired());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
