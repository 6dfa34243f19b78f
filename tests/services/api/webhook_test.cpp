// Callbacks (API specification 19.5): ordered with the plan, sent when it is final, signed, repeated, never lost and by
// one process at a time.
#include "core/store/rows.hpp"
#include "core/workflow/transitions.hpp"
#include "fixture.hpp"
#include "services/api/delivery_engine.hpp"

namespace conductor::services::api::test {

namespace {

constexpr char url[] = "https://hooks.example/told?by=us";
constexpr char uuid[] = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";

Options options(std::string default_url = "", bool all_events = false) {
  Options options;
  options.api.limits.remote.allowed_hosts = {"hooks.example"};
  options.api.limits.callbacks = true;
  options.api.callbacks = {.url = std::move(default_url), .all_events = all_events};
  return options;
}

// Another host that takes what it is told, or fails as often as a test says.
class Receiver {
 public:
  Receiver() {
    http.respond([this](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
      std::lock_guard const lock(mutex_);
      told_.push_back(request);
      if (failures_ > 0) {
        --failures_;
        return sdk::HttpReply{503, {}, ""};
      }
      return sdk::HttpReply{204, {}, ""};
    });
  }
  void fail(int times) {
    std::lock_guard const lock(mutex_);
    failures_ = times;
  }
  std::vector<sdk::HttpRequest> told() const {
    std::lock_guard const lock(mutex_);
    return told_;
  }
  json::object body(std::size_t index) const { return json::parse(told().at(index).body).as_object(); }
  std::string header(std::size_t index, std::string const& name) const {
    auto const request = told().at(index);
    for (auto const& [key, value] : request.headers)
      if (key == name) return value;
    return "";
  }
  RemoteClients clients() {
    return [this](std::string const&) -> sdk::HttpClient& { return http; };
  }

  sdk::testing::FakeHttp http;

