// Triage (API specification 13, solver specification 15): composed from what was stored, any number of demands.
#include "services/api/request_values.hpp"
#include "services/api/triage_document.hpp"
#include "worker.hpp"

namespace conductor::services::api::test {

namespace {

json::object candidate(std::string const& id) {
  return {{"inventory_type", "cloud"}, {"candidate_id", id}, {"location_id", "site-" + id}};
}

// Two demands: fw with a, b, c (b is too far away), gw with d, e.
json::value translation() {
  return json::parse(R"({
    "conductor_solver": {
      "demands": {"fw": {"candidates": []}, "gw": {"candidates": []}},
      "constraints": {
        "near_fw": {"name": "near", "type": "distance_to_location", "demands": "fw"},
        "apart": {"type": "distance_between_demands", "demands": ["fw", "gw"]}},
      "objective": {"goal": "min", "operands": [{"function": "distance_between"}, {"function": "distance_between"}]}},
    "translation_dropped": {"fw": [
      {"candidate_id": "x", "location_id": "s", "code": "EXCLUDED", "reason": "is excluded"},
      {"candidate_id": "null", "location_id": null, "code": "C", "reason": "has no id"}]}})");
}

TriageInput input() {
  TriageInput given;
  given.translation = translation();
  auto& demands = given.translation.at("conductor_solver").at("demands").as_object();
  for (auto const* id : {"a", "b", "c"}) demands["fw"].at("candidates").as_array().push_back(candidate(id));
  for (auto const* id : {"d", "e"}) demands["gw"].at("candidates").as_array().push_back(candidate(id));
  given.explanation = json::parse(R"({"demands": {
    "fw": {"resolved": 3, "funnel": [{"constraint": "near", "type": "distance_to_location", "left": 2}],
           "dropped": [{"inventory_type": "cloud", "candidate_id": "b", "constraint": "near", "reason": "distance",
                        "text": "1,204 km > 700 km"}],
           "counts": {"near": 1}},
    "gw": {"resolved": 2, "funnel": [], "dropped": [], "counts": {}}}})");
  return given;
}

void solve(TriageInput& given) {
  given.solution =
      json::object{{"recommendations", json::array{json::object{{"fw", json::object{{"candidate", candidate("c")}}},
                                                                {"gw", json::object{{"candidate", candidate("d")}}}}}}};
}

json::object triage(TriageInput const& given, std::size_t limit = 200) {
  store::Plan plan;
  plan.id = "p";
  plan.name = "edge";
  return triage_document(plan, given, limit);
}

json::value const& node(json::value const& list, std::string const& id) {
  for (auto const& each : list.as_array())
    if (each.at("node_id").as_string() == id) return each;
  throw std::runtime_error("no node " + id + " in " + json::serialize(list));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_triage_document)

BOOST_AUTO_TEST_CASE(what_translation_dropped_is_listed_by_demand) {
  auto const document = triage(input());
  BOOST_TEST(document.at("id").as_string() == "p");
  BOOST_TEST(document.at("name").as_string() == "edge");
  BOOST_TEST(!document.contains("message"));
  BOOST_TEST(document.at("optimization_type").as_string() == "distance_between");
  BOOST_TEST(document.at("translator_triage") == json::parse(R"({"dropped_candidates": [
    {"name": "fw", "translation_dropped": [
       {"candidate_id": "x", "location_id": "s", "reason": "is excluded"},
       {"candidate_id": null, "location_id": null, "reason": "has no id"}], "latency_dropped": []},
    {"name": "gw", "translation_dropped": [], "latency_dropped": []}]})"));
}

BOOST_AUTO_TEST_CASE(what_latency_rules_dropped_is_listed_too) {
  auto given = input();
  auto& fw = given.explanation.at("demands").at("fw").as_object();
  fw["funnel"].as_array().push_back(json::object{{"constraint", "latency_between hq"}, {"type", "latency_between"}});
  fw["dropped"].as_array().push_back(json::object{{"inventory_type", "cloud"},
                                                  {"candidate_id", "c"},
                                                  {"constraint", "latency_between hq"},
                                                  {"reason", "latency-group"},
                                                  {"text", "country NOR is in no latency group of the location"}});
  auto const document = triage(given);
  auto const& listed = document.at("translator_triage").at("dropped_candidates").at(0).at("latency_dropped");
  BOOST_TEST(listed == json::parse(R"([{"demand_id": "fw", "candidate_id": "c",
                                        "reason": "country NOR is in no latency group of the location"}])"));
}

