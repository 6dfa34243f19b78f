#include "services/reservation/role.hpp"

#include "core/workflow/component.hpp"
#include "services/reservation/reserve.hpp"

namespace conductor::services::reservation {

namespace {

void declare(config::Catalogue& catalogue) {
  sdk::Schema schema("reservation");
  schema.integer("workers", "Plans worked on at once.").default_to(1).at_least(1);
  schema.integer("reserve_retries", "Attempts for each call that reserves or releases.").default_to(3).at_least(1);
  schema
      .integer(
          "timeout",
          "Longest time in seconds that a living worker keeps one plan; then it cancels the work and hands the plan "
          "back.")
      .default_to(600)
      .at_least(1);
  schema
      .boolean("concurrent",
               "Several reservation services are active. Claims have leases, so this only decides whether stale claims "
               "are taken over at start.")
      .default_to(false);
  schema.integer("max_reservation_counter", "Attempts per plan.")
      .default_to(static_cast<int>(workflow::stages::reservation.max_counter))
      .at_least(1);
  catalogue.add(schema);
}

std::unique_ptr<kernel::Component> make(kernel::Context& context) {
  auto const& settings = context.config.section("reservation");
  return workflow::run_stage(context, workflow::stages::reservation,
                             std::make_unique<Reserve>(context.plans, context.rpc),
                             {.workers = static_cast<std::size_t>(settings.integer("workers")),
                              .max_counter = settings.integer("max_reservation_counter"),
                              .timeout = settings.seconds("timeout")});
}

}  // namespace

kernel::Role const& role() {
  static kernel::Role const reservation{.name = "reservation",
                                        .summary = "has the chosen resources reserved by the service controllers",
                                        .plugin_kinds = {},
                                        .declare = declare,
                                        .make = make};
  return reservation;
}

}  // namespace conductor::services::reservation
