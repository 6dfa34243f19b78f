// Server-Sent Events (API specification 19.4): one plan's transitions, all plans' changes, resuming, keep-alive, ends.
#include "services/api/request_values.hpp"
#include "worker.hpp"

namespace conductor::services::api::test {

namespace {

// Takes what a stream writes, and ends it when a test says so.
class Client {
 public:
  http::Writer writer() {
    return [this](std::string_view piece) {
      std::lock_guard const lock(mutex_);
      text_ += piece;
      return !gone_;
    };
  }
  std::string text() const {
    std::lock_guard const lock(mutex_);
    return text_;
  }
  bool has(std::string const& part) const { return text().find(part) != std::string::npos; }
  void leave() {
    std::lock_guard const lock(mutex_);
    gone_ = true;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  bool gone_ = false;
};

http::Response ask(Api& api, std::string const& target, std::string const& last_id = "",
                   std::string const& accept = "text/event-stream") {
  auto headers = Api::login();
  headers.emplace_back("Accept", accept);
  if (!last_id.empty()) headers.emplace_back("Last-Event-ID", last_id);
  return api.send_plain("GET", target, headers);
}

// A stream on a thread of its own, as the server runs it.
class Stream {
 public:
  Stream(Api& api, std::string const& target, std::string const& last_id = "") {
    auto response = ask(api, target, last_id);
    BOOST_TEST_REQUIRE(response.status == 200);
    BOOST_TEST_REQUIRE(header(response, "Content-Type") == "text/event-stream");
    BOOST_REQUIRE(response.stream);
    sdk::Call call;
    call.cancelled = stop_.get_token();
    thread_ = std::jthread([this, call, run = std::move(response.stream)] {
      run(call, client_.writer());
      ended_ = true;
    });
  }
  ~Stream() { cancel(); }
  void cancel() { stop_.request_stop(); }
  Client& client() { return client_; }
  bool ended() const { return ended_; }
  bool hears(std::string const& part) {
    return tests::eventually([&] { return client_.has(part); });
  }
  bool ends() {
    return tests::eventually([&] { return ended(); });
  }

 private:
  Client client_;
  std::stop_source stop_;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;
};

struct Heard {
  std::string event, id;
  json::object data;
};

// The blocks of a stream that carry data.
std::vector<Heard> events_in(std::string const& text) {
  std::vector<Heard> all;
  for (std::size_t begin = 0; begin < text.size();) {
    auto const end = text.find("\n\n", begin);
    BOOST_TEST_REQUIRE(end != std::string::npos);
    Heard heard;
    bool has_data = false;
    std::istringstream lines(text.substr(begin, end - begin));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("event: ")) heard.event = line.substr(7);
      if (line.starts_with("id: ")) heard.id = line.substr(4);
      if (line.starts_with("data: ")) {
        heard.data = json::parse(line.substr(6)).as_object();
        has_data = true;
      }
    }
    if (has_data) all.push_back(std::move(heard));
    begin = end + 2;
  }
  return all;
}

std::vector<std::string> statuses_in(std::string const& text) {
  std::vector<std::string> all;
  for (auto const& heard : events_in(text))
    if (heard.event == "plan") all.emplace_back(heard.data.at("status").as_string());
  return all;
}

using Texts = std::vector<std::string>;

std::string finished_plan(Api& api) {
  auto const id = id_of(api.post(minimal({{"name", "edge"}})));
  for (auto const* status : {"translating", "translated", "solving"}) {
    api.world.clock().advance(std::chrono::milliseconds(10));
    move_to(api, id, status);
  }
  move_to(api, id, "not found", "nothing fits");
  return id;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_events_of_a_plan)

BOOST_AUTO_TEST_CASE(a_final_plan_tells_all_its_transitions_and_ends) {
  Api api;
  auto const id = finished_plan(api);
  Stream stream(api, "/v1/plans/" + id + "/events");
  BOOST_TEST(stream.ends());
  auto const text = stream.client().text();
  BOOST_TEST(statuses_in(text) == (Texts{"template", "translating", "translated", "solving", "not found"}));
  auto const events = events_in(text);
  auto const start = api.world.clock().wall_ms() - 30;
  for (std::size_t i = 0; i < events.size(); ++i) {
    BOOST_TEST(events[i].event == "plan");
    BOOST_TEST(events[i].id == id + ":" + std::to_string(i + 1));
    BOOST_TEST(events[i].data.at("seq").as_int64() == static_cast<std::int64_t>(i + 1));
    BOOST_TEST(events[i].data.at("id").as_string() == id);
    BOOST_TEST(events[i].data.at("name").as_string() == "edge");
    BOOST_TEST(events[i].data.at("request_id").as_string() == "test");
    BOOST_TEST(events[i].data.at("at").as_int64() == start + 10 * std::min<std::int64_t>(static_cast<int>(i), 3));
    // The text belongs to where the plan is now.
    BOOST_TEST(events[i].data.contains("message") == (i + 1 == events.size()));
  }
  BOOST_TEST(events.back().data.at("message").as_string() == "nothing fits");
}

BOOST_AUTO_TEST_CASE(the_form_of_an_event_is_kept_to_the_letter) {
  sdk::Row row;
  row.id = "p";
  row.columns = {{"name", std::string("a \"b\"\n")},
                 {"message", std::string()},
                 {"request_id", std::string("r")},
                 {"history", store::with_transition({}, {.status = "template", .owner = {}, .at_ms = 5})}};
  BOOST_TEST(plan_events(row, 0, [](std::int64_t seq) { return "p:" + std::to_string(seq); }) ==
             "event: plan\nid: p:1\n"
             R"(data: {"id":"p","name":"a \"b\"\n","status":"template","seq":1,"at":5,"request_id":"r"})"
             "\n\n");
  BOOST_TEST(plan_events(row, 1, [](std::int64_t) { return "x"; }).empty());
}

