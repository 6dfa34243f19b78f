#include "store_reader.hpp"

#include "core/http/client.hpp"
#include "core/kernel/setup.hpp"
#include "core/log/log.hpp"
#include "core/metrics/metrics.hpp"
#include "core/work/system_clock.hpp"

#include <array>
#include <stdexcept>

namespace conductor::chaos {

namespace {

constexpr std::size_t page_size = 500;

template <class T>
T taken(sdk::Result<T>&& result) {
  if (!result) throw std::runtime_error("the store cannot be read: " + result.error().text);
  return std::move(*result);
}

}  // namespace

std::vector<PlanHistory> read_histories(std::filesystem::path const& configuration) {
  // A role without options or plugins of its own: only the store is loaded.
  static kernel::Role const nobody{
      .name = "reader", .summary = "", .plugin_kinds = {}, .declare = [](config::Catalogue&) {}, .make = nullptr};
  std::array<kernel::Role const*, 1> const chosen{&nobody};
  config::Sources sources;
  sources.files = {configuration};
  sources.environment = false;
  work::SystemClock clock;
  auto setup = taken(kernel::set_up(std::span(&nobody, 1), chosen, sources));
  metrics::Registry metrics;
  auto const clients = http::make_client_pool(clock, log::named("reader"));
  auto const plugins =
      taken(plugin::create_all(setup.libraries, {.config = setup.loaded.config,
                                                 .clock = clock,
                                                 .clients = *clients,
                                                 .metrics = metrics,
                                                 .state_path = taken(kernel::usable_state_path(setup.loaded.config))}));
  sdk::Call const call{.deadline = clock.now() + std::chrono::minutes(2)};
  if (auto const started = plugins->start(call); !started) throw std::runtime_error(started.error().text);
  std::vector<PlanHistory> found;
  std::optional<std::string> cursor;
  do {
    auto page = plugins->store()->list(call, "plans", {}, cursor, page_size);
    if (!page) throw std::runtime_error("the plans cannot be listed: " + page.text);
    for (auto const& row : page.value.rows)
      found.push_back({.plan = row.id,
                       .status = row.text("status"),
                       .fencing = row.integer("fencing"),
                       .entries = entries_of(row.list("history"))});
    cursor = std::move(page.value.cursor);
  } while (cursor);
  return found;
}

}  // namespace conductor::chaos
