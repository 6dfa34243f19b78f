// Server-Sent Events, and how conductor plan events follows them.
#include "services/cli/event_stream.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_events)

namespace {

std::string event(int seq, std::string const& status) {
  return "event: plan\nid: p:" + std::to_string(seq) + "\ndata: {\"id\": \"p\", \"name\": \"edge\", \"status\": \"" +
         status + "\", \"seq\": " + std::to_string(seq) + ", \"at\": 1767225600000}\n\n";
}

std::string header(sdk::HttpRequest const& request, std::string const& name) {
  sdk::HttpReply reply;
  reply.headers = request.headers;
  return reply.header(name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(events_are_the_same_however_the_stream_is_cut) {
  std::string const stream =
      ": keep-alive\n\nevent: plan\r\nid: a:1\r\ndata: one\r\ndata:two\r\n\r\ndata: three\n\nid: a:2\nretry: 5\n\n";
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    EventReader reader;
    std::vector<Event> all;
    for (std::size_t at = 0; at < stream.size(); at += size)
      for (auto& each : reader.read(std::string_view(stream).substr(at, size))) all.push_back(std::move(each));
    BOOST_REQUIRE(all.size() == 2U);
    BOOST_TEST(all[0].name == "plan");
    BOOST_TEST(all[0].data == "one\ntwo");
    BOOST_TEST(all[1].name == "message");
    BOOST_TEST(all[1].data == "three");
    BOOST_TEST(reader.last_id() == "a:2");
  }
}

BOOST_AUTO_TEST_CASE(the_id_of_an_event_that_was_cut_off_does_not_count) {
  EventReader reader;
  BOOST_TEST(reader.read("id: a:1\ndata: x\n\nid: a:2\ndata: y\n").size() == 1U);
  BOOST_TEST(reader.last_id() == "a:1");
  reader.reset();
  BOOST_TEST(reader.read("data: z\n\n").size() == 1U);
  BOOST_TEST(reader.last_id() == "a:1");
}

BOOST_AUTO_TEST_CASE(a_plan_is_followed_over_lost_connections_to_its_final_state) {
  Desk desk;
  int connections = 0;
  desk.http.respond([&](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    switch (++connections) {
      case 1:
        return sdk::HttpReply{200, {}, event(1, "template") + event(2, "translating") + "id: p:3\ndata: {"};
      case 2:
        return sdk::Error{sdk::Errc::unavailable, "connection refused"};
      default:
        return sdk::HttpReply{200, {}, event(3, "translated") + event(4, "not found")};
    }
  });
  auto const run = desk.run({"plan", "events", "p"});
  BOOST_TEST(run.status == exit_not_found, run.err);
  BOOST_TEST(desk.request(0).target == "/v1/plans/p/events");
  BOOST_TEST(header(desk.request(0), "Last-Event-ID") == "");
  BOOST_TEST(header(desk.request(1), "Last-Event-ID") == "p:2");
  BOOST_TEST(header(desk.request(2), "Last-Event-ID") == "p:2");
  std::istringstream lines(run.out);
  int seq = 0;
  for (std::string line; std::getline(lines, line);) BOOST_TEST(json::parse(line).at("seq").as_int64() == ++seq);
  BOOST_TEST(seq == 4);
}

BOOST_AUTO_TEST_CASE(all_plans_are_followed_until_ctrl_c_and_missed_events_are_told) {
  Desk desk;
  desk.http.respond([&](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    desk.interruption.request_stop();
    return sdk::HttpReply{200, {}, "event: resync\ndata: {}\n\n" + event(7, "done")};
  });
  auto const run = desk.run({"plan", "events", "--all", "--after", "c9", "-o", "table"});
  BOOST_TEST(run.status == exit_interrupted);
  BOOST_TEST(desk.request().target == "/v1/events");
  BOOST_TEST(header(desk.request(), "Last-Event-ID") == "c9");
  BOOST_TEST(has(run.out, "2026-01-01 00:00:00  p  done           edge"), run.out);
  BOOST_TEST(has(run.err, "events were missed"), run.err);
}

BOOST_AUTO_TEST_CASE(a_server_that_stays_away_ends_it_with_the_place_to_go_on_from) {
  Desk desk;
  int connections = 0;
  desk.http.respond([&](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    if (++connections == 1) return sdk::HttpReply{200, {}, event(1, "template")};
    return sdk::Error{sdk::Errc::unavailable, "connection refused"};
  });
  auto const run = desk.run({"plan", "events", "p"});
  BOOST_TEST(run.status == exit_failed);
  BOOST_TEST(has(run.err, "go on with --after 'p:1'"), run.err);
  BOOST_TEST(connections < 20);
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_it_at_once) {
  Desk desk;
  desk.answer({{"explanation", "Plan p not found"}}, 404);
  BOOST_TEST(desk.run({"plan", "events", "p"}).status == exit_not_found);
  BOOST_TEST(desk.http.requests().size() == 1U);
  BOOST_TEST(desk.run({"plan", "events"}).status == exit_usage);
  BOOST_TEST(desk.run({"plan", "events", "p", "--all"}).status == exit_usage);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