BOOST_AUTO_TEST_CASE(a_stream_follows_the_plan_to_its_end) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Stream stream(api, "/v1/plans/" + id + "/events");
  BOOST_TEST(stream.hears("\"template\""));
  move_to(api, id, "translating");
  BOOST_TEST(stream.hears("\"translating\""));
  BOOST_TEST(!stream.ended());
  move_to(api, id, "solving");
  move_to(api, id, "done");
  BOOST_TEST(stream.ends());
  BOOST_TEST(statuses_in(stream.client().text()) == (Texts{"template", "translating", "solving", "done"}));
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_back_gets_what_it_missed) {
  Api api;
  auto const id = finished_plan(api);
  Stream stream(api, "/v1/plans/" + id + "/events", id + ":3");
  BOOST_TEST(stream.ends());
  BOOST_TEST(statuses_in(stream.client().text()) == (Texts{"solving", "not found"}));
  // After the final one nothing follows: with 204 clients stop coming back.
  auto const over = ask(api, "/v1/plans/" + id + "/events", id + ":5");
  BOOST_TEST(over.status == 204);
  BOOST_TEST(!over.stream);
}

BOOST_AUTO_TEST_CASE(an_id_from_an_earlier_plan_of_the_same_id_begins_anew) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  move_to(api, id, "done");
  Stream stream(api, "/v1/plans/" + id + "/events", id + ":17");
  BOOST_TEST(stream.ends());
  BOOST_TEST(statuses_in(stream.client().text()) == (Texts{"template", "done"}));
}

