// Reading and deleting plans, the forms of the plan document, and what mutated requests must never bring about (API
// specification 6 to 8).
#include "worker.hpp"

#include <random>

namespace conductor::services::api::test {

namespace {

constexpr char uuid[] = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";

}  // namespace

BOOST_AUTO_TEST_SUITE(api_read)

BOOST_AUTO_TEST_CASE(a_plan_comes_as_a_list_of_one) {
  Api api;
  auto const id = id_of(api.post(minimal({{"name", "a"}})));
  auto const response = api.send("GET", "/v1/plans/" + id);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header(response, "Content-Type") == "application/json");
  auto const plan = plan_in(response);
  BOOST_TEST(plan.at("id").as_string() == id);
  BOOST_TEST(plan.at("status").as_string() == "template");
  BOOST_TEST(plan.at("submitter").as_string() == "admin");
  BOOST_TEST(!plan.contains("message"));
  BOOST_TEST(!plan.contains("recommendations"));
}

BOOST_AUTO_TEST_CASE(the_id_may_be_written_in_capitals) {
  Api api;
  BOOST_TEST(api.post(minimal({{"id", uuid}})).status == 201);
  std::string upper(uuid);
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + upper)).at("id").as_string() == uuid);
}

BOOST_AUTO_TEST_CASE(an_unknown_plan_is_404_with_its_id) {
  Api api;
  for (auto const* method : {"GET", "DELETE"}) {
    auto const response = api.send(method, "/v1/plans/" + std::string(uuid));
    BOOST_TEST(response.status == 404);
    BOOST_TEST(explanation(response) == "Plan " + std::string(uuid) + " not found");
  }
}

BOOST_AUTO_TEST_CASE(a_malformed_id_is_404_without_asking_the_store) {
  Api api;
  auto const calls = api.world.store.calls.load();
  for (auto const* id : {"x", "abc.json", "1%20or%201=1", "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c1", "Healthcheck"})
    for (auto const* method : {"GET", "DELETE"})
      BOOST_TEST(api.send(method, "/v1/plans/" + std::string(id)).status == 404, id);
  BOOST_TEST(api.world.store.calls.load() == calls);
}

BOOST_AUTO_TEST_CASE(head_is_get) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  BOOST_TEST(api.send("HEAD", "/v1/plans").status == 200);
  BOOST_TEST(api.send("HEAD", "/v1/plans/" + id).status == 200);
  BOOST_TEST(api.send("HEAD", "/v1/plans/" + std::string(uuid)).status == 404);
}

BOOST_AUTO_TEST_CASE(a_document_is_made_once_for_each_version_of_the_plan) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  put(api, id, {{"status", std::string("solving")}}, {{"solution", json::object{{"recommendations", json::array{1}}}}});
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + id)).at("status").as_string() == "solving");
  auto const reads = api.world.store.reads.load();
  auto const again = api.send("GET", "/v1/plans/" + id);
  BOOST_TEST(api.world.store.reads.load() - reads == 1);  // the row, always; the solution no more
  BOOST_TEST(again.body == api.send("GET", "/v1/plans/" + id).body);
  // The next version has its own.
  put(api, id, {{"status", std::string("done")}});
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + id)).at("status").as_string() == "done");
  // So has a plan of the same id after the first one is gone.
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 204);
  BOOST_TEST(api.send("GET", "/v1/plans/" + id).status == 404);
  BOOST_TEST(api.post(minimal({{"id", id}, {"name", "second"}})).status == 201);
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + id)).at("name").as_string() == "second");
}

BOOST_AUTO_TEST_CASE(links_name_the_server_as_each_client_addresses_it) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  auto const link = [&] {
    auto const plan = plan_in(api.send("GET", "/v1/plans/" + id));
    return std::string(plan.at("links").at(0).at(0).at("href").as_string());
  };
  BOOST_TEST(link() == "http://oof.example:8091/v1/plans/" + id);
  Options options;
  options.api.server_url = "https://front.example/has/";
  Api behind(options);
  auto const other = id_of(behind.post(minimal()));
  auto const plan = plan_in(behind.send("GET", "/v1/plans/" + other));
  BOOST_TEST(plan.at("links").at(0).at(0).at("href").as_string() == "https://front.example/has/v1/plans/" + other);
}

BOOST_AUTO_TEST_CASE(texts_kept_are_limited_by_their_size) {
  Api api;
  ApiContext const context{api.plans, api.bus, api.world.clock(), api.world.log(), {}};
  PlanTexts texts(context, 2000);
  http::Request request;
  std::vector<store::Plan> plans;
  for (int i = 0; i < 20; ++i) {
    auto const id = id_of(api.post(minimal()));
    put(api, id, {}, {{"errors", json::array{json::object{{"message", "bad"}}}}});
    plans.push_back(api.plans.get(api.world.call(), id).value());
  }
  auto const reads_of = [&](store::Plan const& plan) {
    auto const before = api.world.store.reads.load();
    BOOST_TEST(texts.of(api.world.call(), request, plan).has_value());
    return api.world.store.reads.load() - before;
  };
  for (auto const& plan : plans) BOOST_TEST(reads_of(plan) == 1);
  BOOST_TEST(reads_of(plans.back()) == 0);
  BOOST_TEST(reads_of(plans.front()) == 1);
}

