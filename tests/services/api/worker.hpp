// What workers write into plans, without workers.
#pragma once
#include "core/store/rows.hpp"
#include "fixture.hpp"

namespace conductor::services::api::test {

// A change of a plan's row as another process would make it: columns, and documents that are not null.
inline void put(Api& api, std::string const& id, sdk::Values values,
                std::map<std::string, json::value> const& documents = {}) {
  for (auto const& [column, content] : documents)
    if (!content.is_null()) values[column] = api.plans.put_document(api.world.call(), id, column, content).value();
  auto const row = api.world.store.get(api.world.call(), "plans", id, sdk::Strength::strong);
  BOOST_REQUIRE(row);
  sdk::Expect expect;
  expect.version = row.value.version;
  BOOST_REQUIRE(
      api.world.store.update(api.world.call(), "plans", id, values, expect, sdk::random_id(), sdk::Durability::full));
}

// The next status, with its entry in the history.
inline void move_to(Api& api, std::string const& id, std::string const& status, std::string const& message = "",
                    std::map<std::string, json::value> const& documents = {}) {
  auto const plan = api.plans.get(api.world.call(), id);
  BOOST_REQUIRE(plan.has_value());
  auto history = store::with_transition(plan->row.list("history"),
                                        {.status = status, .owner = "worker", .at_ms = api.world.clock().wall_ms()});
  put(api, id, {{"status", status}, {"message", message}, {"history", std::move(history)}}, documents);
}

inline json::object plan_in(http::Response const& response) {
  auto const plans = body_of(response).at("plans").as_array();
  BOOST_REQUIRE(plans.size() == 1U);
  return plans[0].as_object();
}

}  // namespace conductor::services::api::test
