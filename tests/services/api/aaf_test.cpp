// Permissions from AAF (API specification 4.2).
#include "services/api/aaf.hpp"
#include "sdk/testing/fake_host.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_aaf)

namespace {

constexpr char wanted[] = R"({"type": "org.onap.oof.access", "instance": "*", "action": "*"})";
constexpr char granting[] =
    R"({"perm": [{"type": "other", "instance": "*", "action": "*"},
                 {"type": "org.onap.oof.access", "instance": "here", "action": "read"}]})";

using Permissions = std::vector<AafPermission>;

// AAF as far as we use it. What is not the one request that it expects is answered with 400.
struct World {
  explicit World(std::string const& url = "https://aaf.example:8100/authz/perms/user/")
      : aaf({.url = url, .user = "oof@oof.onap.org", .accepted = parse_permissions(wanted).value()}, host.fake_http(),
            host.clock(), host.log()) {
    host.fake_http().respond([this](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
      ++asked;
      bool const expected = request.method == "GET" && request.body.empty() && request.target == target &&
                            request.headers.size() == 1 && request.headers[0].first == "Accept" &&
                            request.headers[0].second.starts_with("application/Perms+json") &&
                            request.headers[0].second.find("version=2.1") != std::string::npos;
      return expected ? answer() : sdk::HttpReply{400, {}, "unexpected request"};
    });
  }
  void replies(int status, std::string body) {
    answer = [status, body = std::move(body)] { return sdk::HttpReply{status, {}, body}; };
  }
  bool permitted() { return aaf.permitted().value(); }
  void wait(sdk::Duration time) { host.clock().advance(time); }
  std::size_t warnings() const {
    auto const lines = host.lines();
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [](auto const& line) { return line.level == sdk::Level::warning; }));
  }

  sdk::testing::FakeHost host;
  std::string target = "/authz/perms/user/oof@oof.onap.org";
  std::function<sdk::Result<sdk::HttpReply>()> answer = [] { return sdk::HttpReply{200, {}, granting}; };
  std::atomic<int> asked = 0;
  Aaf aaf;
};

}  // namespace

BOOST_AUTO_TEST_CASE(permissions_are_one_object_or_an_array_of_objects) {
  Permissions const one{{"a", "*", "b"}};
  BOOST_TEST((parse_permissions(R"( {"type": "a", "instance": "*", "action": "b"} )").value() == one));
  BOOST_TEST((parse_permissions(R"([{"type": "a", "instance": "*", "action": "b"}])").value() == one));
  auto const two = parse_permissions(
      R"([{"type": "a", "instance": "x, y", "action": "b"}, {"type": "c", "instance": "*", "action": "*"}])");
  BOOST_TEST((two.value() == Permissions{{"a", "x, y", "b"}, {"c", "*", "*"}}));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_a_comma_list) {
  BOOST_TEST((parse_permissions("a|*|b, c | d | *").value() == Permissions{{"a", "*", "b"}, {"c", "d", "*"}}));
}

BOOST_AUTO_TEST_CASE(unusable_permissions_are_refused_with_the_form_expected) {
  for (auto const* bad :
       {"", "[]", "{", "{}", "[1]", R"({"type": "a", "instance": "*"})", "a|b", "a|b|c|d", "a||c",
        R"({"type": "", "instance": "*", "action": "*"})", R"({"type": 1, "instance": "*", "action": "*"})"}) {
    auto const parsed = parse_permissions(bad);
    BOOST_TEST(!parsed.has_value(), bad);
    if (!parsed) BOOST_TEST(parsed.error().text.find(R"(expected {"type")") != std::string::npos, parsed.error().text);
  }
}

BOOST_AUTO_TEST_CASE(type_instance_and_action_must_be_those_accepted) {
  Permissions const held{{"t", "i", "a"}, {"u", "*", "*"}};
  for (auto const& [accepted, yes] : {
           std::pair<AafPermission, bool>{{"t", "i", "a"}, true},
           {{"t", "*", "a"}, true},
           {{"t", "i", "*"}, true},
           {{"t", "*", "*"}, true},
           {{"t", "j", "a"}, false},
           {{"t", "*", "b"}, false},
           {{"*", "*", "*"}, false},
           {{"u", "i", "a"}, false},
       })
    BOOST_TEST(permits(held, {accepted}) == yes, accepted.type + accepted.instance + accepted.action);
  BOOST_TEST(permits(held, {{"x", "*", "*"}, {"t", "*", "*"}}));
  BOOST_TEST(!permits({}, {{"t", "*", "*"}}));
  BOOST_TEST(!permits(held, {}));
}