// S79, S80
BOOST_AUTO_TEST_CASE(a_solved_plan_is_a_tree_along_its_solution) {
  auto given = input();
  solve(given);
  auto const document = triage(given);
  auto const& tree = document.at("solver_triage");
  BOOST_TEST(tree.at("counts") == (json::value{{"near", 1}}));
  auto const& first = tree.at("children");
  BOOST_TEST(first.as_array().size() == 3U);
  BOOST_TEST(node(first, "fw|a") ==
             json::parse(R"({"node_id": "fw|a", "name": "fw", "type": "not tried", "constraints": [
    {"name": "near", "constraint_type": "distance_to_location", "status": "passed"},
    {"name": "apart", "constraint_type": "distance_between_demands", "status": null}]})"));
  BOOST_TEST(node(first, "fw|b") == json::parse(R"({"node_id": "fw|b", "name": "fw", "type": "dropped", "constraints": [
    {"name": "near", "constraint_type": "distance_to_location", "status": "dropped", "reason": "distance"},
    {"name": "apart", "constraint_type": "distance_between_demands", "status": null},
    {"constraint_name_dropped": "near", "name": "fw", "reason": "distance"}]})"));
  auto const& chosen = node(first, "fw|c");
  BOOST_TEST(chosen.at("type").as_string() == "solution");
  for (auto const& each : chosen.at("constraints").as_array()) BOOST_TEST(each.at("status").as_string() == "passed");
  auto const& second = chosen.at("children");
  BOOST_TEST(second.as_array().size() == 2U);
  BOOST_TEST(node(second, "gw|d").at("type").as_string() == "solution");
  BOOST_TEST(node(second, "gw|e").at("type").as_string() == "not tried");
  BOOST_TEST(!node(second, "gw|d").as_object().contains("children"));
}

// S66
BOOST_AUTO_TEST_CASE(candidates_of_further_solutions_are_solutions_without_children) {
  auto given = input();
  solve(given);
  given.solution.at("recommendations")
      .as_array()
      .push_back(json::object{{"fw", json::object{{"candidate", candidate("a")}}},
                              {"gw", json::object{{"candidate", candidate("e")}}}});
  auto const document = triage(given);
  auto const& other = node(document.at("solver_triage").at("children"), "fw|a");
  BOOST_TEST(other.at("type").as_string() == "solution");
  BOOST_TEST(!other.as_object().contains("children"));
}

BOOST_AUTO_TEST_CASE(without_a_solution_all_nodes_lie_side_by_side) {
  auto const document = triage(input());
  auto const& all = document.at("solver_triage").at("children").as_array();
  BOOST_TEST(all.size() == 5U);
  for (auto const& each : all) BOOST_TEST(!each.as_object().contains("children"));
}

// S82
BOOST_AUTO_TEST_CASE(before_the_solver_there_is_no_tree_and_without_objective_no_type) {
  auto given = input();
  given.explanation = nullptr;
  given.translation.at("conductor_solver").as_object()["objective"] = nullptr;
  auto const document = triage(given);
  BOOST_TEST(document.at("solver_triage").is_null());
  BOOST_TEST(document.at("optimization_type").is_null());
  BOOST_TEST(document.at("translator_triage").at("dropped_candidates").as_array().size() == 2U);
  auto const nothing = triage({});
  BOOST_TEST(nothing.at("translator_triage").at("dropped_candidates").as_array().empty());
  BOOST_TEST(nothing.at("solver_triage").is_null());
}

// S77
BOOST_AUTO_TEST_CASE(there_is_no_limit_on_demands) {
  TriageInput given;
  json::object demands, choice, evidence;
  for (int i = 0; i < 300; ++i) {
    auto const name = "d" + std::to_string(i);
    demands[name] = json::object{{"candidates", json::array{candidate("a"), candidate("b")}}};
    choice[name] = json::object{{"candidate", candidate("b")}};
    evidence[name] = json::object();
  }
  given.translation = json::object{{"conductor_solver", json::object{{"demands", std::move(demands)}}}};
  given.explanation = json::object{{"demands", std::move(evidence)}};
  given.solution = json::object{{"recommendations", json::array{std::move(choice)}}};
  auto const document = triage(given);
  auto const* children = &document.at("solver_triage").at("children");
  for (int i = 0; i < 300; ++i) {
    auto const& chosen = node(*children, "d" + std::to_string(i) + "|b");
    BOOST_REQUIRE(chosen.at("type").as_string() == "solution");
    BOOST_REQUIRE(chosen.as_object().contains("children") == (i < 299));
    if (i < 299) children = &chosen.at("children");
  }
}

