// The list of plans: pages, markers, filters, both directions, and how much of the store a page costs (API
// specification 6.1, 19.1).
#include "services/api/plan_list.hpp"
#include "services/api/request_values.hpp"
#include "worker.hpp"

#include <random>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_list)

namespace {

using Ids = std::vector<std::string>;

Ids ids_in(http::Response const& response) {
  Ids ids;
  auto const body = body_of(response);
  for (auto const& plan : body.at("plans").as_array()) ids.emplace_back(plan.at("id").as_string());
  return ids;
}
Ids list(Api& api, std::string const& query) { return ids_in(api.send("GET", "/v1/plans" + query)); }

// A plan with nothing but a row.
std::string row(Api& api, std::string const& status, std::string const& name = "n") {
  auto const id = fresh_uuid();
  BOOST_REQUIRE(api.world.store.insert(api.world.call(), "plans", id, {{"status", status}, {"name", name}},
                                       sdk::random_id(), sdk::Durability::full));
  return id;
}

// All pages, one after the other.
Ids walk(Api& api, std::string const& query, std::size_t limit) {
  Ids all;
  for (std::string marker; all.size() < 10'000;) {
    auto const page = list(api, "?limit=" + std::to_string(limit) + query + marker);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < limit) return all;
    marker = "&marker=" + page.back();
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_list_is_empty_or_oldest_first) {
  Api api;
  BOOST_TEST(body_of(api.send("GET", "/v1/plans")).at("plans").as_array().empty());
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(id_of(api.post(minimal())));
    api.world.clock().advance(std::chrono::seconds(1));
  }
  auto const all = body_of(api.send("GET", "/v1/plans/")).at("plans").as_array();
  BOOST_REQUIRE(all.size() == 5U);
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(all[i].at("id").as_string() == ids[i]);
}

BOOST_AUTO_TEST_CASE(the_list_is_limited_and_goes_on_after_a_marker) {
  Options options;
  options.api.page = 3;
  Api api(options);
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    ids.push_back(id_of(api.post(minimal())));
    api.world.clock().advance(std::chrono::seconds(1));
  }
  auto const part = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    return std::vector<std::string>(ids.begin() + from, ids.begin() + to);
  };
  BOOST_TEST(list(api, "") == part(0, 3));
  BOOST_TEST(list(api, "?limit=5") == part(0, 5));
  BOOST_TEST(list(api, "?limit=2&marker=" + ids[1]) == part(2, 4));
  BOOST_TEST(list(api, "?marker=" + ids[4]) == part(5, 7));
  BOOST_TEST(list(api, "?marker=" + ids[6]).empty());
  BOOST_TEST(list(api, "?unknown=1") == part(0, 3));
}

BOOST_AUTO_TEST_CASE(statuses_names_and_times_are_filters) {
  Api api;
  Ids ids;
  for (auto const* status : {"done", "error", "done", "not found", "solving", "done"}) {
    ids.push_back(row(api, status, ids.size() % 2 == 0 ? "even" : "odd one"));
    api.world.clock().advance(std::chrono::seconds(1));
  }
  BOOST_TEST(list(api, "?status=done") == (Ids{ids[0], ids[2], ids[5]}));
  BOOST_TEST(list(api, "?status=not%20found&status=done&status=done") == (Ids{ids[0], ids[2], ids[3], ids[5]}));
  BOOST_TEST(list(api, "?status=translating").empty());
  BOOST_TEST(list(api, "?name=even") == (Ids{ids[0], ids[2], ids[4]}));
  BOOST_TEST(list(api, "?name=odd%20one&status=done") == (Ids{ids[5]}));
  BOOST_TEST(list(api, "?name=eve").empty());
  BOOST_TEST(list(api, "?sort=-created&status=error&status=solving") == (Ids{ids[4], ids[1]}));
  BOOST_TEST(list(api, "?sort=created&status=error&status=solving") == (Ids{ids[1], ids[4]}));
  BOOST_TEST(list(api, "?sort=-created&name=even&limit=2") == (Ids{ids[4], ids[2]}));
  // FakeClock begins at 1,700,000,000 s.
  BOOST_TEST(list(api, "?since=1700000004000") == (Ids{ids[4], ids[5]}));
  BOOST_TEST(list(api, "?since=1700000004001") == (Ids{ids[5]}));
  BOOST_TEST(list(api, "?since=2023-11-14T22:13:24Z") == (Ids{ids[4], ids[5]}));
  BOOST_TEST(list(api, "?since=2023-11-14T23:13:24+01:00&sort=-created") == (Ids{ids[5], ids[4]}));
  BOOST_TEST(list(api, "?since=1700000004000&marker=" + ids[1]) == (Ids{ids[4], ids[5]}));
  BOOST_TEST(list(api, "?since=1700000004000&sort=-created&marker=" + ids[1]).empty());
  BOOST_TEST(list(api, "?since=9223372036854775807").empty());
}