BOOST_AUTO_TEST_CASE(the_user_stands_behind_the_url_as_configured) {
  BOOST_TEST(split_url("https://h:1/a/b/").base == "https://h:1");
  BOOST_TEST(split_url("https://h:1/a/b/").target == "/a/b/");
  BOOST_TEST(split_url("http://h").target == "/");
  BOOST_TEST(split_url("http://h?user=").base == "http://h");
  BOOST_TEST(split_url("http://h?user=").target == "/?user=");
}

BOOST_AUTO_TEST_CASE(a_grant_is_asked_for_once_a_day) {
  World world;
  BOOST_TEST(!world.aaf.known().has_value());
  BOOST_TEST(world.permitted());
  BOOST_TEST((world.aaf.known() == true));
  world.wait(std::chrono::hours(24) - std::chrono::seconds(1));
  BOOST_TEST(world.permitted());
  BOOST_TEST(world.asked == 1);
  world.wait(std::chrono::seconds(1));
  BOOST_TEST(!world.aaf.known().has_value());
  BOOST_TEST(world.permitted());
  BOOST_TEST(world.asked == 2);
}

BOOST_AUTO_TEST_CASE(every_failure_is_a_refusal_of_one_minute_with_one_warning) {
  for (auto const& [status, body] :
       {std::pair{200, "{}"}, std::pair{200, R"({"perm": []})"}, std::pair{200, "<html>"}, std::pair{200, "[]"},
        std::pair{200, R"({"perm": {}})"}, std::pair{200, R"({"perm": [{"type": "org.onap.oof.access"}]})"},
        std::pair{404, granting}, std::pair{500, ""}, std::pair{201, granting}}) {
    World world;
    world.replies(status, body);
    BOOST_TEST(!world.permitted(), body);
    BOOST_TEST(!world.permitted());
    BOOST_TEST(world.asked == 1);
    BOOST_TEST(world.warnings() == 1U);
    world.replies(200, granting);
    world.wait(std::chrono::minutes(1));
    BOOST_TEST(world.permitted());
  }
}

BOOST_AUTO_TEST_CASE(no_answer_is_a_refusal_with_one_warning_per_minute) {
  World world;
  world.answer = [] { return sdk::Error{sdk::Errc::timed_out, "nobody there"}; };
  for (int second = 0; second < 120; ++second) {
    BOOST_TEST(!world.permitted());
    world.wait(std::chrono::seconds(1));
  }
  BOOST_TEST(world.asked == 2);
  BOOST_TEST(world.warnings() == 2U);
  auto const lines = world.host.lines();
  BOOST_TEST(lines[0].text.find("nobody there") != std::string::npos);
  BOOST_TEST(lines[0].text.find("oof@oof.onap.org") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_exception_is_a_refusal) {
  World world;
  world.answer = []() -> sdk::Result<sdk::HttpReply> { throw std::runtime_error("a bug"); };
  BOOST_TEST(!world.permitted());
  BOOST_TEST((world.aaf.known() == false));
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_is_asked_anew) {
  World world;
  world.permitted();
  world.aaf.forget();
  BOOST_TEST(!world.aaf.known().has_value());
  world.replies(403, "");
  BOOST_TEST(!world.permitted());
}

BOOST_AUTO_TEST_CASE(many_callers_make_one_question) {
  World world;
  std::promise<void> begun, go;
  world.answer = [&]() -> sdk::Result<sdk::HttpReply> {
    begun.set_value();
    go.get_future().wait();
    return sdk::HttpReply{200, {}, granting};
  };
  auto first = std::async(std::launch::async, [&] { return world.permitted(); });
  begun.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return world.permitted(); });
  go.set_value();
  BOOST_TEST(first.get());
  BOOST_TEST(second.get());
  BOOST_TEST(world.asked == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
