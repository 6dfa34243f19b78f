// The plans of a stage that wait for a claim, as this process last saw them: oldest first, some not before a time.
#pragma once
#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/store.hpp"

#include <map>
#include <optional>
#include <string>

namespace conductor::workflow {

// Not thread-safe: its owner's lock covers it.
class Waiting {
 public:
  // At most `limit` are kept, the oldest; the rest is found by listing again.
  explicit Waiting(std::size_t limit = 1000) : limit_(limit) {}

  // Adds the plan or brings what is known of it up to date; older news than ours is ignored.
  void put(sdk::Row row);
  // Forgets the plan unless what is known is newer than `row`.
  void drop(sdk::Row const& row);
  void drop(std::string const& id);
  // The oldest plan that may be tried now and is not in `busy`, taken out.
  template <class Busy>
  std::optional<sdk::Row> take(sdk::Time now, Busy const& busy) {
    std::erase_if(not_before_, [&](auto const& entry) { return entry.second <= now; });
    for (auto place = rows_.begin(); place != rows_.end(); ++place) {
      if (not_before_.contains(place->second.id) || busy.contains(place->second.id)) continue;
      auto row = std::move(place->second);
      places_.erase(row.id);
      rows_.erase(place);
      return row;
    }
    return std::nullopt;
  }
  // The plan is not taken before `when`.
  void delay(std::string const& id, sdk::Time when) { not_before_[id] = when; }

  bool empty() const { return rows_.empty(); }
  bool contains(std::string const& id) const { return places_.contains(id); }
  std::size_t size() const { return rows_.size(); }
  // True once when rows were left out for lack of room.
  bool overflowed() { return std::exchange(overflowed_, false); }

 private:
  using Place = std::pair<std::int64_t, std::string>;  // created_ms, id
  bool is_old_news(sdk::Row const& row) const;

  std::size_t const limit_;
  std::map<Place, sdk::Row> rows_;
  std::map<std::string, Place> places_;
  std::map<std::string, sdk::Time> not_before_;
  bool overflowed_ = false;
};

// Whether `a` describes an earlier state of the row than `b`, both of one life of it.
inline bool is_older(sdk::Row const& a, sdk::Row const& b) {
  return a.version.incarnation == b.version.incarnation && a.version.number < b.version.number;
}

}  // namespace conductor::workflow