BOOST_AUTO_TEST_CASE(a_foreign_last_event_id_is_400) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  for (auto const& last : {std::string("x"), id, id + ":", id + ":x", id + ":-1", id + ":1x", id + ";1",
                           id + ":99999999999999999999", fresh_uuid() + ":1"}) {
    auto const response = ask(api, "/v1/plans/" + id + "/events", last);
    BOOST_TEST(response.status == 400, last);
    BOOST_TEST(explanation(response).find("Last-Event-ID") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_plan_is_404) {
  Api api;
  for (auto const& id : {std::string("x"), fresh_uuid()}) {
    auto const response = ask(api, "/v1/plans/" + id + "/events");
    BOOST_TEST(response.status == 404);
    BOOST_TEST(explanation(response) == "Plan " + id + " not found");
  }
}

BOOST_AUTO_TEST_CASE(the_accept_header_may_name_events_or_what_other_routes_answer) {
  Api api;
  auto const target = "/v1/plans/" + id_of(api.post(minimal())) + "/events";
  for (auto const* accept : {"text/event-stream", "text/*", "*/*", "application/json", "a/b, text/event-stream;q=0.5"})
    BOOST_TEST(ask(api, target, "", accept).status == 200, accept);
  for (auto const* accept : {"application/xml", "text/event-stream;q=0", "text/html"})
    BOOST_TEST(ask(api, target, "", accept).status == 406, accept);
}

BOOST_AUTO_TEST_CASE(silence_is_broken_every_fifteen_seconds) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Stream stream(api, "/v1/plans/" + id + "/events");
  BOOST_TEST(stream.hears("\"template\""));
  BOOST_TEST(!stream.client().has(": keep-alive"));
  BOOST_TEST(tests::eventually_with_time(api.world, [&] { return stream.client().has("\n\n: keep-alive\n\n"); }));
  BOOST_TEST(statuses_in(stream.client().text()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_stream_ends_with_its_plan_its_client_and_its_server) {
  Api api;
  auto const id = id_of(api.post(minimal())), other = id_of(api.post(minimal()));
  Stream deleted(api, "/v1/plans/" + id + "/events"), left(api, "/v1/plans/" + other + "/events"),
      cancelled(api, "/v1/plans/" + other + "/events");
  BOOST_TEST(deleted.hears("\"template\""));
  BOOST_TEST(left.hears("\"template\""));
  BOOST_TEST(cancelled.hears("\"template\""));
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 204);
  BOOST_TEST(deleted.ends());
  cancelled.cancel();
  BOOST_TEST(cancelled.ends());
  left.client().leave();
  move_to(api, other, "translating");
  BOOST_TEST(left.ends());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_events_of_all)

BOOST_AUTO_TEST_CASE(changes_of_all_plans_are_told_from_now_on) {
  Api api;
  auto const before = id_of(api.post(minimal()));
  Stream stream(api, "/v1/events");
  auto const a = id_of(api.post(minimal())), b = id_of(api.post(minimal()));
  move_to(api, a, "translating");
  move_to(api, b, "translating");
  move_to(api, a, "error", "no");
  BOOST_TEST(stream.hears("\"error\""));
  std::map<std::string, Texts> told;
  for (auto const& heard : events_in(stream.client().text()))
    told[std::string(heard.data.at("id").as_string())].emplace_back(heard.data.at("status").as_string());
  BOOST_TEST(told[a] == (Texts{"template", "translating", "error"}));
  BOOST_TEST(told[b] == (Texts{"template", "translating"}));
  BOOST_TEST(!told.contains(before));
  BOOST_TEST(!stream.ended());
}

BOOST_AUTO_TEST_CASE(a_stream_goes_on_after_the_event_last_seen) {
  Api api;
  std::string last, begin;
  auto const a = id_of(api.post(minimal()));
  {
    Stream stream(api, "/v1/events");
    BOOST_TEST(stream.hears("\n\n"));
    begin = stream.client().text().substr(4, stream.client().text().find('\n') - 4);
    move_to(api, a, "translating");
    BOOST_TEST(stream.hears("\"translating\""));
    last = events_in(stream.client().text()).back().id;
  }
  BOOST_TEST(!last.empty());
  move_to(api, a, "translated");
  move_to(api, a, "solving");
  Stream again(api, "/v1/events", last);
  BOOST_TEST(again.hears("\"solving\""));
  BOOST_TEST(statuses_in(again.client().text()) == (Texts{"translated", "solving"}));
  // The place before the first event is told, too.
  Stream whole(api, "/v1/events", begin);
  BOOST_TEST(whole.hears("\"solving\""));
  BOOST_TEST(statuses_in(whole.client().text()) == (Texts{"translating", "translated", "solving"}));
}

BOOST_AUTO_TEST_CASE(a_cursor_that_the_store_does_not_know_gives_resync) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Stream stream(api, "/v1/events", "another-store:7");
  BOOST_TEST(stream.hears("event: resync\n"));
  auto const events = events_in(stream.client().text());
  BOOST_REQUIRE(events.size() == 1U);
  BOOST_TEST(events[0].data.empty());
  BOOST_TEST(!events[0].id.empty());
  move_to(api, id, "done");
  BOOST_TEST(stream.hears("\"done\""));
  Stream from_there(api, "/v1/events", events[0].id);
  BOOST_TEST(from_there.hears("\"done\""));
  BOOST_TEST(!from_there.client().has("resync"));
}

BOOST_AUTO_TEST_CASE(a_deleted_plan_moves_the_place_on_without_an_event) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  Stream stream(api, "/v1/events");
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 204);
  auto const count_ids = [&] {
    auto const text = stream.client().text();
    std::size_t count = 0;
    for (auto at = text.find("id: "); at != std::string::npos; at = text.find("id: ", at + 1)) ++count;
    return count;
  };
  BOOST_TEST(tests::eventually([&] { return count_ids() == 2; }));
  BOOST_TEST(events_in(stream.client().text()).empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_cannot_keep_up_has_to_list_again) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  auto response = ask(api, "/v1/events");
  BOOST_REQUIRE(response.stream);
  Client client;
  std::jthread const thread([&](std::stop_token const& stop) {
    sdk::Call call;
    call.cancelled = stop;
    response.stream(call, [take = client.writer()](std::string_view piece) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return take(piece);
    });
  });
  // Until the store has handed on more than are kept.
  for (int i = 0; i < 200 && !client.has("event: resync\n"); ++i)
    for (int k = 0; k < 5'000; ++k) put(api, id, {{"message", std::to_string(k)}});
  BOOST_TEST(tests::eventually([&] { return client.has("event: resync\n"); }));
}

BOOST_AUTO_TEST_CASE(silence_is_broken_here_too_and_the_server_can_stop) {
  Api api;
  Stream stream(api, "/v1/events");
  BOOST_TEST(tests::eventually_with_time(api.world, [&] { return stream.client().has(": keep-alive\n\n"); }));
  stream.cancel();
  BOOST_TEST(stream.ends());
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_notify_is_501_and_one_that_is_down_503) {
  Api api;
  api.world.store.notifies = false;
  BOOST_TEST(ask(api, "/v1/events").status == 501);
  api.world.store.down = true;
  BOOST_TEST(ask(api, "/v1/events").status == 503);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
