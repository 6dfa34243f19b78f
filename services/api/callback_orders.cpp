#include "services/api/callback_orders.hpp"

#include "core/store/rows.hpp"

#include <charconv>

namespace conductor::services::api {

namespace json = boost::json;

namespace {

constexpr auto& table = sdk::tables::deliveries;

std::string text_in(json::value const& extras, std::string_view key) {
  auto const* object = extras.if_object();
  auto const* callback = object == nullptr ? nullptr : object->if_contains(callback_key);
  auto const* text = callback == nullptr || !callback->is_object() ? nullptr : callback->as_object().if_contains(key);
  return text == nullptr || !text->is_string() ? std::string() : std::string(text->as_string());
}

}  // namespace

std::string to_text(CallbackProgress const& progress) {
  return (progress.all_events ? "all/" : "final/") + std::to_string(progress.told);
}

CallbackProgress progress_from(std::string_view text) {
  CallbackProgress progress{.all_events = text.starts_with("all/")};
  text.remove_prefix(std::min(text.find('/') + 1, text.size()));
  std::from_chars(text.data(), text.data() + text.size(), progress.told);
  return progress;
}

std::string order_in(json::value const& extras) { return text_in(extras, "order"); }
std::string base_in(json::value const& extras) { return text_in(extras, "base"); }

sdk::Result<std::optional<std::string>> CallbackOrders::place(sdk::Call const& call, PlanRequest const& wanted,
                                                              std::string const& base, json::value& extras) const {
  auto const& config = context_.config.callbacks;
  auto const& url = wanted.callback_url.empty() ? config.url : wanted.callback_url;
  if (url.empty()) return std::optional<std::string>();
  auto id = wanted.plan.id + "/" + sdk::random_id();
  sdk::Values const values{{"plan_id", wanted.plan.id},
                           {"event", to_text({.all_events = config.all_events})},
                           {"state", std::string(delivery_state::waiting)},
                           {"url", url}};
  auto const op = sdk::random_id();
  store::Notifier::Writing writing(context_.plans.notifier(), std::string(table.name), id, 1);
  auto const written = context_.plans.store().insert(call, table.name, id, values, op, sdk::Durability::relaxed);
  if (!written) return store::error_of(written.outcome, written.text, "place the callback order of the plan");
  writing.done(store::inserted_row(table, id, values, written.version, context_.clock.wall_ms(), op));
  auto& object = extras.is_object() ? extras.as_object() : extras.emplace_object();
  object[callback_url_key] = url;
  object[callback_key] = json::object{{"order", id}, {"base", base}};
  return std::optional(std::move(id));
}

void CallbackOrders::withdraw(sdk::Call const& call, std::optional<std::string> const& order) const {
  if (!order) return;
  auto const row = context_.plans.store().get(call, table.name, *order);
  if (!row) return;
  sdk::Expect expect;
  expect.version = row.value.version;
  if (context_.plans.store().remove(call, table.name, *order, expect, sdk::random_id(), sdk::Durability::relaxed))
    context_.plans.notifier().removed(std::string(table.name), *order);
}

}  // namespace conductor::services::api
