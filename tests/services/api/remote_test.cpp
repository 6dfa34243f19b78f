// template_url and files by URL: off unless the operator lists hosts, then only what the list allows (API
// specification 5.1 and 19.6).
#include "fixture.hpp"

namespace conductor::services::api::test {

namespace {

RemoteRules rules(std::vector<std::string> hosts) { return {.allowed_hosts = std::move(hosts)}; }

struct Remote : Api {
  explicit Remote(std::vector<std::string> hosts = {"templates.example"}) : Api(options(std::move(hosts))) {}
  static Options options(std::vector<std::string> hosts) {
    Options options;
    options.api.limits.remote = rules(std::move(hosts));
    return options;
  }
  void answer(int status, std::string body) {
    http.respond([=](sdk::HttpRequest const&) { return sdk::HttpReply{status, {{"Location", "https://x/"}}, body}; });
  }
  json::value stored_template(http::Response const& created) {
    BOOST_REQUIRE_MESSAGE(created.status == 201, created.body);
    auto const plan = plans.get(world.call(), id_of(created)).value();
    return plans.document(world.call(), plan, "template").value();
  }
  void refused(http::Response const& response, std::string const& part) {
    BOOST_TEST(response.status == 400);
    BOOST_TEST(explanation(response).find(part) != std::string::npos,
               "'" << part << "' is not in: " << explanation(response));
  }
};

json::object by_url(std::string const& url) { return {{"template_url", url}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(api_remote_urls)

BOOST_AUTO_TEST_CASE(listed_hosts_are_accepted_with_their_port) {
  auto const good = [](std::string const& url, std::vector<std::string> hosts) {
    return check_remote_url(url, rules(std::move(hosts))).has_value();
  };
  BOOST_TEST(good("https://a.example/x?y=1", {"a.example"}));
  BOOST_TEST(good("https://A.EXAMPLE", {"a.example"}));
  BOOST_TEST(good("https://a.example:443/x", {"a.example"}));
  BOOST_TEST(good("https://a.example:8443/x", {"b.example", "a.example:8443"}));
  BOOST_TEST(!good("https://a.example:8443/x", {"a.example"}));
  BOOST_TEST(!good("https://a.example/x", {"a.example:8443"}));
  BOOST_TEST(!good("https://b.a.example/x", {"a.example"}));
  BOOST_TEST(!good("https://a.example.b/x", {"a.example"}));
  BOOST_TEST(!good("https://a.example/x", {}));
}

BOOST_AUTO_TEST_CASE(a_peer_has_one_client_however_its_name_is_spelt) {
  auto const base = [](std::string const& url) {
    return check_remote_url(url, rules({"a.example", "a.example:8443"}))->base;
  };
  for (auto const* url : {"https://a.example/x", "HTTPS://a.example?y", "https://A.exAmple/", "https://a.example:443/"})
    BOOST_TEST(base(url) == "https://a.example", url);
  BOOST_TEST(base("https://A.example:8443/x") == "https://a.example:8443");
}

BOOST_AUTO_TEST_CASE(urls_that_readers_may_understand_differently_are_refused) {
  for (auto const* url :
       {"http://a.example/", "file:///etc/passwd", "ftp://a.example/", "a.example/x", "//a.example/", "https://",
        "https://user@a.example/", "https://user:pw@a.example/", "https://b.example@a.example/",
        "https://a.example\\@b.example/", "https://a.example/x y", "https://a.example/#f", "https://a.example/\n",
        "https://a.example:x/", "https://a.example:0/", "https://a.example:99999/"})
    BOOST_TEST(!check_remote_url(url, rules({"a.example"})).has_value(), url);
  auto plain = rules({"a.example"});
  plain.allow_plain_http = true;
  BOOST_TEST(check_remote_url("http://a.example/", plain).has_value());
  BOOST_TEST(check_remote_url("https://a.example?x=1", plain)->target == "/?x=1");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_remote)

BOOST_AUTO_TEST_CASE(a_template_is_fetched_when_the_plan_is_submitted) {
  Remote api;
  api.answer(200, "homing_template_version: 2017-10-10\n");
  auto const document = api.stored_template(api.post(by_url("https://templates.example/a/b.yaml?v=1")));
  BOOST_TEST(document.at("template").as_string() == "homing_template_version: 2017-10-10\n");
  BOOST_TEST(api.bases == std::vector<std::string>{"https://templates.example"});
  BOOST_TEST(api.http.requests().front().target == "/a/b.yaml?v=1");
}

BOOST_AUTO_TEST_CASE(nothing_is_fetched_when_no_host_is_listed) {
  Remote api(std::vector<std::string>{});
  api.refused(api.post(by_url("https://templates.example/a")), "[api] allowed_hosts is empty");
  api.refused(api.post({{"template", {{"x", {{"get_file", "https://templates.example/a"}}}}}}),
              "[api] allowed_hosts is empty");
  BOOST_TEST(api.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(hosts_that_are_not_listed_are_refused) {
  Remote api;
  api.refused(api.post(by_url("https://other.example/a")), "allowed_hosts does not list");
  api.refused(api.post(by_url("http://templates.example/a")), "must begin with https://");
  api.refused(api.post({{"template_url", 7}}), "callable: string");
  BOOST_TEST(api.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_template_in_the_request_goes_before_its_url) {
  Remote api;
  auto const created = api.post(minimal({{"template_url", "https://other.example/a"}}));
  BOOST_TEST(api.stored_template(created).at("template").is_object());
  BOOST_TEST(api.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(redirects_errors_and_texts_that_are_none_are_400) {
  Remote api;
  auto const url = by_url("https://templates.example/a");
  api.answer(302, "");
  api.refused(api.post(url), "redirects are not followed");
  api.answer(404, "");
  api.refused(api.post(url), "status 404");
  api.answer(200, "\xFF\xFE");
  api.refused(api.post(url), "not UTF-8");
  api.answer(200, std::string(longest_remote_text + 1, ' '));
  api.refused(api.post(url), "more than 1 MiB");
  api.answer(200, "a: [");
  api.refused(api.post(url), "-> template_url: The template cannot be read");
  api.http.respond([](auto const&) { return sdk::Error{sdk::Errc::denied, "the address is private"}; });
  api.refused(api.post(url), "the address is private");
}

BOOST_AUTO_TEST_CASE(files_by_url_are_fetched_once_and_stored_with_the_plan) {
  Remote api;
  api.answer(200, "content");
  auto const file = json::object{{"get_file", "https://templates.example/f"}};
  auto const known = json::object{{"get_file", "https://templates.example/known"}};
  auto const local = json::object{{"get_file", "other.yaml"}};
  auto const created = api.post({{"template", {{"a", file}, {"b", json::array{file, known, local}}}},
                                 {"files", {{"https://templates.example/known", "own"}}}});
  auto const document = api.stored_template(created);
  BOOST_TEST(document.at("files").at("https://templates.example/f").as_string() == "content");
  BOOST_TEST(document.at("files").at("https://templates.example/known").as_string() == "own");
  BOOST_TEST(api.http.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(files_by_url_are_found_in_template_texts) {
  Remote api;
  api.answer(200, "content");
  auto const document = api.stored_template(api.post({{"template", "a: {get_file: 'https://templates.example/f'}\n"}}));
  BOOST_TEST(document.at("files").at("https://templates.example/f").as_string() == "content");
}

BOOST_AUTO_TEST_CASE(too_many_files_by_url_are_refused_before_the_first_is_fetched) {
  Remote api;
  json::array files;
  for (int i = 0; i < 33; ++i)
    files.push_back(json::object{{"get_file", "https://templates.example/" + std::to_string(i)}});
  api.refused(api.post({{"template", {{"a", files}}}}), "names 33 files by URL; at most 32");
  BOOST_TEST(api.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_trial_and_a_validation_fetch_too) {
  Remote api;
  api.answer(200, "a: 1");
  api.send("POST", "/v1/templates/validate", json::serialize(by_url("https://templates.example/a")));
  BOOST_TEST(api.bus.args.at("controller.validate").at("template").as_string() == "a: 1");
  api.send("POST", "/v1/plans?dry_run=true", json::serialize(by_url("https://templates.example/a")));
  BOOST_TEST(api.bus.args.at("controller.translate").at("template").as_string() == "a: 1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
