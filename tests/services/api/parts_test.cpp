// Explanation, why-not and reservations of a plan (API specification 19.2).
#include "core/store/document.hpp"
#include "services/api/request_values.hpp"
#include "worker.hpp"

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_parts)

namespace {

json::object explained(std::string const& id) {
  return {{"plan_id", id},
          {"solver_info", json::array()},
          {"demands",
           json::object{{"fw", json::object{{"resolved", 3}, {"funnel", json::array()}, {"dropped", json::array()}}}}},
          {"status", "solved"}};
}

std::string solved_plan(Api& api) {
  auto const id = id_of(api.post(minimal()));
  move_to(api, id, "done", "", {{"explanation", explained(id)}});
  return id;
}

void attempt(Api& api, std::string const& plan, std::int64_t number, std::string const& state,
             json::value const& items = nullptr) {
  auto const id = plan + "/" + std::to_string(number);
  sdk::Values values{{"plan_id", plan},
                     {"attempt", number},
                     {"state", state},
                     {"digest", std::string("secret")},
                     {"claim", std::string("token")}};
  if (state == "ABORTED") values["cause"] = std::string("refused");
  if (!items.is_null())
    values["items"] =
        api.world.store
            .put_blob(api.world.call(), {"attempts", id, "items"}, store::encode_document(items), sdk::Durability::full)
            .value;
  BOOST_REQUIRE(
      api.world.store.insert(api.world.call(), "attempts", id, values, sdk::random_id(), sdk::Durability::full));
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_unknown_plan_has_no_parts) {
  Api api;
  for (auto const* part : {"explanation", "why-not?demand=fw&candidate=c", "reservations"})
    for (auto const& id : {std::string("x"), fresh_uuid()}) {
      auto const response = api.send("GET", "/v1/plans/" + id + "/" + part);
      BOOST_TEST(response.status == 404, part);
      BOOST_TEST(explanation(response) == "Plan " + id + " not found");
    }
  BOOST_TEST(api.bus.calls.empty());
}

BOOST_AUTO_TEST_CASE(the_explanation_is_what_the_solver_stored_with_the_status_of_now) {
  Api api;
  auto const id = solved_plan(api);
  auto const response = api.send("GET", "/v1/plans/" + id + "/explanation");
  BOOST_TEST(response.status == 200);
  auto wanted = explained(id);
  wanted["status"] = "done";
  BOOST_TEST(body_of(response) == wanted);
  BOOST_TEST(api.send("HEAD", "/v1/plans/" + id + "/explanation").status == 200);
}

BOOST_AUTO_TEST_CASE(before_the_solver_has_finished_there_is_no_explanation) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  for (auto const* part : {"/explanation", "/why-not?demand=fw&candidate=c"}) {
    for (auto const* status : {"template", "translating", "translated", "solving"}) {
      put(api, id, {{"status", std::string(status)}});
      auto const response = api.send("GET", "/v1/plans/" + id + part);
      BOOST_TEST(response.status == 409, status);
      BOOST_TEST(explanation(response) ==
                 "Plan " + id + " is in status " + status + "; the solver has not finished yet");
    }
    put(api, id, {{"status", std::string("error")}});
    auto const response = api.send("GET", "/v1/plans/" + id + part);
    BOOST_TEST(response.status == 409);
    BOOST_TEST(explanation(response) == "Plan " + id + " ended in error before the solver had a result");
  }
  // A plan that is solved once more has only the explanation of last time.
  put(api, id, {{"status", std::string("solving")}}, {{"explanation", explained(id)}});
  BOOST_TEST(api.send("GET", "/v1/plans/" + id + "/explanation").status == 409);
  BOOST_TEST(api.bus.calls.empty());
}

BOOST_AUTO_TEST_CASE(why_not_is_answered_by_the_solver) {
  Api api;
  auto const id = solved_plan(api);
  api.bus.answer = json::value(json::object{{"violated", json::array{"near"}}});
  auto const response = api.send("GET", "/v1/plans/" + id + "/why-not?demand=fw&candidate=region%2D9");
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.body == R"({"violated":["near"]})");
  BOOST_TEST(api.bus.calls == std::vector<std::string>{"solver.why_not"});
  BOOST_TEST(api.bus.args["solver.why_not"] ==
             (json::value{{"demand", "fw"}, {"candidate", "region-9"}, {"plan_id", id}}));
}

