#include "services/api/plan_list.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <tuple>

namespace conductor::services::api {

namespace {

using sdk::Result;
using store::Plan;

using Place = store::Plans::Place;
Place place_of(Plan const& plan) { return {plan.created_ms, plan.id}; }

struct Scope {
  sdk::Call const& call;
  store::Plans& plans;
  sdk::Clock& clock;
  std::string status;           // empty: all
  std::optional<Place> marker;  // the list begins after it, in its own direction
  std::int64_t since_ms = 0;
  std::size_t wanted = 1;  // plans that are probably needed

  Result<store::Plans::Listed> page(std::string const& after, std::size_t limit) const {
    if (auto const late = call.expired(clock)) return *late;
    return plans.list(call, status, after, limit);
  }
};

// The plans of one status in one direction, one after the other.
class Source {
 public:
  explicit Source(Scope scope) : scope_(std::move(scope)) {}
  virtual ~Source() = default;
  Source(Source const&) = delete;
  Source& operator=(Source const&) = delete;

  // Makes `front` the next plan; null at the end.
  Result<void> advance() {
    while (found_.empty() && !at_end_)
      if (auto filled = fill(); !filled) return filled;
    front_.reset();
    if (found_.empty()) return {};
    front_ = std::move(found_.front());
    found_.pop_front();
    return {};
  }
  std::optional<Plan>& front() { return front_; }

 protected:
  // Puts plans into found_, or finds that there are no more.
  virtual Result<void> fill() = 0;

  Scope const scope_;
  std::deque<Plan> found_;
  bool at_end_ = false;

 private:
  std::optional<Plan> front_;
};

class OldestFirst final : public Source {
 public:
  explicit OldestFirst(Scope scope) : Source(std::move(scope)) {
    Place const begin{scope_.since_ms, ""};
    auto const& at = scope_.marker && *scope_.marker > begin ? *scope_.marker : begin;
    cursor_ = sdk::list_position(at.first, at.second);
  }

 private:
  Result<void> fill() override {
    auto listed = scope_.page(cursor_, scope_.wanted);
    if (!listed) return listed.error();
    std::move(listed->plans.begin(), listed->plans.end(), std::back_inserter(found_));
    at_end_ = !listed->cursor;
    if (listed->cursor) cursor_ = std::move(*listed->cursor);
    return {};
  }

  std::string cursor_;
};

// The store's lists cannot be read backwards. So a time is looked for from which on there are enough plans but not many
// more: first in steps that grow into the past, then by halving. Each try reads one page that is a small multiple of
// what is wanted.
class NewestFirst final : public Source {
 public:
  explicit NewestFirst(Scope scope) : Source(std::move(scope)), end_(scope_.marker) {
    tried_ = std::min(scope_.wanted * 4, largest_page);
    wanted_ = std::max<std::size_t>(tried_ / 4, 1);
  }

 private:
  static constexpr std::int64_t first_step_ms = 60'000, growth = 16;

  struct Window {
    std::vector<Plan> plans;  // from its begin up to end_
    bool cut = false;         // there are more
  };
  bool before_end(Place const& place) const { return !end_ || place < *end_; }

  Result<Window> look(std::int64_t begin_ms) const {
    auto listed = scope_.page(sdk::list_position(begin_ms, ""), tried_);
    if (!listed) return listed.error();
    Window window;
    auto& plans = listed->plans;
    window.cut = listed->cursor && before_end(listed->last);
    std::erase_if(plans, [&](Plan const& plan) { return !before_end(place_of(plan)); });
    window.plans = std::move(plans);
    return window;
  }

  Result<void> fill() override {
    auto const end_ms = end_ ? end_->first : scope_.clock.wall_ms();
    std::int64_t few_ms = end_ms + 1, many_ms = -1;  // begins of windows with too few plans, and with too many
    std::vector<Plan> few;
    for (auto step = first_step_ms; few_ms > scope_.since_ms && few_ms - many_ms > 1;) {
      auto begin_ms = many_ms + (few_ms - many_ms) / 2;
      if (many_ms < 0) {
        begin_ms = std::max(scope_.since_ms, end_ms - step);
        step *= growth;
      }
      auto window = look(begin_ms);
      if (!window) return window.error();
      if (window->cut) {
        many_ms = begin_ms;
        continue;
      }
      few_ms = begin_ms;
      few = std::move(window->plans);
      if (few.size() >= wanted_) break;
    }
    // All of one millisecond, and too many for a page.
    if (few.empty() && many_ms >= 0) return walk(many_ms);
    take(std::move(few));
    at_end_ = few_ms <= scope_.since_ms;
    return {};
  }

