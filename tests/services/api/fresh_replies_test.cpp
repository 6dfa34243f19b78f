// Answers that are given again while the store stands still.
#include "services/api/fresh_replies.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_fresh_replies)

namespace {

struct Fresh {
  std::optional<std::uint64_t> stamp = 1;
  std::function<void()> while_reading = [] {};
  int asked = 0;
  FreshReplies replies{[this] { return stamp; }};
  http::Handler handler = replies.keeping([this](sdk::Call const&, http::Request const&, http::Caller const&) {
    while_reading();
    return http::Response{.status = status, .body = "answer " + std::to_string(++asked)};
  });
  http::AtOnce at_once = replies.at_once();
  int status = 200;

  static http::Request request(std::string const& path, std::string const& host = "a") {
    http::Request made;
    made.method = "GET";
    made.path = path;
    made.headers = {{"Host", host}};
    return made;
  }
  // Through both, as the server asks them.
  std::string get(http::Request const& request) {
    if (auto known = at_once({}, request, {})) return known->body;
    return handler({}, request, {}).body;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_answer_is_given_again_while_nothing_changes) {
  Fresh fresh;
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 1");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 1");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/2")) == "answer 2");
  fresh.stamp = 2;
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 3");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 3");
}

BOOST_AUTO_TEST_CASE(a_change_while_it_is_read_keeps_an_answer_from_being_given_again) {
  Fresh fresh;
  fresh.while_reading = [&] { ++*fresh.stamp; };
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 1");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 2");
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_tell_is_asked_each_time) {
  Fresh fresh;
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 1");
  fresh.stamp.reset();
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 2");
}

BOOST_AUTO_TEST_CASE(links_are_those_of_the_address_that_the_client_used) {
  Fresh fresh;
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1", "a")) == "answer 1");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1", "b")) == "answer 2");
}

BOOST_AUTO_TEST_CASE(refusals_and_requests_with_a_query_are_not_kept) {
  Fresh fresh;
  auto with_query = Fresh::request("/v1/plans/1");
  with_query.query = {{"wait", "1s"}};
  BOOST_TEST(fresh.get(with_query) == "answer 1");
  BOOST_TEST(fresh.get(with_query) == "answer 2");
  fresh.status = 404;
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 3");
  BOOST_TEST(fresh.get(Fresh::request("/v1/plans/1")) == "answer 4");
}

BOOST_AUTO_TEST_CASE(what_all_routes_check_is_checked_for_kept_answers_too) {
  Fresh fresh;
  auto request = Fresh::request("/v1/plans/1");
  fresh.get(request);
  request.headers.emplace_back("Accept", "text/html");
  auto const refused = fresh.at_once({}, request, {});
  BOOST_REQUIRE(refused);
  BOOST_TEST(refused->status == 406);
}

BOOST_AUTO_TEST_CASE(many_answers_do_not_fill_the_memory) {
  Fresh fresh;
  fresh.handler = fresh.replies.keeping([](sdk::Call const&, http::Request const&, http::Caller const&) {
    return http::Response{.status = 200, .body = std::string(1U << 20U, 'x')};
  });
  for (int i = 0; i < 20; ++i) fresh.get(Fresh::request("/v1/plans/" + std::to_string(i)));
  BOOST_TEST(!fresh.at_once({}, Fresh::request("/v1/plans/0"), {}).has_value());
  BOOST_TEST(fresh.at_once({}, Fresh::request("/v1/plans/19"), {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
