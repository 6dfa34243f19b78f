// The part of the engine that runs on its pool: from an order to the next message, its claim, its POST and what comes
// of it.
#include "core/model/status.hpp"
#include "core/store/document.hpp"
#include "core/store/rows.hpp"
#include "services/api/delivery_engine.hpp"

#include <random>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Durability;
using sdk::Outcome;

namespace {

constexpr std::string_view table = sdk::tables::deliveries.name;
constexpr std::chrono::seconds store_pause{5}, store_time{30};

// A claim is held, so the lease beats.
class Beating {
 public:
  explicit Beating(work::Lease& lease) : lease_(lease) { lease_.held(); }
  ~Beating() { lease_.released(); }
  Beating(Beating const&) = delete;
  Beating& operator=(Beating const&) = delete;

 private:
  work::Lease& lease_;
};

double random_chance() {
  static thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

std::int64_t number_in(json::object const& body, std::string_view key) {
  auto const* number = body.if_contains(key);
  return number != nullptr && number->is_int64() ? number->as_int64() : 0;
}

std::string text_in(json::object const& body, std::string_view key) {
  auto const* text = body.if_contains(key);
  return text != nullptr && text->is_string() ? std::string(text->as_string()) : std::string();
}

bool is_last(json::object const& body) {
  auto const* plan = body.if_contains("plan");
  return plan == nullptr || !plan->is_object() || model::status::is_final(text_in(plan->as_object(), "status"));
}

}  // namespace

sdk::Call DeliveryEngine::background_call(std::string const& plan_id) const {
  return {.deadline = clock_.now() + store_time,
          .cancelled = stop_.get_token(),
          .request_id = "callback",
          .plan_id = plan_id};
}

void DeliveryEngine::examine(std::string const& id) {
  {
    std::lock_guard const lock(mutex_);
    if (draining_) return;
  }
  auto const row = store_.get(background_call(""), table, id);
  if (row.outcome == Outcome::not_found) return forget(id);
  if (!row || !lease_.may_act()) return wake_later(id, store_pause);
  auto const call = background_call(row.value.text("plan_id"));
  if (!may_take(call, row.value)) return;
  auto body = row.value.text("body").empty() ? next_body(call, row.value) : stored_body(call, row.value);
  if (!body) return;
  Beating const beating(lease_);
  if (auto const held = claim(call, row.value, std::move(*body))) settle(*held, post(*held));
}

bool DeliveryEngine::is_plan_gone(std::string const& id) {
  std::lock_guard const lock(mutex_);
  auto const found = known_.find(id);
  return found != known_.end() && found->second.plan_gone;
}

void DeliveryEngine::await_plan(std::string const& id, sdk::Duration longest) {
  wake_later(id, longest);
  std::lock_guard const lock(mutex_);
  if (auto const found = known_.find(id); found != known_.end()) found->second.plan_awaited = true;
}

// Not while another process holds it, nor before its time.
bool DeliveryEngine::may_take(sdk::Call const& call, sdk::Row const& row) {
  if (row.text("state") == delivery_state::sending) {
    // Our own is what a failed write left behind: nobody else in this process looks at this order now.
    auto const& holder = row.text("claim");
    if (sdk::claim_owner(holder) == lease_.id() || lease_.is_dead(call, holder)) return true;
    wake_later(row.id, claim_check);
    return false;
  }
  auto const early_ms = row.integer("not_before_ms") - clock_.wall_ms();
  if (early_ms <= 0) return true;
  // Bounded, since it depends on the clock of the machine that wrote it.
  wake_later(row.id, std::min<sdk::Duration>(std::chrono::milliseconds(early_ms), std::chrono::minutes(10)));
  return false;
}

std::optional<json::object> DeliveryEngine::stored_body(sdk::Call const& call, sdk::Row const& row) {
  auto const bytes = store_.get_blob(call, {std::string(table), row.id, "body"}, row.text("body"));
  if (bytes) {
    auto body = store::decode_document(bytes.value, "body of callback " + row.id);
    if (body && body->is_object()) return std::move(body->as_object());
  }
  log_.warning(call, "callback " + row.id + " cannot be read: " + bytes.text);
  wake_later(row.id, store_pause);
  return std::nullopt;
}

// What is to be told next; nothing when the plan has not come that far. An order whose plan is gone goes too.
std::optional<json::object> DeliveryEngine::next_body(sdk::Call const& call, sdk::Row const& row) {
  auto const later = [&]() -> std::optional<json::object> {
    wake_later(row.id, store_pause);
    return std::nullopt;
  };
  sdk::Expect as_read;
  as_read.version = row.version;
  auto const plan = plans_.get(call, row.text("plan_id"));
  if (!plan && plan.error().code != sdk::Errc::not_found) return later();
  if (!plan) {
    // The order is placed before its plan. One whose plan is not there later either has no use.
    bool const was_there = progress_from(row.text("event")).told > 0;
    auto const age_ms = clock_.wall_ms() - row.created_ms;
    auto const left = std::chrono::milliseconds(orphan_age) - std::chrono::milliseconds(age_ms);
    if (was_there || left.count() <= 0 || is_plan_gone(row.id))
      remove(call, row, as_read);
    else
      await_plan(row.id, std::min<std::chrono::milliseconds>(left, orphan_age));
    return std::nullopt;
  }
  auto const extras = plans_.document(call, *plan, "extras");
  if (!extras) return later();
  if (order_in(*extras) != row.id) {
    remove(call, row, as_read);
    return std::nullopt;
  }
  auto const transition = next_transition(*plan, progress_from(row.text("event")));
  if (!transition) return std::nullopt;
  auto const solution = plans_.document(call, *plan, "solution");
  auto const errors = plans_.document(call, *plan, "errors");
  if (!solution || !errors) return later();
  auto base = config_.server_url.empty() ? base_in(*extras) : config_.server_url;
  while (base.ends_with('/')) base.pop_back();
  return callback_body(row.id, *transition,
                       plan_document(*plan, *solution, *errors, base, config_.wire_compat, *extras));
}

std::optional<DeliveryEngine::Claimed> DeliveryEngine::claim(sdk::Call const& call, sdk::Row const& row,
                                                             json::object body) {
  auto generation = row.text("body");
  if (generation.empty()) {
    auto stored =
        store_.put_blob(call, {std::string(table), row.id, "body"}, store::encode_document(body), Durability::relaxed);
    if (!stored) {
      log_.warning(call, "callback " + row.id + " cannot be stored: " + stored.text);
      wake_later(row.id, store_pause);
      return std::nullopt;
    }
    generation = std::move(stored.value);
  }
  auto const token = sdk::claim_token(lease_.id());
  sdk::Values const set{{"state", std::string(delivery_state::sending)},
                        {"claim", token},
                        {"fencing", row.integer("fencing") + 1},
                        {"tries", row.integer("tries") + 1},
                        {"body", generation}};
  sdk::Expect as_read;
  as_read.version = row.version;
  auto const written = write(call, row, set, as_read, Durability::relaxed);
  if (written) return Claimed{store::updated_row(row, set, written.version, clock_.wall_ms()), std::move(body), token};
  // A conflict comes with news of the row; anything else is tried again.
  if (written.outcome != Outcome::conflict) wake_later(row.id, store_pause);
  return std::nullopt;
}

sdk::Result<void> DeliveryEngine::post(Claimed const& held) {
  auto const url = check_remote_url(held.row.text("url"), config_.remote);
  if (!url) return url.error();
  auto const text = json::serialize(held.body);
  sdk::HttpRequest request;
  request.method = "POST";
  request.target = url->target;
  request.headers = callback_headers(text_in(held.body, "delivery"), clock_.wall_ms(), text, config_.secret);
  request.body = text;
  auto call = background_call(held.row.text("plan_id"));
  call.deadline = clock_.now() + post_time;
  auto const reply = clients_(url->base).send(call, request);
  if (!reply) return reply.error();
  if (reply->status / 100 == 2) return {};
  return sdk::Error{sdk::Errc::unavailable, "the receiver answered status " + std::to_string(reply->status)};
}

// What happens to the order after a try, successful or not.
void DeliveryEngine::settle(Claimed const& held, sdk::Result<void> const& posted) {
  auto const call = [&] {
    auto own = background_call(held.row.text("plan_id"));
    own.cancelled = {};
    return own;
  }();
  sdk::Expect ours;
  ours.claim = held.token;
  auto const tries = held.row.integer("tries");
  auto const age_ms = clock_.wall_ms() - number_in(held.body, "at");
  bool const given_up = !posted && age_ms > std::chrono::milliseconds(give_up).count();
  if (given_up)
    log_.error(call, "a callback is given up after " + std::to_string(tries) + " tries: " + posted.error().text);
  else if (!posted)
    log_.warning(call, "a callback failed, try " + std::to_string(tries) + ": " + posted.error().text);
  if ((posted || given_up) && is_last(held.body)) return remove(call, held.row, ours);
  sdk::Values set{{"state", std::string(delivery_state::waiting)}, {"claim", std::string()}};
  if (posted || given_up) {
    auto progress = progress_from(held.row.text("event"));
    progress.told = number_in(held.body, "seq");
    set["event"] = to_text(progress);
    set["tries"] = std::int64_t{0};
    set["not_before_ms"] = std::int64_t{0};
    set["body"] = std::string();
  } else {
    auto const pause = callback_pause(tries, config_.chance ? config_.chance() : random_chance());
    set["not_before_ms"] = clock_.wall_ms() + pause.count();
  }
  if (auto const written = write(call, held.row, set, ours, Durability::relaxed);
      !written && written.outcome != Outcome::conflict && written.outcome != Outcome::not_found)
    wake_later(held.row.id, claim_check);
}

sdk::Written DeliveryEngine::write(sdk::Call const& call, sdk::Row const& row, sdk::Values const& set,
                                   sdk::Expect const& expect, Durability durability) {
  store::Notifier::Writing writing(plans_.notifier(), std::string(table), row.id, row.version.number + 1);
  auto written = store_.update(call, table, row.id, set, expect, sdk::random_id(), durability);
  if (written) writing.done(store::updated_row(row, set, written.version, clock_.wall_ms()));
  return written;
}

void DeliveryEngine::remove(sdk::Call const& call, sdk::Row const& row, sdk::Expect const& expect) {
  auto const removed = store_.remove(call, table, row.id, expect, sdk::random_id(), Durability::relaxed);
  if (removed || removed.outcome == Outcome::not_found)
    plans_.notifier().removed(std::string(table), row.id);
  else if (removed.outcome != Outcome::conflict)
    wake_later(row.id, claim_check);
}

}  // namespace conductor::services::api