 private:
  mutable std::mutex mutex_;
  std::vector<sdk::HttpRequest> told_;
  int failures_ = 0;
};

DeliveryConfig engine_config() {
  DeliveryConfig config;
  config.secret = "key";
  config.remote.allowed_hosts = {"hooks.example"};
  config.chance = [] { return 0.0; };
  return config;
}

// One api process: lease, plans, engine.
struct Engine {
  Engine(tests::World& world, Receiver& receiver)
      : process(world),
        engine(engine_config(), process.plans, *process.lease, receiver.clients(), world.clock(), world.log()) {
    engine.start();
  }
  tests::Process process;
  DeliveryEngine engine;
};

struct Hooks : Api {
  explicit Hooks(Options given = options()) : Api(std::move(given)) {}
  std::string submit(json::object more = {{"callback_url", url}}) {
    auto const created = post(minimal(std::move(more)));
    BOOST_REQUIRE_MESSAGE(created.status == 201, created.body);
    return id_of(created);
  }
  // As a worker does it, in this process.
  void move(std::string const& id, std::string const& status) {
    auto const row = plans.get(world.call(), id).value().row;
    sdk::Values const set{
        {"status", status},
        {"history", store::with_transition(row.list("history"),
                                           {.status = status, .owner = {}, .at_ms = world.clock().wall_ms()})}};
    sdk::Expect expect;
    expect.version = row.version;
    BOOST_REQUIRE(world.store.update(world.call(), "plans", id, set, expect, sdk::random_id(), sdk::Durability::full));
  }
  std::size_t orders() { return world.memory.list(world.call(), "deliveries", {}, {}, 1000).value.rows.size(); }
  bool told(std::size_t count) {
    return tests::eventually([&] { return receiver.told().size() >= count; });
  }
  bool no_orders() {
    return tests::eventually([&] { return orders() == 0; });
  }
  Receiver receiver;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(api_webhook_orders)

BOOST_AUTO_TEST_CASE(a_callback_needs_a_listed_host_and_a_secret) {
  Api off;
  BOOST_TEST(explanation(off.post(minimal({{"callback_url", url}}))).find("allowed_hosts is empty") !=
             std::string::npos);
  auto unsigned_options = options();
  unsigned_options.api.limits.callbacks = false;
  Api without(unsigned_options);
  BOOST_TEST(explanation(without.post(minimal({{"callback_url", url}}))).find("callback_secret") != std::string::npos);
  Hooks hooks;
  BOOST_TEST(hooks.post(minimal({{"callback_url", "https://other.example/"}})).status == 400);
  BOOST_TEST(hooks.post(minimal({{"callback_url", 7}})).status == 400);
  BOOST_TEST(hooks.orders() == 0U);
}

BOOST_AUTO_TEST_CASE(the_plan_shows_whom_it_will_tell) {
  Hooks hooks;
  auto const id = hooks.submit();
  BOOST_TEST(hooks.orders() == 1U);
  auto const plan = body_of(hooks.send("GET", "/v1/plans/" + id)).at("plans").at(0);
  BOOST_TEST(plan.at("callback_url").as_string() == url);
}

BOOST_AUTO_TEST_CASE(the_configured_url_is_for_plans_without_their_own) {
  Hooks hooks(options("https://hooks.example/default"));
  hooks.submit({});
  auto const rows = hooks.world.memory.list(hooks.world.call(), "deliveries", {}, {}, 10).value.rows;
  BOOST_REQUIRE(rows.size() == 1U);
  BOOST_TEST(rows.front().text("url") == "https://hooks.example/default");
}

BOOST_AUTO_TEST_CASE(a_refused_or_repeated_request_leaves_no_order_behind) {
  Hooks hooks;
  hooks.submit({{"id", uuid}});
  BOOST_TEST(hooks.post(minimal({{"id", uuid}, {"callback_url", url}})).status == 409);
  BOOST_TEST(hooks.orders() == 0U);
  sdk::HttpHeaders const key{{"Idempotency-Key", "k"}};
  BOOST_TEST(hooks.post(minimal({{"callback_url", url}}), key).status == 201);
  BOOST_TEST(hooks.post(minimal({{"callback_url", url}}), key).status == 201);
  BOOST_TEST(hooks.orders() == 1U);
}

BOOST_AUTO_TEST_CASE(a_trial_orders_nothing) {
  Hooks hooks;
  hooks.bus.answers["controller.translate"] = json::object{{"status", "error"}, {"documents", json::object()}};
  BOOST_TEST(hooks.send("POST", "/v1/plans?dry_run=true", json::serialize(minimal({{"callback_url", url}}))).status ==
             200);
  BOOST_TEST(hooks.orders() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_webhook_messages)

BOOST_AUTO_TEST_CASE(the_signature_covers_time_and_body) {
  auto const headers = callback_headers("d-1", 1'700'000'000'999, "{\"a\":1}", "key");
  BOOST_TEST(headers[0].second == "d-1");
  BOOST_TEST(headers[1].second == "1700000000");
  BOOST_TEST(headers[2].second == "v1=" + hmac_sha256("key", "1700000000.{\"a\":1}"));
  // Test vector 2 of RFC 4231.
  BOOST_TEST(hmac_sha256("Jefe", "what do ya want for nothing?") ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(pauses_double_up_to_ten_minutes_and_are_shortened_by_chance) {
  using std::chrono::milliseconds;
  BOOST_TEST((callback_pause(1, 0) == milliseconds(1000)));
  BOOST_TEST((callback_pause(2, 0) == milliseconds(2000)));
  BOOST_TEST((callback_pause(10, 0) == milliseconds(512'000)));
  BOOST_TEST((callback_pause(11, 0) == milliseconds(600'000)));
  BOOST_TEST((callback_pause(1000, 0) == milliseconds(600'000)));
  BOOST_TEST((callback_pause(3, 1) == milliseconds(2000)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_webhooks)

BOOST_AUTO_TEST_CASE(a_final_plan_is_told_once) {
  Hooks hooks;
  Engine engine(hooks.world, hooks.receiver);
  auto const id = hooks.submit();
  hooks.move(id, "translating");
  hooks.move(id, "error");
  BOOST_REQUIRE(hooks.told(1));
  BOOST_TEST(hooks.no_orders());
  auto const request = hooks.receiver.told().front();
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.target == "/told?by=us");
  auto const body = hooks.receiver.body(0);
  BOOST_TEST(body.at("event").as_string() == "plan");
  BOOST_TEST(body.at("seq").as_int64() == 3);
  BOOST_TEST(body.at("at").as_int64() == hooks.world.clock().wall_ms());
  BOOST_TEST(body.at("plan").at("id").as_string() == id);
  BOOST_TEST(body.at("plan").at("status").as_string() == "error");
  BOOST_TEST(body.at("plan").at("links").at(0).at(0).at("href").as_string() ==
             "http://oof.example:8091/v1/plans/" + id);
  BOOST_TEST(hooks.receiver.header(0, "Conductor-Delivery") == std::string(body.at("delivery").as_string()));
  auto const timestamp = hooks.receiver.header(0, "Conductor-Timestamp");
  BOOST_TEST(hooks.receiver.header(0, "Conductor-Signature") ==
             "v1=" + hmac_sha256("key", timestamp + "." + request.body));
  BOOST_TEST(hooks.receiver.told().size() == 1U);
}

BOOST_AUTO_TEST_CASE(all_transitions_are_told_in_order_when_configured) {
  Hooks hooks(options("", true));
  Engine engine(hooks.world, hooks.receiver);
  auto const id = hooks.submit();
  for (auto const* status : {"translating", "translated", "solving", "not found"}) hooks.move(id, status);
  BOOST_REQUIRE(hooks.told(5));
  BOOST_TEST(hooks.no_orders());
  char const* const expected[] = {"template", "translating", "translated", "solving", "not found"};
  std::set<std::string> deliveries;
  for (std::size_t i = 0; i < 5; ++i) {
    BOOST_TEST(hooks.receiver.body(i).at("seq").as_int64() == static_cast<std::int64_t>(i) + 1);
    BOOST_TEST(hooks.receiver.body(i).at("plan").at("status").as_string() == expected[i]);
    deliveries.insert(hooks.receiver.header(i, "Conductor-Delivery"));
  }
  BOOST_TEST(deliveries.size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_failed_try_is_repeated_with_the_same_delivery_and_growing_pauses) {
  Hooks hooks;
  hooks.receiver.fail(3);
  Engine engine(hooks.world, hooks.receiver);
  hooks.move(hooks.submit(), "done");
  for (std::size_t tries = 1; tries <= 3; ++tries) {
    BOOST_REQUIRE(hooks.told(tries));
    // Not a moment too early: the pause is in the row before anybody may try again.
    BOOST_REQUIRE(tests::eventually([&] {
      auto const rows =
          hooks.world.memory.list(hooks.world.call(), "deliveries", {{"state", std::string("waiting")}}, {}, 10)
              .value.rows;
      return rows.size() == 1 && rows.front().integer("not_before_ms") ==
                                     hooks.world.clock().wall_ms() + (std::int64_t{1000} << (tries - 1));
    }));
    BOOST_TEST(hooks.receiver.told().size() == tries);
    BOOST_REQUIRE(tests::eventually_with_time(hooks.world, [&] { return hooks.receiver.told().size() > tries; }));
  }
  BOOST_TEST(hooks.no_orders());
  for (std::size_t i = 1; i < 4; ++i) {
    BOOST_TEST(hooks.receiver.header(i, "Conductor-Delivery") == hooks.receiver.header(0, "Conductor-Delivery"));
    BOOST_TEST(hooks.receiver.told()[i].body == hooks.receiver.told()[0].body);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_told_for_a_day_is_given_up) {
  Hooks hooks;
  hooks.receiver.fail(1'000'000);
  Engine engine(hooks.world, hooks.receiver);
  hooks.move(hooks.submit(), "done");
  BOOST_REQUIRE(hooks.told(1));
  BOOST_TEST(tests::eventually_with_time(
      hooks.world, [&] { return hooks.orders() == 0; }, std::chrono::minutes(10)));
  BOOST_TEST(hooks.receiver.told().size() > 20U);
}

BOOST_AUTO_TEST_CASE(a_plan_that_became_final_while_no_process_ran_is_told_at_the_next_start) {
  Hooks hooks;
  hooks.move(hooks.submit(), "done");
  Engine engine(hooks.world, hooks.receiver);
  BOOST_TEST(hooks.told(1));
  BOOST_TEST(hooks.no_orders());
}

BOOST_AUTO_TEST_CASE(what_a_dead_process_was_sending_is_sent_again_as_it_was) {
  Hooks hooks;
  auto const id = hooks.submit();
  {
    // It claims and posts, and dies before it could note the success.
    Receiver last_words;
    Engine dying(hooks.world, last_words);
    last_words.http.respond([&](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
      hooks.world.store.down = true;
      return sdk::HttpReply{204, {}, ""};
    });
    hooks.move(id, "done");
    BOOST_REQUIRE(tests::eventually([&] { return hooks.world.store.down.load(); }));
    dying.engine.drain(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  }
  hooks.world.store.down = false;
  auto const row = hooks.world.memory.list(hooks.world.call(), "deliveries", {}, {}, 10).value.rows.at(0);
  BOOST_TEST(row.text("state") == "sending");
  Engine next(hooks.world, hooks.receiver);
  BOOST_TEST(tests::eventually_with_time(
      hooks.world, [&] { return hooks.receiver.told().size() == 1; }, std::chrono::seconds(1)));
  BOOST_TEST(hooks.no_orders());
  BOOST_TEST(hooks.receiver.body(0).at("seq").as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(two_processes_tell_each_plan_once) {
  Hooks hooks;
  Engine one(hooks.world, hooks.receiver), other(hooks.world, hooks.receiver);
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(hooks.submit());
  for (auto const& id : ids) hooks.move(id, "done");
  BOOST_TEST(hooks.no_orders());
  BOOST_TEST(hooks.receiver.told().size() == 20U);
}

BOOST_AUTO_TEST_CASE(an_order_that_no_plan_names_is_dropped_untold) {
  Hooks hooks;
  auto const id = hooks.submit({});
  sdk::Values const stray{
      {"plan_id", id}, {"event", std::string("final/0")}, {"state", std::string("waiting")}, {"url", std::string(url)}};
  BOOST_REQUIRE(hooks.world.store.insert(hooks.world.call(), "deliveries", id + "/stray", stray, sdk::random_id(),
                                         sdk::Durability::full));
  hooks.move(id, "done");
  Engine engine(hooks.world, hooks.receiver);
  BOOST_TEST(hooks.no_orders());
  BOOST_TEST(hooks.receiver.told().empty());
}

BOOST_AUTO_TEST_CASE(an_order_goes_with_its_deleted_plan) {
  Hooks hooks;
  Engine engine(hooks.world, hooks.receiver);
  auto const id = hooks.submit();
  BOOST_TEST(hooks.send("DELETE", "/v1/plans/" + id).status == 204);
  // At once when the engine has heard of the plan, else when no plan can be expected any more.
  BOOST_TEST(tests::eventually_with_time(
      hooks.world, [&] { return hooks.orders() == 0; }, std::chrono::minutes(1)));
  BOOST_TEST(hooks.receiver.told().empty());
}

BOOST_AUTO_TEST_CASE(a_host_that_is_no_longer_listed_is_not_told) {
  Hooks hooks;
  auto config = engine_config();
  config.remote.allowed_hosts = {"other.example"};
  tests::Process process(hooks.world);
  DeliveryEngine engine(config, process.plans, *process.lease, hooks.receiver.clients(), hooks.world.clock(),
                        hooks.world.log());
  engine.start();
  hooks.move(hooks.submit(), "done");
  BOOST_TEST(tests::eventually([&] {
    auto const rows = hooks.world.memory.list(hooks.world.call(), "deliveries", {}, {}, 10).value.rows;
    return rows.size() == 1 && rows.front().integer("not_before_ms") > 0;
  }));
  BOOST_TEST(hooks.receiver.told().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