BOOST_AUTO_TEST_CASE(a_marker_goes_on_where_it_was_though_its_plan_has_another_status_now) {
  Api api;
  Ids ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(row(api, "done"));
    api.world.clock().advance(std::chrono::seconds(1));
  }
  put(api, ids[1], {{"status", std::string("template")}});
  BOOST_TEST(list(api, "?status=done&marker=" + ids[1]) == (Ids{ids[2], ids[3]}));
  // A deleted plan leaves no place to go on from.
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + ids[1]).status == 204);
  BOOST_TEST(api.send("GET", "/v1/plans?marker=" + ids[1]).status == 400);
}

// Times of creation of all kinds: equal ones, bursts, long silence. Backwards is forwards turned round, page by page.
BOOST_AUTO_TEST_CASE(newest_first_is_oldest_first_turned_round) {
  std::mt19937 random(20261128);
  std::vector<std::chrono::milliseconds> const gaps = {std::chrono::milliseconds(0), std::chrono::milliseconds(0),
                                                       std::chrono::milliseconds(1), std::chrono::milliseconds(700),
                                                       std::chrono::hours(1),        std::chrono::hours(24 * 40)};
  for (std::size_t kinds = 1; kinds <= gaps.size(); ++kinds) {
    Api api;
    for (int i = 0; i < 120; ++i) {
      row(api, random() % 3 == 0 ? "done" : "error", random() % 4 == 0 ? "rare" : "n");
      api.world.clock().advance(gaps[random() % kinds]);
    }
    for (std::string const query : {"", "&status=done", "&status=done&status=error", "&name=rare"}) {
      auto const forwards = walk(api, query, 50);
      for (std::size_t const limit : {std::size_t{3}, std::size_t{50}, std::size_t{1000}}) {
        auto backwards = walk(api, query + "&sort=-created", limit);
        std::reverse(backwards.begin(), backwards.end());
        BOOST_TEST_REQUIRE(backwards == forwards, kinds << " kinds of gaps, limit " << limit << query);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(more_plans_of_one_millisecond_than_fit_a_page_are_listed_backwards) {
  Api api;
  Ids first{row(api, "done")};
  api.world.clock().advance(std::chrono::milliseconds(1));
  for (int i = 0; i < 1500; ++i) row(api, "done");
  auto const forwards = walk(api, "", 1000);
  BOOST_REQUIRE(forwards.size() == 1501U);
  for (std::size_t const limit : {std::size_t{2}, std::size_t{400}, std::size_t{1000}}) {
    auto const page = list(api, "?sort=-created&limit=" + std::to_string(limit));
    BOOST_TEST_REQUIRE(page.size() == limit);
    BOOST_TEST(std::equal(page.begin(), page.end(), forwards.rbegin()), "limit " << limit);
  }
  auto const end = list(api, "?sort=-created&limit=5&marker=" + forwards[2]);
  BOOST_TEST(end == (Ids{forwards[1], forwards[0]}));
}

BOOST_AUTO_TEST_CASE(a_clock_that_runs_ahead_elsewhere_hides_no_plan) {
  Api api;
  auto const early = row(api, "done");
  api.world.clock().shift_wall(std::chrono::hours(24 * 365));
  auto const ahead = row(api, "done");
  api.world.clock().shift_wall(-std::chrono::hours(24 * 365));
  BOOST_TEST(list(api, "?sort=-created&limit=1") == Ids{ahead});
  BOOST_TEST(list(api, "?sort=-created") == (Ids{ahead, early}));
}

BOOST_AUTO_TEST_CASE(a_small_page_of_a_large_store_costs_few_reads) {
  Api api;
  Ids ids;
  for (int i = 0; i < 3000; ++i) {
    ids.push_back(row(api, i % 10 == 0 ? "error" : "done"));
    api.world.clock().advance(std::chrono::seconds(1));
  }
  auto const cost = [&](std::string const& query, Ids const& wanted) {
    auto const before = api.world.store.reads.load();
    BOOST_TEST(list(api, query) == wanted, query);
    return api.world.store.reads.load() - before;
  };
  BOOST_TEST(cost("?limit=2", {ids[0], ids[1]}) == 1);
  BOOST_TEST(cost("?limit=2&marker=" + ids[2500], {ids[2501], ids[2502]}) == 2);  // the marker's row, and the page
  BOOST_TEST(cost("?limit=2&since=1700002000000", {ids[2000], ids[2001]}) == 1);
  BOOST_TEST(cost("?limit=2&status=error", {ids[0], ids[10]}) == 1);
  BOOST_TEST(cost("?limit=2&sort=-created", {ids[2999], ids[2998]}) < 8);
  BOOST_TEST(cost("?limit=2&sort=-created&status=error", {ids[2990], ids[2980]}) < 8);
  BOOST_TEST(cost("?limit=2&sort=-created&marker=" + ids[100], {ids[99], ids[98]}) < 8);
  // Months later the newest are still found without reading what lies before them.
  api.world.clock().advance(std::chrono::hours(24 * 100));
  BOOST_TEST(cost("?limit=2&sort=-created", {ids[2999], ids[2998]}) < 32);
}

BOOST_AUTO_TEST_CASE(a_list_of_plans_with_results_reads_each_of_them_once) {
  Api api;
  for (int i = 0; i < 10; ++i) {
    auto const id = row(api, "done");
    if (i < 4) put(api, id, {}, {{"solution", json::object{{"recommendations", json::array{1}}}}});
  }
  auto const cost = [&] {
    auto const before = api.world.store.reads.load();
    BOOST_TEST(list(api, "").size() == 10U);
    return api.world.store.reads.load() - before;
  };
  BOOST_TEST(cost() == 5);  // a page, and four solutions
  BOOST_TEST(cost() == 1);
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_a_query_is_told_at_once) {
  Api api;
  auto const text =
      explanation(api.send("GET", "/v1/plans?limit=0&marker=x&status=finished&name=&since=yesterday&sort=name"));
  for (auto const* part :
       {"Query parameter limit must be a number from 1 to 1000, got 0", "marker must be the id of a plan, got x",
        "status must be one of template, translating, ", "got finished", "name must be 1 to 255 printable characters",
        "since must be milliseconds since 1970 or a date and time", "got yesterday",
        "sort must be created or -created, got name"})
    BOOST_TEST(text.find(part) != std::string::npos, part << " in: " << text);
}

BOOST_AUTO_TEST_CASE(a_bad_value_is_400) {
  Api api;
  for (auto const* query : {"limit=",
                            "limit=0",
                            "limit=-1",
                            "limit=1001",
                            "limit=x",
                            "limit=1x",
                            "limit=+1",
                            "limit=1.0",
                            "limit=18446744073709551617",
                            "limit=1&limit=2",
                            "marker=",
                            "marker=x",
                            "marker=7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11",
                            "status=",
                            "status=DONE",
                            "status=done&status=x",
                            "sort=",
                            "sort=status",
                            "sort=-Created",
                            "since=",
                            "since=-1",
                            "since=9223372036854775808",
                            "since=1e3",
                            "since=2026-11-28",
                            "name=",
                            "name=%00",
                            "name=%1b"})
    BOOST_TEST(api.send("GET", "/v1/plans?" + std::string(query)).status == 400, query);
  for (auto const* query : {"limit=1&limit=1", "status=waiting%20spinup", "since=0", "Limit=x", "unknown=%00x"})
    BOOST_TEST(api.send("GET", "/v1/plans?" + std::string(query)).status == 200, query);
}

BOOST_AUTO_TEST_CASE(moments_are_read_as_rfc_3339_has_them) {
  using Pair = std::pair<char const*, std::int64_t>;
  for (auto const& [text, wanted] :
       {Pair{"0", 0}, Pair{"1700000000123", 1'700'000'000'123}, Pair{"1970-01-01T00:00:00Z", 0},
        Pair{"2023-11-14T22:13:20Z", 1'700'000'000'000}, Pair{"2023-11-14t22:13:20.1z", 1'700'000'000'100},
        Pair{"2023-11-14T22:13:20.123999Z", 1'700'000'000'123}, Pair{"2023-11-15T00:13:20+02:00", 1'700'000'000'000},
        Pair{"2023-11-14T21:43:20-00:30", 1'700'000'000'000}, Pair{"2023-11-14T23:13:20 01:00", 1'700'000'000'000},
        Pair{"2024-02-29T00:00:00Z", 1'709'164'800'000}, Pair{"2016-12-31T23:59:60Z", 1'483'228'800'000}})
    BOOST_TEST(read_moment(text).value_or(-1) == wanted, text);
  for (auto const* text : {"",
                           "-1",
                           "+1",
                           "1 ",
                           "2023-11-14",
                           "2023-11-14T22:13:20",
                           "2023-11-14 22:13:20Z",
                           "2023-02-29T00:00:00Z",
                           "2023-13-01T00:00:00Z",
                           "2023-00-01T00:00:00Z",
                           "2023-11-31T00:00:00Z",
                           "2023-11-14T24:00:00Z",
                           "2023-11-14T22:60:00Z",
                           "2023-11-14T22:13:61Z",
                           "2023-11-14T22:13:20.Z",
                           "2023-11-14T22:13:20+24:00",
                           "2023-11-14T22:13:20+0100",
                           "2023-11-14T22:13:20Zx",
                           "23-11-14T22:13:20Z",
                           "1969-12-31T23:59:59Z",
                           "1970-01-01T00:00:00+00:01",
                           "99999999999999999999"})
    BOOST_TEST(!read_moment(text), text);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_503) {
  Api api;
  row(api, "done");
  api.world.store.down = true;
  for (auto const* query : {"", "?sort=-created", "?status=done", "?marker=7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11"}) {
    auto const response = api.send("GET", "/v1/plans" + std::string(query));
    BOOST_TEST(response.status == 503, query);
    BOOST_TEST(!header(response, "Retry-After").empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
