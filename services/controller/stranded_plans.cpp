#include "services/controller/stranded_plans.hpp"

#include "core/model/status.hpp"

namespace conductor::services::controller {

namespace {

using namespace std::chrono_literals;

constexpr auto period = 30s, patience = 30s;
constexpr std::size_t page_size = 200;

}  // namespace

StrandedPlans::StrandedPlans(store::Plans& plans, sdk::Clock& clock, sdk::Log& log)
    : plans_(plans), orders_(plans, clock, log), clock_(clock), log_(log), timers_(clock) {}

void StrandedPlans::start() {
  told_ = plans_.notifier().subscribe(std::string(sdk::tables::plans.name),
                                      {.changed =
                                           [this](sdk::Row const& row) {
                                             if (row.text("status") == model::status::waiting_spinup) wake();
                                           },
                                       .look = [this] { wake(); }});
}

void StrandedPlans::stop() {
  told_ = {};
  stop_.request_stop();
  timers_.stop();
}

sdk::Call StrandedPlans::call() const {
  return {.deadline = clock_.now() + patience, .cancelled = stop_.get_token(), .request_id = "stranded"};
}

void StrandedPlans::wake() {
  std::lock_guard const lock(mutex_);
  if (std::exchange(armed_, true)) return;
  timers_.at(clock_.now() + period, [this] {
    {
      std::lock_guard const relock(mutex_);
      armed_ = false;
    }
    look();
  });
}

void StrandedPlans::look() {
  std::map<std::string, sdk::Version> waiting;
  std::vector<std::string> as_before;
  std::optional<std::string> cursor;
  do {
    auto page = plans_.store().list(call(), sdk::tables::plans.name,
                                    {{"status", std::string(model::status::waiting_spinup)}}, cursor, page_size);
    if (!page) return wake();
    for (auto const& row : page.value.rows) {
      waiting.emplace(row.id, row.version);
      auto const before = waiting_.find(row.id);
      if (before != waiting_.end() && before->second == row.version) as_before.push_back(row.id);
    }
    cursor = std::move(page.value.cursor);
  } while (cursor);
  waiting_ = std::move(waiting);
  if (!waiting_.empty()) wake();
  if (as_before.empty()) return;
  auto const sent = orders_.send_on(call(), as_before);
  if (!sent && !stop_.stop_requested())
    log_.warning("plans that wait for a spin-up cannot be looked after: " + sent.error().text);
}

}  // namespace conductor::services::controller