BOOST_AUTO_TEST_CASE(why_not_names_the_parameters_that_are_missing) {
  Api api;
  auto const id = solved_plan(api);
  for (auto const& [query, missing] :
       {std::pair{"", "demand and candidate"}, std::pair{"?demand=fw", "candidate"},
        std::pair{"?candidate=c", "demand"}, std::pair{"?demand=&candidate=c", "demand"}}) {
    auto const response = api.send("GET", "/v1/plans/" + id + "/why-not" + query);
    BOOST_TEST(response.status == 400, query);
    BOOST_TEST(explanation(response).starts_with("Query parameter " + std::string(missing) + " missing"));
  }
  BOOST_TEST(api.bus.calls.empty());
}

BOOST_AUTO_TEST_CASE(what_the_solver_cannot_answer_has_its_status) {
  Api api;
  auto const id = solved_plan(api);
  using sdk::Errc;
  for (auto const& [code, status] :
       {std::pair{Errc::not_found, 404}, std::pair{Errc::invalid, 400}, std::pair{Errc::conflict, 409},
        std::pair{Errc::timed_out, 503}, std::pair{Errc::unavailable, 503}, std::pair{Errc::internal, 500}}) {
    api.bus.answer = sdk::Error{code, "candidate c is unknown"};
    auto const response = api.send("GET", "/v1/plans/" + id + "/why-not?demand=fw&candidate=c");
    BOOST_TEST(response.status == status);
    BOOST_TEST((explanation(response) == "candidate c is unknown") == (status < 500));
    BOOST_TEST(header(response, "Retry-After").empty() == (status != 503));
  }
}

BOOST_AUTO_TEST_CASE(a_plan_without_reservations_has_no_attempts) {
  Api api;
  auto const response = api.send("GET", "/v1/plans/" + id_of(api.post(minimal())) + "/reservations");
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.body == R"({"attempts":[]})");
}

BOOST_AUTO_TEST_CASE(attempts_are_shown_in_order_without_digests_and_claims) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  auto const now = api.world.clock().wall_ms();
  attempt(api, id, 1, "ABORTED");
  attempt(api, id, 2, "COMMITTED",
          json::array{json::object{{"key", "k"}, {"state", "CONFIRMED"}, {"request digest", "x"}, {"name", "n"}}});
  // Of another plan, and so not told.
  attempt(api, fresh_uuid(), 1, "OPEN");
  auto const response = api.send("GET", "/v1/plans/" + id + "/reservations");
  BOOST_TEST(response.status == 200);
  BOOST_TEST(body_of(response) ==
             (json::object{
                 {"attempts",
                  json::array{json::object{{"attempt", 1},
                                           {"state", "ABORTED"},
                                           {"fencing", 0},
                                           {"created", now},
                                           {"updated", now},
                                           {"cause", "refused"},
                                           {"items", json::array()}},
                              json::object{{"attempt", 2},
                                           {"state", "COMMITTED"},
                                           {"fencing", 0},
                                           {"created", now},
                                           {"updated", now},
                                           {"items", json::array{json::object{
                                                         {"key", "k"}, {"state", "CONFIRMED"}, {"name", "n"}}}}}}}}));
}

BOOST_AUTO_TEST_CASE(more_attempts_than_fit_one_read_are_all_shown) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  for (int i = 1; i <= 40; ++i) attempt(api, id, i, "ABORTED");
  auto const body = body_of(api.send("GET", "/v1/plans/" + id + "/reservations"));
  auto const& attempts = body.at("attempts").as_array();
  BOOST_REQUIRE(attempts.size() == 40U);
  BOOST_TEST(attempts[39].at("attempt").as_int64() == 40);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_503) {
  Api api;
  auto const id = solved_plan(api);
  api.world.store.down = true;
  for (auto const* part : {"explanation", "why-not?demand=fw&candidate=c", "reservations"})
    BOOST_TEST(api.send("GET", "/v1/plans/" + id + "/" + part).status == 503, part);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
