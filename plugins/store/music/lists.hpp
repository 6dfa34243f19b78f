// Lists in pages, of a backend that gives all rows of an index value at once, in no order.
#pragma once
#include "rows.hpp"

namespace conductor::plugins::music {

// Thread-safe.
class Lists {
 public:
  explicit Lists(Rows& rows, sdk::Clock& clock) : rows_(rows), clock_(clock) {}
  sdk::Read<sdk::Page> page(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where,
                            std::optional<std::string> const& after, std::size_t limit);
  sdk::Read<std::int64_t> count(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where);
  // Whether `after` is a place in a list.
  static bool is_position(std::optional<std::string> const& after);

 private:
  using Whole = std::shared_ptr<std::vector<sdk::Row> const>;
  sdk::Read<Whole> whole(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where, bool may_be_kept);

  Rows& rows_;
  sdk::Clock& clock_;
  struct Kept {
    std::string table;
    sdk::Values where;
    Whole rows;
    sdk::Time at{};
  };
  std::mutex mutex_;
  Kept kept_;  // the last list, for its further pages
};

}  // namespace conductor::plugins::music
