// The description of the API is true: it names the routes that are served, and its examples keep to its schemas.
#include "services/api/openapi.hpp"
#include "tests/services/api/fixture.hpp"
#include "tests/services/api/schema.hpp"

#include <set>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(openapi)

namespace {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_method(std::string_view key) {
  return key == "get" || key == "post" || key == "put" || key == "delete" || key == "options" || key == "patch";
}

// Calls `visit` with path, method and operation.
template <class Visit>
void each_operation(Visit const& visit) {
  for (auto const& [path, item] : description().at("paths").as_object())
    for (auto const& [key, operation] : item.as_object())
      if (is_method(key)) visit(std::string(path), std::string(key), operation.as_object());
}

// Every {"schema": ..., "example": ...} below a value.
template <class Visit>
void each_example(json::value const& value, Visit const& visit) {
  if (auto const* list = value.if_array())
    for (auto const& item : *list) each_example(item, visit);
  auto const* object = value.if_object();
  if (object == nullptr) return;
  if (object->contains("schema") && object->contains("example")) visit(*object);
  for (auto const& [key, item] : *object) each_example(item, visit);
}

BOOST_AUTO_TEST_CASE(describes_exactly_the_routes_that_are_served) {
  std::set<std::string> served, described;
  Api api;
  for (auto const& route : api.router.routes()) served.insert(lower_case(route.method) + " " + route.path);
  each_operation([&](auto const& path, auto const& method, auto const&) { described.insert(method + " " + path); });
  BOOST_TEST(served == described, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_for_each_operation_whether_it_wants_a_login) {
  Api api;
  for (auto const& route : api.router.routes()) {
    auto const& operation = description().at("paths").at(route.path).at(lower_case(route.method)).as_object();
    bool const open = operation.contains("security") && operation.at("security").as_array().empty();
    BOOST_TEST_CONTEXT(route.method << " " << route.path) BOOST_TEST(open == (route.role == http::Role::anonymous));
  }
}

BOOST_AUTO_TEST_CASE(names_every_operation_once_and_describes_its_answers) {
  std::set<std::string> names;
  each_operation([&](auto const& path, auto const& method, json::object const& operation) {
    BOOST_TEST_CONTEXT(method << " " << path) {
      BOOST_TEST(names.insert(std::string(operation.at("operationId").as_string())).second);
      BOOST_TEST(!operation.at("summary").as_string().empty());
      BOOST_TEST(!operation.at("responses").as_object().empty());
      if (method == "post") BOOST_TEST(operation.contains("requestBody"));
    }
  });
}

BOOST_AUTO_TEST_CASE(declares_every_parameter_of_a_path) {
  for (auto const& [path, item] : description().at("paths").as_object()) {
    bool const has_id = std::string_view(path).find("{id}") != std::string_view::npos;
    BOOST_TEST_CONTEXT(path) BOOST_TEST(has_id == item.as_object().contains("parameters"));
  }
}

BOOST_AUTO_TEST_CASE(has_examples_that_keep_to_their_schemas) {
  int count = 0;
  each_example(description(), [&](json::object const& found) {
    auto const* reference = found.at("schema").as_object().if_contains("$ref");
    if (reference == nullptr) return;
    std::string const name(reference->as_string());
    BOOST_TEST(schema_problems(name.substr(name.rfind('/') + 1), found.at("example")) == "");
    ++count;
  });
  BOOST_TEST(count >= 6);
}

BOOST_AUTO_TEST_CASE(its_schemas_refuse_what_is_not_described) {
  BOOST_TEST(schema_problems("Plan", json::object{{"id", 5}}) != "");
  BOOST_TEST(schema_problems("Status", json::value("finished")) != "");
  BOOST_TEST(schema_problems("PlanRequest", json::object{{"template", json::object()}, {"tempalte", 1}}) != "");
  BOOST_TEST(answer_problems("/v1/plans", "get", 418, nullptr) != "");
}

BOOST_AUTO_TEST_CASE(is_served_without_a_login_and_names_the_product_version) {
  Api api;
  auto const response = api.send_plain("GET", "/openapi.json", {});
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header(response, "Content-Type") == "application/json");
  BOOST_TEST(body_of(response).at("info").at("version").as_string() == "1.2.3");
}

// Real answers, by operation.
BOOST_AUTO_TEST_CASE(real_answers_keep_to_it) {
  Api api;
  auto const check = [&](std::string const& path, std::string const& method, http::Response const& response) {
    json::value const body = response.body.empty() ? json::value() : json::parse(response.body);
    BOOST_TEST_CONTEXT(method << " " << path << " " << response.status)
    BOOST_TEST(answer_problems(path, method, response.status, body) == "");
  };
  auto const created = api.post(minimal({{"name", "x"}, {"transaction_id", "t-1"}}));
  auto const id = id_of(created);
  std::string const plan = "/v1/plans/" + id, unknown = "/v1/plans/00000000-0000-4000-8000-000000000000";
  check("/v1/plans", "post", created);
  check("/v1/plans", "post", api.send("POST", "/v1/plans", "{"));
  check("/v1/plans", "post", api.send("POST", "/v1/plans", "{}", {{"Content-Type", "text/plain"}}));
  check("/v1/plans", "post", api.send_plain("POST", "/v1/plans", {}));
  check("/v1/plans", "get", api.send("GET", "/v1/plans"));
  check("/v1/plans", "get", api.send("GET", "/v1/plans?limit=x"));
  check("/v1/plans/{id}", "get", api.send("GET", plan));
  check("/v1/plans/{id}", "get", api.send("GET", unknown));
  check("/v1/plans/{id}", "delete", api.send("DELETE", unknown));
  check("/v1/plans/healthcheck", "get", api.send("GET", "/v1/plans/healthcheck"));
  check("/", "get", api.send_plain("GET", "/", {}));
  check("/", "get", api.send_plain("GET", "/", {{"Accept", "application/xml"}}));
  check("/openapi.json", "get", api.send("GET", "/openapi.json"));
  check("/v1", "options", api.send("OPTIONS", "/v1"));
  check("/v1/plans/{id}/explanation", "get", api.send("GET", plan + "/explanation"));
  check("/v1/plans/{id}/explanation", "get", api.send("GET", unknown + "/explanation"));
  check("/v1/plans/{id}/reservations", "get", api.send("GET", plan + "/reservations"));
  check("/v1/plans/{id}/events", "get", api.send("GET", unknown + "/events"));
  check("/v1/plans/{id}/why-not", "get", api.send("GET", plan + "/why-not"));
  check("/v1/triage_tool", "get", api.send("GET", "/v1/triage_tool"));
  check("/v1/triage_tool/{id}", "get", api.send("GET", "/v1/triage_tool/" + id));
  check("/v1/triage_tool/{id}", "get", api.send("GET", "/v1/triage_tool/" + unknown.substr(10)));
  api.bus.answer = sdk::Error{sdk::Errc::invalid, "release-locks is missing"};
  check("/v1/release-orders", "post", api.send("POST", "/v1/release-orders", "{}"));
  check("/v1/load_latency_rules", "post", api.send("POST", "/v1/load_latency_rules", "{}"));
  check("/v1/load_latency_country_rules", "post", api.send("POST", "/v1/load_latency_country_rules", "5"));
  check("/v1/templates/validate", "post", api.send("POST", "/v1/templates/validate", "{}"));
  check("/v1/plans/{id}", "delete", api.send("DELETE", plan));
}

BOOST_AUTO_TEST_CASE(answers_that_other_roles_give_keep_to_it) {
  Api api;
  auto const check = [](std::string const& path, http::Response const& response) {
    BOOST_TEST_CONTEXT(path << " " << response.status << " " << response.body) {
      BOOST_TEST(response.status < 300);
      BOOST_TEST(answer_problems(path, "post", response.status, json::parse(response.body)) == "");
    }
  };
  api.bus.answer = json::object{
      {"valid", false},
      {"errors",
       json::array{json::object{{"path", "/demands"}, {"message", "demand is not provided in the template"}}}},
      {"warnings", json::array()}};
  check("/v1/templates/validate", api.send("POST", "/v1/templates/validate", json::serialize(minimal())));
  api.bus.answer = json::object{{"status", "success"},
                                {"message", json::array{json::object{{"plan_id", "x"}, {"should_rehome", true}}}}};
  check("/v1/release-orders",
        api.send("POST", "/v1/release-orders",
                 R"({"release-locks": [{"status": "completed", "service-resource-id": "fw-res-01"}]})"));
  api.bus.answer = json::value("OK");
  check("/v1/load_latency_rules",
        api.send("POST", "/v1/load_latency_rules", R"([{"group": "NORDIC", "countries": "SWE,NOR,FIN"}])"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace conductor::services::api::test