  // Reads the window page by page for its last plans.
  Result<void> walk(std::int64_t begin_ms) {
    std::deque<Plan> last;
    std::optional<std::string> cursor = sdk::list_position(begin_ms, "");
    for (bool inside = true; cursor && inside;) {
      auto listed = scope_.page(*cursor, largest_page);
      if (!listed) return listed.error();
      for (auto& plan : listed->plans) {
        if (!before_end(place_of(plan))) break;
        last.push_back(std::move(plan));
        if (last.size() > tried_) last.pop_front();
      }
      inside = before_end(listed->last);
      cursor = std::move(listed->cursor);
    }
    take({std::make_move_iterator(last.begin()), std::make_move_iterator(last.end())});
    // A window whose plans have all gone meanwhile must not be looked at for ever.
    if (found_.empty()) end_ = Place{begin_ms, ""};
    return {};
  }

  void take(std::vector<Plan> plans) {
    if (plans.empty()) return;
    end_ = place_of(plans.front());
    for (auto plan = plans.rbegin(); plan != plans.rend(); ++plan) found_.push_back(std::move(*plan));
  }

  std::optional<Place> end_;  // what is still to be found stands before it; none: everything
  std::size_t wanted_ = 1, tried_ = 1;
};

using Sources = std::vector<std::unique_ptr<Source>>;

Result<Sources> open(sdk::Call const& call, store::Plans& plans, sdk::Clock& clock, ListQuery const& query) {
  Scope scope{
      call, plans, clock, "", std::nullopt, query.since_ms.value_or(0), query.name ? largest_page : query.limit};
  if (!query.marker.empty()) {
    auto const marker = plans.get(call, query.marker);
    if (!marker && marker.error().code == sdk::Errc::not_found)
      return sdk::Error{sdk::Errc::invalid,
                        "Query parameter marker must be the id of a plan in the list, got " + query.marker};
    if (!marker) return marker.error();
    scope.marker = place_of(*marker);
  }
  Sources sources;
  auto const add = [&](std::string const& status) {
    scope.status = status;
    if (query.newest_first)
      sources.push_back(std::make_unique<NewestFirst>(scope));
    else
      sources.push_back(std::make_unique<OldestFirst>(scope));
  };
  if (query.statuses.empty()) add("");
  for (auto const& status : query.statuses) add(status);
  return sources;
}

// The source whose front comes next; null when all are at their end.
Source* next_of(Sources const& sources, bool newest_first) {
  Source* next = nullptr;
  for (auto const& source : sources) {
    if (!source->front()) continue;
    if (next == nullptr || (place_of(*source->front()) < place_of(*next->front())) != newest_first) next = source.get();
  }
  return next;
}

}  // namespace

Result<std::vector<Plan>> list_plans(sdk::Call const& call, store::Plans& plans, sdk::Clock& clock,
                                     ListQuery const& query) {
  auto sources = open(call, plans, clock, query);
  if (!sources) return sources.error();
  std::vector<Plan> page;
  std::set<std::string> seen;  // a plan that changes its status meanwhile may stand in two lists
  // Moved on only when another plan is needed: it may cost a page.
  std::vector<Source*> behind;
  for (auto const& source : *sources) behind.push_back(source.get());
  while (page.size() < query.limit) {
    for (auto* const source : behind)
      if (auto moved = source->advance(); !moved) return moved.error();
    auto* const source = next_of(*sources, query.newest_first);
    if (source == nullptr) break;
    auto& plan = *source->front();
    if ((!query.name || plan.name == *query.name) && seen.insert(plan.id).second) page.push_back(std::move(plan));
    behind = {source};
  }
  return page;
}

}  // namespace conductor::services::api