BOOST_AUTO_TEST_CASE(a_deleted_plan_is_gone) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  auto const response = api.send("DELETE", "/v1/plans/" + id);
  BOOST_TEST(response.status == 204);
  BOOST_TEST(response.body.empty());
  BOOST_TEST(header(response, "Content-Type").empty());
  BOOST_TEST(api.send("GET", "/v1/plans/" + id).status == 404);
  BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 404);
  BOOST_TEST(body_of(api.send("GET", "/v1/plans")).at("plans").as_array().empty());
}

BOOST_AUTO_TEST_CASE(a_plan_is_deleted_in_any_status) {
  Api api;
  for (auto const* status : {"translating", "solving", "reserving", "done", "waiting spinup"}) {
    auto const id = id_of(api.post(minimal()));
    put(api, id, {{"status", std::string(status)}});
    BOOST_TEST(api.send("DELETE", "/v1/plans/" + id).status == 204, status);
  }
}

// Which role a caller has is the admission's matter; here it is what a handler makes of it.
BOOST_AUTO_TEST_CASE(a_submitter_deletes_own_plans_only_and_releases_nothing) {
  Api api;
  auto const remove_as = [&](std::string const& user, http::Role role, std::string const& target) {
    http::Request request;
    request.method = "DELETE";
    request.target = target;
    BOOST_REQUIRE(http::parse_target(request).has_value());
    return api.router(api.world.call(), request, {.user = user, .role = role});
  };
  auto const mine = id_of(api.post(minimal())), others = id_of(api.post(minimal()));
  BOOST_TEST(remove_as("guest", http::Role::submitter, "/v1/plans/" + mine).status == 403);
  BOOST_TEST(remove_as("admin", http::Role::submitter, "/v1/plans/" + mine + "?release=true").status == 403);
  BOOST_TEST(remove_as("guest", http::Role::submitter, "/v1/plans/" + std::string(uuid)).status == 404);
  BOOST_TEST(remove_as("guest", http::Role::submitter, "/v1/plans/x").status == 404);
  BOOST_TEST(remove_as("admin", http::Role::submitter, "/v1/plans/" + mine).status == 204);
  BOOST_TEST(remove_as("guest", http::Role::operator_, "/v1/plans/" + others + "?release=true").status == 204);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_document)

BOOST_AUTO_TEST_CASE(recommendations_appear_when_there_are_some) {
  Api api;
  auto const solution =
      json::object{{"recommendations", json::array{json::object{{"vG", json::object{{"inventory_provider", "file"}}}}}},
                   {"solver_info", json::array{json::object{{"value", 1.5}, {"status", "optimal"}}}}};
  auto const id = id_of(api.post(minimal()));
  put(api, id, {{"status", std::string("done")}}, {{"solution", solution}});
  auto const plan = plan_in(api.send("GET", "/v1/plans/" + id));
  BOOST_TEST(plan.at("recommendations") == solution.at("recommendations"));
  BOOST_TEST(plan.at("solver_info") == solution.at("solver_info"));

  auto const none = id_of(api.post(minimal()));
  put(api, none, {{"status", std::string("not found")}, {"message", std::string("nothing")}},
      {{"solution", json::object{{"recommendations", json::array()}, {"solver_info", json::array()}}}});
  auto const empty = plan_in(api.send("GET", "/v1/plans/" + none));
  BOOST_TEST(!empty.contains("recommendations"));
  BOOST_TEST(empty.at("message").as_string() == "nothing");
}

BOOST_AUTO_TEST_CASE(deployed_clients_get_nested_links_and_template_messages_as_a_list) {
  Api api;
  auto const errors = json::array{json::object{{"path", "/demands"}, {"message", "Unable to find any candidate"}}};
  auto const id = id_of(api.post(minimal()));
  put(api, id, {{"status", std::string("error")}, {"message", std::string("Unable to find any candidate")}},
      {{"errors", errors}});
  auto const plan = plan_in(api.send("GET", "/v1/plans/" + id));
  BOOST_REQUIRE(plan.at("message").is_array());
  BOOST_TEST(plan.at("message").at(0).as_string() == "Unable to find any candidate");
  BOOST_TEST(plan.at("errors") == errors);
  BOOST_TEST(plan.at("links").at(0).at(0).at("rel").as_string() == "self");

  // Any other problem is a text.
  auto const other = id_of(api.post(minimal()));
  put(api, other, {{"status", std::string("error")}, {"message", std::string("Tried 3 times")}});
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + other)).at("message").as_string() == "Tried 3 times");
}

