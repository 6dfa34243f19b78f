// Every route and every role: the table below says who may, the router's own table which routes there are. A route
// without a row here, or with another role, is a fault (API specification 4.1, 19.2).
#include "fixture.hpp"
#include "gate_fixture.hpp"

#include <map>
#include <set>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_roles)

namespace {

using http::Role;
using Key = std::pair<std::string, std::string>;  // path and method as the router has them

std::map<Key, Role> const& least_roles() {
  static std::map<Key, Role> const table{
      {{"/", "GET"}, Role::anonymous},
      {{"/v1", "OPTIONS"}, Role::anonymous},
      {{"/openapi.json", "GET"}, Role::anonymous},
      {{"/v1/plans/healthcheck", "GET"}, Role::anonymous},
      {{"/v1/plans", "GET"}, Role::reader},
      {{"/v1/plans/{id}", "GET"}, Role::reader},
      {{"/v1/plans/{id}/events", "GET"}, Role::reader},
      {{"/v1/plans/{id}/explanation", "GET"}, Role::reader},
      {{"/v1/plans/{id}/why-not", "GET"}, Role::reader},
      {{"/v1/plans/{id}/reservations", "GET"}, Role::reader},
      {{"/v1/events", "GET"}, Role::reader},
      {{"/v1/triage_tool", "GET"}, Role::reader},
      {{"/v1/triage_tool/{id}", "GET"}, Role::reader},
      {{"/v1/plans", "POST"}, Role::submitter},
      {{"/v1/templates/validate", "POST"}, Role::submitter},
      {{"/v1/plans/{id}", "DELETE"}, Role::submitter},
      {{"/v1/release-orders", "POST"}, Role::operator_},
      {{"/v1/load_latency_rules", "POST"}, Role::operator_},
      {{"/v1/load_latency_country_rules", "POST"}, Role::operator_},
  };
  return table;
}

// The API's routes with handlers that do nothing.
std::vector<http::Route> routes() {
  Api api;
  std::vector<http::Route> all;
  for (auto const& route : api.router.routes()) {
    http::Route one{route.path, route.method, route.role};
    if (route.handler) one.handler = name_of_caller;
    all.push_back(std::move(one));
  }
  return all;
}

std::string example(std::string path) {
  if (auto const at = path.find("{id}"); at != path.npos) path.replace(at, 4, "1b4e28ba-2fa1-11d2-883f-0016d3cca427");
  return path;
}

// Asks for all routes as each kind of caller; `expected` says what comes of it.
void try_all(GateOptions options, std::function<int(Role needed, Role caller)> const& expected) {
  options.routes = routes();
  Doors doors(options);
  for (auto const& [key, needed] : least_roles()) {
    auto const& [path, method] = key;
    if (method == "OPTIONS") continue;
    for (auto const caller : {Role::anonymous, Role::reader, Role::submitter, Role::operator_, Role::admin}) {
      auto const login = caller == Role::anonymous ? "" : Doors::login(std::string(http::to_string(caller)));
      auto const name = method + " " + path + " as " + std::string(http::to_string(caller));
      BOOST_TEST(doors.status(method, example(path), login) == expected(needed, caller), name);
      if (method == "GET") BOOST_TEST(doors.status("HEAD", example(path), login) == expected(needed, caller), name);
    }
    if (needed != Role::anonymous) BOOST_TEST(doors.status(method, example(path), Doors::admin()) == 200, path);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_route_stands_in_the_table_of_this_test_with_its_role) {
  std::map<Key, Role> served;
  for (auto const& route : routes()) served.emplace(Key{route.path, route.method}, route.role);
  for (auto const& [key, role] : served) {
    auto const row = least_roles().find(key);
    BOOST_TEST((row != least_roles().end()), key.second + " " + key.first + " has no row in the table of this test");
    if (row != least_roles().end()) BOOST_TEST((row->second == role), key.second + " " + key.first);
  }
  for (auto const& [key, role] : least_roles())
    BOOST_TEST(served.contains(key), key.second + " " + key.first + " is not served");
}

BOOST_AUTO_TEST_CASE(every_route_lets_in_its_role_and_those_above) {
  try_all({}, [](Role needed, Role caller) {
    if (needed == Role::anonymous) return 200;
    if (caller == Role::anonymous) return 401;
    return caller < needed ? 403 : 200;
  });
}

BOOST_AUTO_TEST_CASE(without_basic_auth_everybody_may_everything_that_needs_no_login) {
  GateOptions options;
  options.admission.required = false;
  try_all(options,
          [](Role needed, Role caller) { return needed >= Role::operator_ && caller == Role::anonymous ? 401 : 200; });
}

BOOST_AUTO_TEST_CASE(with_aaf_roles_stay_what_they_are) {
  GateOptions options;
  options.with_aaf = true;
  try_all(options, [](Role needed, Role caller) {
    if (needed == Role::anonymous) return 200;
    if (caller == Role::anonymous) return 401;
    return caller < needed ? 403 : 200;
  });
}

BOOST_AUTO_TEST_CASE(a_403_is_an_error_document_that_names_both_roles) {
  GateOptions options;
  options.routes = routes();
  Doors doors(options);
  auto const refused = doors.send("POST", "/v1/plans", Doors::login("reader"));
  BOOST_TEST(refused.status == 403);
  auto const body = body_of(refused);
  BOOST_TEST(body.at("title").as_string() == "Forbidden");
  BOOST_TEST(body.at("error").at("type").as_string() == "HTTPForbidden");
  BOOST_TEST(explanation(refused) == "This needs the role submitter; user the-reader has the role reader.");
}

BOOST_AUTO_TEST_CASE(options_and_methods_that_are_not_there_need_no_login) {
  GateOptions options;
  options.routes = routes();
  Doors doors(options);
  std::set<std::string> paths;
  for (auto const& [key, role] : least_roles()) paths.insert(key.first);
  for (auto const& path : paths) {
    BOOST_TEST(doors.status("OPTIONS", example(path)) == 204, path);
    BOOST_TEST(doors.status("PATCH", example(path)) == 405, path);
  }
  auto const removed = doors.send("DELETE", "/v1/plans/healthcheck");
  BOOST_TEST(removed.status == 405);
  BOOST_TEST(header(removed, "Allow") == "GET");
  BOOST_TEST(doors.status("HEAD", "/v1/plans/healthcheck") == 200);
}

BOOST_AUTO_TEST_CASE(a_submitter_deletes_his_own_plans_only_and_an_operator_any) {
  Api api;
  auto const as = [&](std::string const& user, Role role, std::string const& id, std::string const& query = "") {
    http::Request request;
    request.method = "DELETE";
    request.target = "/v1/plans/" + id + query;
    http::parse_target(request).value();
    return api.router(api.world.call(), request, {user, role});
  };
  auto const plan_of = [&](std::string const& user) {
    http::Request request;
    request.method = "POST";
    request.target = "/v1/plans";
    request.body = json::serialize(minimal());
    request.headers.emplace_back("Host", "oof.example");
    http::parse_target(request).value();
    return id_of(api.settled(api.router(api.world.call(), request, {user, Role::submitter})));
  };
  auto const anns = plan_of("ann"), more = plan_of("ann");
  BOOST_TEST(as("bob", Role::submitter, anns).status == 403);
  BOOST_TEST(as("bob", Role::reader, anns).status == 403);
  BOOST_TEST(as("ann", Role::submitter, anns, "?release=true").status == 403);
  BOOST_TEST(api.send("GET", "/v1/plans/" + anns).status == 200);
  BOOST_TEST(as("ann", Role::submitter, anns).status == 204);
  BOOST_TEST(as("ann", Role::submitter, anns).status == 404);
  BOOST_TEST(as("olga", Role::operator_, more).status == 204);
  BOOST_TEST(as("olga", Role::operator_, plan_of("ann"), "?release=true").status == 204);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
