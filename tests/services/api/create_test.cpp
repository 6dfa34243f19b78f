// POST /v1/plans: what is accepted, how it is stored and answered, and the sentence of each refusal (API specification
// 5).
#include "fixture.hpp"

#include <set>

namespace conductor::services::api::test {

namespace {

constexpr char uuid[] = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";

store::Plan stored(Api& api, http::Response const& created) {
  return api.plans.get(api.world.call(), id_of(created)).value();
}

void is_bad(http::Response const& response, std::string const& part) {
  BOOST_TEST(response.status == 400);
  if (response.status != 400) return;
  BOOST_TEST(body_of(response).at("title").as_string() == "Bad Request");
  BOOST_TEST(explanation(response).find(part) != std::string::npos,
             "'" << part << "' is not in: " << explanation(response));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_create)

BOOST_AUTO_TEST_CASE(the_form_of_the_large_client_is_accepted) {
  Api api;
  auto const response = api.post({{"name", "edge-homing-7"},
                                  {"files", json::object()},
                                  {"timeout", 1200},
                                  {"num_solution", "3"},
                                  {"template", json::object{{"demands", json::object()}}}});
  BOOST_TEST(response.status == 201);
  auto const body = body_of(response);
  BOOST_TEST(body.at("name").as_string() == "edge-homing-7");
  BOOST_TEST(body.at("status").as_string() == "template");
  BOOST_TEST(!body.contains("recommendations"));
  BOOST_TEST(!body.contains("message"));
  auto const href = std::string(body.at("links").at(0).at(0).at("href").as_string());
  BOOST_TEST(href == "http://oof.example:8091/v1/plans/" + id_of(response));
  BOOST_TEST(header(response, "Location") == href);
  BOOST_TEST(api.send("GET", href.substr(std::string("http://oof.example:8091").size())).status == 200);
  auto const plan = stored(api, response);
  BOOST_TEST(plan.recommend_max == "3");
  BOOST_TEST(plan.timeout_s == 1200);
  BOOST_TEST(plan.submitter == "admin");
  auto const text = api.plans.document(api.world.call(), plan, "template").value();
  BOOST_TEST(text.at("template").at("demands").is_object());
}

BOOST_AUTO_TEST_CASE(a_template_alone_is_enough) {
  Options options;
  options.api.limits.default_recommendations = 4;
  Api api(options);
  auto const response = api.post(minimal());
  BOOST_TEST(response.status == 201);
  BOOST_TEST(is_uuid(body_of(response).at("name").as_string()));
  BOOST_TEST(is_uuid(id_of(response)));
  auto const plan = stored(api, response);
  BOOST_TEST(plan.recommend_max == "4");
  BOOST_TEST(plan.timeout_s == 0);
  BOOST_TEST(id_of(api.post(minimal())) != id_of(response));
}

BOOST_AUTO_TEST_CASE(a_template_is_required_and_is_a_mapping_or_a_text) {
  Api api;
  is_bad(api.post({{"name", "x"}}), "-> top level is missing required items: template");
  is_bad(api.post({{"template", nullptr}}), "-> top level is missing required items: template");
  for (auto const& value : {json::value(7), json::value(true), json::value(json::array{1})})
    is_bad(api.post({{"template", value}}),
           "-> template did not match 'dict or basestring type' (not of type dictionary or string)");
}

BOOST_AUTO_TEST_CASE(a_name_has_1_to_255_characters_and_no_control_characters) {
  Api api;
  std::string umlauts;
  for (int i = 0; i < 255; ++i) umlauts += "\xC3\xA4";
  for (auto const& good : {std::string("pl an"), std::string(255, 'x'), umlauts, std::string("a/b?c\xE2\x82\xAC")})
    BOOST_TEST(api.post(minimal({{"name", good}})).status == 201, good);
  for (auto const& bad : {std::string(), std::string(256, 'x'), umlauts + "x", std::string("a\nb"),
                          std::string("a\x7F"), std::string("a\xC2\x85z")})
    is_bad(api.post(minimal({{"name", bad}})), "must have 1 to 255 characters and no control characters");
  is_bad(api.post(minimal({{"name", 7}})),
         "-> name -> 7 did not pass validation against callable: string (not of type string)");
}

BOOST_AUTO_TEST_CASE(strict_names_are_refused_with_the_documented_text) {
  Options options;
  options.api.limits.strict_names = true;
  Api api(options);
  BOOST_TEST(api.post(minimal({{"name", "Az09-._~"}})).status == 201);
  auto const response = api.post(minimal({{"name", "pl an"}}));
  BOOST_TEST(response.status == 400);
  BOOST_TEST(
      explanation(response) ==
      "-> name -> pl an did not pass validation against callable: plan_name_type (must contain only uppercase "
      "and lowercase letters, decimal digits, hyphens, periods, underscores, and tildes [RFC 3986, Section 2.3])");
}

BOOST_AUTO_TEST_CASE(num_solution_goes_before_limit_and_limit_before_the_configured_one) {
  Api api;
  auto const kept = [&](json::object body) { return stored(api, api.post(minimal(std::move(body)))).recommend_max; };
  BOOST_TEST(kept({{"limit", 10}, {"num_solution", "1"}}) == "1");
  BOOST_TEST(kept({{"limit", 10}}) == "10");
  BOOST_TEST(kept({{"limit", "10"}}) == "10");
  BOOST_TEST(kept({{"num_solution", 10000}}) == "10000");
  BOOST_TEST(kept({{"num_solution", "all"}, {"limit", 2}}) == "all");
  BOOST_TEST(kept({{"num_solutions", "5"}}) == "5");
  BOOST_TEST(kept({{"num_solution", "5"}, {"num_solutions", 5}}) == "5");
}

BOOST_AUTO_TEST_CASE(numbers_of_solutions_out_of_range_are_refused) {
  Api api;
  for (auto const* key : {"limit", "num_solution", "num_solutions"}) {
    for (auto const& value :
         {json::value(0), json::value(-1), json::value(10001), json::value("0"), json::value("-3"), json::value(""),
          json::value("three"), json::value("1 "), json::value("+1"), json::value(18446744073709551615ULL)})
      is_bad(api.post(minimal({{key, value}})), "must be a number from 1 to 10000");
    for (auto const& value : {json::value(true), json::value(1.5), json::value(json::array{1})})
      is_bad(api.post(minimal({{key, value}})), "did not pass validation against callable");
  }
  is_bad(api.post(minimal({{"limit", "all"}})), "-> limit -> all must be a number");
  is_bad(api.post(minimal({{"num_solution", "1"}, {"num_solutions", "2"}})),
         "num_solution is 1 and num_solutions is 2");
}

BOOST_AUTO_TEST_CASE(a_timeout_is_a_number_of_seconds_within_a_day) {
  Api api;
  for (auto const seconds : {1, 600, 86400}) {
    auto const plan = stored(api, api.post(minimal({{"timeout", seconds}})));
    BOOST_TEST(plan.timeout_s == seconds);
    BOOST_TEST(plan.deadline_ms == api.world.clock().wall_ms() + seconds * 1000);
  }
  for (auto const& value : {json::value(0), json::value(-5), json::value(86401), json::value(18446744073709551615ULL)})
    is_bad(api.post(minimal({{"timeout", value}})), "must be a number of seconds from 1 to 86400");
  for (auto const& value : {json::value(true), json::value("600"), json::value(1.0)})
    is_bad(api.post(minimal({{"timeout", value}})),
           "did not pass validation against callable: integer (not of type int)");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_named_with_the_accepted_ones) {
  Api api;
  auto const response = api.post(minimal({{"tempate", 1}}));
  is_bad(response, "-> top level has unexpected item in data: tempate");
  is_bad(response, "num_solution");
  is_bad(api.post(minimal({{"files", "text"}})), "callable: dictionary (not of type dictionary)");
  is_bad(api.post(minimal({{"files", json::object{{"a", 1}}}})), "files -> a must be a text");
}

BOOST_AUTO_TEST_CASE(long_values_are_echoed_cut_between_characters) {
  Api api;
  for (std::size_t before = 95; before < 101; ++before) {
    std::string name(before, 'x');
    for (int i = 0; i < 300; ++i) name += "\xE2\x82\xAC";
    auto const response = api.post(minimal({{"name", name}}));
    is_bad(response, "...");
    BOOST_TEST(explanation(response).size() < 300U);
  }
}

BOOST_AUTO_TEST_CASE(what_the_solver_is_told_is_checked_and_kept) {
  Api api;
  auto const wish = json::object{{"strategy", "fit_first"}, {"deadline", 2.5}, {"seed", 7}};
  auto const plan = stored(api, api.post(minimal({{"solver", wish}})));
  BOOST_TEST(api.plans.document(api.world.call(), plan, "extras").value().at("solver") == json::value(wish));
  for (auto const& bad : {json::object{{"strategy", ""}}, json::object{{"deadline", 0}},
                          json::object{{"deadline", "5"}}, json::object{{"seed", 1.5}}, json::object{{"seed", true}},
                          json::object{{"node_limit", 0}}, json::object{{"speed", 1}}})
    is_bad(api.post(minimal({{"solver", bad}})), "-> solver -> ");
}

BOOST_AUTO_TEST_CASE(a_client_may_choose_the_id_once) {
  Api api;
  std::string upper(uuid);
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  auto const first = api.post(minimal({{"id", upper}}));
  BOOST_TEST(first.status == 201);
  BOOST_TEST(id_of(first) == uuid);
  auto const again = api.post(minimal({{"id", uuid}}));
  BOOST_TEST(again.status == 409);
  BOOST_TEST(explanation(again) == "A plan with id " + std::string(uuid) + " exists");
  for (auto const* bad : {"", "healthcheck", "7b1c0a523c2e4a539d180f4a5f0e7c11",
                          "{7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11}", "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c1g"})
    is_bad(api.post(minimal({{"id", bad}})), "must be a UUID in its canonical form");
  is_bad(api.post(minimal({{"id", 7}})), "callable: string (not of type string)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_idempotency)

BOOST_AUTO_TEST_CASE(the_same_request_under_one_key_is_one_plan) {
  Api api;
  sdk::HttpHeaders const key{{"Idempotency-Key", "order-17"}};
  auto const first = api.post(minimal({{"name", "a"}}), key);
  auto const again = api.post(minimal({{"name", "a"}}), key);
  BOOST_TEST(first.status == 201);
  BOOST_TEST(again.status == 201);
  BOOST_TEST(id_of(first) == id_of(again));
  BOOST_TEST(id_of(first)[14] == '5');  // a name-based UUID
  BOOST_TEST(id_of(api.post(minimal({{"name", "a"}}), {{"Idempotency-Key", "order-18"}})) != id_of(first));
  BOOST_TEST(api.plans.list(api.world.call(), std::nullopt, 10).value().plans.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_repeat_answers_template_whatever_has_happened_since) {
  Api api;
  sdk::HttpHeaders const key{{"Idempotency-Key", "order-17"}};
  auto const first = api.post(minimal(), key);
  sdk::Expect expect;
  expect.columns["status"] = std::string("template");
  BOOST_REQUIRE(api.world.store.update(api.world.call(), "plans", id_of(first),
                                       {{"status", std::string("error")}, {"message", std::string("failed")}}, expect,
                                       sdk::random_id(), sdk::Durability::full));
  auto const again = body_of(api.post(minimal(), key));
  BOOST_TEST(again.at("status").as_string() == "template");
  BOOST_TEST(!again.contains("message"));
}

BOOST_AUTO_TEST_CASE(another_body_under_the_same_key_is_a_conflict) {
  Api api;
  sdk::HttpHeaders const key{{"Idempotency-Key", "order-17"}};
  BOOST_TEST(api.post(minimal({{"name", "a"}}), key).status == 201);
  auto const other = api.post(minimal({{"name", "b"}}), key);
  BOOST_TEST(other.status == 409);
  BOOST_TEST(explanation(other) == "The Idempotency-Key was used for another request body");
  BOOST_TEST(body_of(other).at("error").at("type").as_string() == "HTTPConflict");
}

BOOST_AUTO_TEST_CASE(layout_and_order_of_keys_do_not_make_another_body) {
  Api api;
  sdk::HttpHeaders const key{{"Idempotency-Key", "order-17"}};
  auto const first = api.send("POST", "/v1/plans", R"({"name":"a","template":{"x":{"p":1,"q":[1,2]},"y":2}})", key);
  auto const again =
      api.send("POST", "/v1/plans", R"({ "template": {"y": 2, "x": {"q": [1, 2], "p": 1}}, "name": "a" })", key);
  BOOST_TEST(again.status == 201);
  BOOST_TEST(id_of(again) == id_of(first));
  BOOST_TEST(api.send("POST", "/v1/plans", R"({"name":"a","template":{"x":{"p":1,"q":[2,1]},"y":2}})", key).status ==
             409);
}

BOOST_AUTO_TEST_CASE(a_key_has_1_to_255_printable_characters) {
  Api api;
  BOOST_TEST(api.post(minimal(), {{"Idempotency-Key", std::string(255, 'k')}}).status == 201);
  is_bad(api.post(minimal(), {{"Idempotency-Key", std::string(256, 'k')}}), "1 to 255 printable characters");
  is_bad(api.post(minimal(), {{"Idempotency-Key", "a\tb"}}), "1 to 255 printable characters");
  is_bad(api.post(minimal(), {{"Idempotency-Key", ""}}), "1 to 255 printable characters");
}

BOOST_AUTO_TEST_CASE(a_plan_made_without_the_key_is_no_repeat) {
  Api api;
  BOOST_TEST(api.post(minimal({{"id", uuid}})).status == 201);
  auto const response = api.post(minimal({{"id", uuid}}), {{"Idempotency-Key", "order-17"}});
  BOOST_TEST(response.status == 409);
  BOOST_TEST(explanation(response) == "A plan with id " + std::string(uuid) + " exists");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_texts)

BOOST_AUTO_TEST_CASE(a_duplicate_key_in_the_body_is_told_with_its_line) {
  Api api;
  auto const post = [&](std::string body) { return api.send("POST", "/v1/plans", std::move(body)); };
  is_bad(post("{\"name\": \"a\",\n \"name\": \"b\",\n \"template\": {}}"),
         "API Request has a duplicate key on line 2: \"name\": \"b\",");
  is_bad(post("{\"template\": {\n\t\"a\": 1,\n\t\"a\": 2}}"), "API Request has a duplicate key on line 3: \"a\": 2}}");
  // The likelier mistake is told first.
  is_bad(post("{\"name\": 1, \"name\": 2, oops"), "API Request has a duplicate key on line 1");
}

BOOST_AUTO_TEST_CASE(a_duplicate_key_in_a_template_text_is_told_with_its_line_there) {
  Api api;
  is_bad(api.post({{"template", "demands:\n  a: 1\n  a: 2\n"}}), "Template has a duplicate key on line 3: a: 2");
  is_bad(api.post({{"template", "{\"a\": 1,\n\"a\": 2}"}}), "Template has a duplicate key on line 2: \"a\": 2}");
}

BOOST_AUTO_TEST_CASE(a_template_text_may_be_yaml_or_json_and_is_kept_as_it_is) {
  Api api;
  for (std::string const text : {"homing_template_version: 2017-10-10\ndemands: {}\n", "{\"demands\": {}}"}) {
    auto const response = api.post({{"template", text}});
    BOOST_TEST(response.status == 201);
    auto const document = api.plans.document(api.world.call(), stored(api, response), "template").value();
    BOOST_TEST(document.at("template").as_string() == text);
  }
}

BOOST_AUTO_TEST_CASE(a_template_text_that_is_no_mapping_or_cannot_be_read_is_refused) {
  Api api;
  is_bad(api.post({{"template", "- a\n- b\n"}}), "The template must be a mapping, got a list");
  is_bad(api.post({{"template", ""}}), "The template");
  auto const broken = api.post({{"template", "demands:\n  a: [1, 2\n"}});
  is_bad(broken, "The template cannot be read");
  is_bad(broken, "line ");
  is_bad(api.post({{"template", "a: !!python/object:os.system x\n"}}), "The template cannot be read");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_object_is_refused) {
  Api api;
  for (std::string const body : {"", " ", "{", "template: {}", "{\"template\": {}} x", "{\"template\": NaN}",
                                 "{\"template\": \"\\ud800\"}", "{\"name\": \"\xff\", \"template\": {}}"})
    is_bad(api.send("POST", "/v1/plans", body), "The request body cannot be read: ");
  for (auto const* body : {"[]", "\"text\"", "null", "7"})
    is_bad(api.send("POST", "/v1/plans", body), "The request body must be a JSON object, got ");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded) {
  Api api;
  auto const nested = [](std::size_t depth) {
    return "{\"template\": {\"a\": " + std::string(depth, '[') + std::string(depth, ']') + "}}";
  };
  BOOST_TEST(api.send("POST", "/v1/plans", nested(60)).status == 201);
  is_bad(api.send("POST", "/v1/plans", nested(100'000)), "The request body cannot be read: ");
  is_bad(api.post({{"template", "a: " + std::string(100, '[') + std::string(100, ']')}}),
         "The template cannot be read");
}

BOOST_AUTO_TEST_CASE(yaml_aliases_do_not_explode) {
  Api api;
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    auto const n = std::to_string(i), p = std::to_string(i - 1);
    text += "a" + n + ": &a" + n + " [*a" + p + ", *a" + p + ", *a" + p + ", *a" + p + ", *a" + p + ", *a" + p + "]\n";
  }
  is_bad(api.post({{"template", text}}), "The template cannot be read");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_transaction_id)

BOOST_AUTO_TEST_CASE(both_headers_and_the_body_carry_it_and_the_header_wins) {
  Api api;
  auto const echoed = [&](http::Response const& response) {
    BOOST_TEST(stored(api, response).transaction_id == std::string(body_of(response).at("transaction_id").as_string()));
    return std::string(body_of(response).at("transaction_id").as_string());
  };
  BOOST_TEST(echoed(api.post(minimal(), {{"Transaction-Id", "t-1"}})) == "t-1");
  BOOST_TEST(echoed(api.post(minimal(), {{"TRANSACTION_ID", "t-2"}})) == "t-2");
  BOOST_TEST(echoed(api.post(minimal({{"transaction_id", "t-3"}}))) == "t-3");
  BOOST_TEST(echoed(api.post(minimal({{"transaction_id", "t-3"}}), {{"transaction_id", "t-4"}})) == "t-4");
  BOOST_TEST(!body_of(api.post(minimal())).contains("transaction_id"));
}

BOOST_AUTO_TEST_CASE(it_works_with_a_template_text_too) {
  Api api;
  BOOST_TEST(api.post({{"template", "demands: {}"}}, {{"transaction_id", "t-1"}}).status == 201);
}

BOOST_AUTO_TEST_CASE(it_has_1_to_255_printable_characters) {
  Api api;
  BOOST_TEST(api.post(minimal(), {{"Transaction-Id", std::string(255, 't')}}).status == 201);
  for (auto const& bad : {std::string(256, 't'), std::string("a\x01z"), std::string("a\xFFz")})
    is_bad(api.post(minimal(), {{"Transaction-Id", bad}}), "1 to 255 printable characters");
  for (auto const& bad : {std::string(), std::string(256, 't'), std::string("a\nb")})
    is_bad(api.post(minimal({{"transaction_id", bad}})), "1 to 255 printable characters");
  is_bad(api.post(minimal({{"transaction_id", 5}})), "callable: string (not of type string)");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