BOOST_AUTO_TEST_CASE(a_plan_without_candidates_is_told_in_a_list_even_when_its_errors_were_never_stored) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  std::string const text = "Unable to find any candidate for demand vG";
  put(api, id, {{"status", std::string("error")}, {"message", text}});
  auto const message = plan_in(api.send("GET", "/v1/plans/" + id)).at("message");
  BOOST_REQUIRE(message.is_array());
  BOOST_TEST(message.at(0).as_string() == text);
  // Only as the plan's end: on the way the same words are a text.
  put(api, id, {{"status", std::string("template")}});
  BOOST_TEST(plan_in(api.send("GET", "/v1/plans/" + id)).at("message").as_string() == text);
}

BOOST_AUTO_TEST_CASE(times_and_the_address_of_callbacks_are_shown) {
  Api api;
  auto const created = api.world.clock().wall_ms();
  auto const id = id_of(api.post(minimal()));
  api.world.clock().advance(std::chrono::seconds(5));
  put(api, id, {{"status", std::string("done")}},
      {{"extras", json::object{{"callback_url", "https://client.example/hook"}, {"idempotency_digest", "d"}}}});
  auto const plan = plan_in(api.send("GET", "/v1/plans/" + id));
  BOOST_TEST(plan.at("created").as_int64() == created);
  BOOST_TEST(plan.at("updated").as_int64() == created + 5000);
  BOOST_TEST(plan.at("callback_url").as_string() == "https://client.example/hook");
  BOOST_TEST(!plan.contains("idempotency_digest"));
}

BOOST_AUTO_TEST_CASE(the_documented_form_has_flat_links_and_messages_as_text) {
  Options options;
  options.api.wire_compat = WireCompat::documented;
  Api api(options);
  auto const id = id_of(api.post(minimal()));
  put(api, id, {{"status", std::string("error")}, {"message", std::string("bad")}},
      {{"errors", json::array{json::object{{"message", "bad"}}}}});
  auto const plan = plan_in(api.send("GET", "/v1/plans/" + id));
  BOOST_TEST(plan.at("message").as_string() == "bad");
  BOOST_TEST(plan.at("links").at(0).at("href").as_string() == "http://oof.example:8091/v1/plans/" + id);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_mutations)

// Every answer is a JSON document (or 204) of a status that blames the client at most.
BOOST_AUTO_TEST_CASE(no_mutated_request_crashes_or_blames_the_server) {
  std::vector<std::string> const seeds = {
      R"({"name":"edge","files":{"f":"x"},"timeout":600,"num_solution":"1","template":{"demands":{"v":[{"a":1.5e3}]}}})",
      R"({"id":"7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11","limit":10,"template":"demands:\n  a: &x [1, 2]\n  b: *x\n"})",
      R"({"transaction_id":"t","solver":{"strategy":"optimal","deadline":2,"seed":3},"template":{}})"};
  std::vector<std::string> const pieces = {"{",
                                           "}",
                                           "[",
                                           "]",
                                           "\"",
                                           ":",
                                           ",",
                                           "\\",
                                           "\\u",
                                           "\\ud83d",
                                           "null",
                                           "true",
                                           "-",
                                           "1e999",
                                           "9999999999999999999",
                                           "\xff",
                                           "\xC3",
                                           "\xE2\x82\xAC",
                                           "\n",
                                           std::string(1, '\0'),
                                           "template",
                                           "\"name\":",
                                           "&a",
                                           "*a",
                                           "<<: ",
                                           "!!int "};
  std::mt19937 random(20261125);  // the same bodies every time
  auto const below = [&](std::size_t limit) { return random() % limit; };
  Api api;
  std::size_t accepted = 0, refused = 0;
  for (int round = 0; round < 6000; ++round) {
    auto body = seeds[below(seeds.size())];
    for (auto edits = 1 + below(2); edits > 0 && !body.empty(); --edits) {
      auto const at = below(body.size());
      switch (below(4)) {
        case 0:
          body[at] = static_cast<char>(below(2) == 0 ? random() : 'a' + below(26));
          break;
        case 1:
          body.erase(at, 1 + below(8));
          break;
        case 2:
          body.insert(at, pieces[below(pieces.size())]);
          break;
        default:
          body.insert(at, body.substr(below(body.size()), below(40)));
      }
    }
    sdk::HttpHeaders headers;
    if (below(8) == 0) headers.emplace_back("Idempotency-Key", body.substr(0, 20));
    if (below(8) == 0) headers.emplace_back("Transaction-Id", body.substr(body.size() / 2, 12));
    auto const response = api.send("POST", "/v1/plans", body, headers);
    bool const known = response.status == 201 || response.status == 400 || response.status == 409;
    BOOST_TEST_REQUIRE(known, response.status << " for " << body);
    boost::system::error_code failed;
    auto const answer = json::parse(response.body, failed);
    BOOST_TEST_REQUIRE(!failed, "the answer is no JSON: " << response.body << " for " << body);
    ++(response.status == 201 ? accepted : refused);
  }
  // The mutations reach both sides of the border.
  BOOST_TEST(accepted > 100U);
  BOOST_TEST(refused > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