// S83
BOOST_AUTO_TEST_CASE(the_size_is_limited_but_chosen_and_dropped_candidates_stay) {
  auto given = input();
  auto& candidates = given.translation.at("conductor_solver").at("demands").at("fw").at("candidates").as_array();
  for (int i = 0; i < 1000; ++i) candidates.push_back(candidate("n" + std::to_string(i)));
  candidates.push_back(candidate("z"));
  solve(given);
  given.solution.at("recommendations").at(0).at("fw").as_object()["candidate"] = candidate("z");
  auto const limited = triage(given, 10);
  auto const& children = limited.at("solver_triage").at("children");
  BOOST_TEST(children.as_array().size() == 12U);
  BOOST_TEST(node(children, "fw|b").at("type").as_string() == "dropped");
  BOOST_TEST(node(children, "fw|z").at("type").as_string() == "solution");
}

BOOST_AUTO_TEST_CASE(where_the_solver_cut_its_list_nobody_is_called_not_tried) {
  auto given = input();
  given.explanation.at("demands").at("fw").at("counts").as_object()["near"] = 2;
  auto const document = triage(given);
  BOOST_TEST(document.at("solver_triage").at("counts").at("near").to_number<int>() == 2);
  for (auto const& each : document.at("solver_triage").at("children").as_array())
    if (each.at("name").as_string() == "fw") BOOST_TEST(each.at("node_id").as_string() == "fw|b");
}

BOOST_AUTO_TEST_CASE(documents_of_unknown_form_are_no_reason_to_fail) {
  for (auto const* text :
       {"[]", "1", R"({"conductor_solver": []})", R"({"conductor_solver": {"demands": {"a": 1}}})",
        R"({"conductor_solver": {"demands": {"a": {"candidates": [1, {}]}}, "constraints": {"c": 1}}})",
        R"({"demands": {"a": {"funnel": [1], "dropped": [1, {}], "counts": {"x": "y"}}}})",
        R"({"recommendations": [1, {"a": 1}]})", R"({"translation_dropped": {"a": 1}})"}) {
    TriageInput given;
    given.translation = given.explanation = given.solution = json::parse(text);
    BOOST_TEST(triage(given).contains("translator_triage"), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_triage)

BOOST_AUTO_TEST_CASE(one_plan_and_all_of_them) {
  Api api;
  auto const given = input();
  auto const id = id_of(api.post(minimal({{"name", "first"}})));
  move_to(api, id, "not found", "nothing fits",
          {{"translation", given.translation}, {"explanation", given.explanation}});
  api.world.clock().advance(std::chrono::seconds(1));
  auto const fresh = id_of(api.post(minimal()));
  auto const one = body_of(api.send("GET", "/v1/triage_tool/" + id));
  BOOST_TEST(one.at("name").as_string() == "first");
  BOOST_TEST(one.at("message").as_string() == "nothing fits");
  BOOST_TEST(one.at("solver_triage").at("children").as_array().size() == 5U);
  auto const body = body_of(api.send("GET", "/v1/triage_tool"));
  auto const& all = body.at("tData").as_array();
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0] == one);
  BOOST_TEST(all[1].at("id").as_string() == fresh);
  BOOST_TEST(all[1].at("solver_triage").is_null());
  BOOST_TEST(api.send("GET", "/v1/triage_tool?limit=1&marker=" + id).body ==
             R"({"tData":[)" + json::serialize(all[1]) + "]}");
  BOOST_TEST(api.send("GET", "/v1/triage_tool?limit=0").status == 400);
}

BOOST_AUTO_TEST_CASE(an_empty_store_has_an_empty_list) {
  Api api;
  BOOST_TEST(api.send("GET", "/v1/triage_tool").body == R"({"tData":[]})");
}

BOOST_AUTO_TEST_CASE(an_unknown_plan_is_404_in_words_of_its_own) {
  Api api;
  for (auto const& id : {std::string("x"), fresh_uuid()}) {
    auto const response = api.send("GET", "/v1/triage_tool/" + id);
    BOOST_TEST(response.status == 404);
    BOOST_TEST(explanation(response) == "Triage data for plan " + id + " not found");
  }
}

BOOST_AUTO_TEST_CASE(credentials_are_asked_for_and_the_store_may_be_down) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  BOOST_TEST(api.send_plain("GET", "/v1/triage_tool/" + id, {}).status == 401);
  api.world.store.down = true;
  BOOST_TEST(api.send("GET", "/v1/triage_tool").status == 503);
  BOOST_TEST(api.send("GET", "/v1/triage_tool/" + id).status == 503);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
