// Which logger writes from which level on: [DEFAULT] debug and default_log_levels.
#pragma once
#include "conductor/sdk/host.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::log {

// A threshold above every level: nothing is written.
constexpr int silent = 4;

// The threshold that a level's name means (DEBUG, INFO, WARN, WARNING, ERROR, CRITICAL, FATAL, any case); CRITICAL is
// above all levels that exist here.
std::optional<int> threshold(std::string_view level_name);

class Levels {
 public:
  // `pairs` are `name=LEVEL`. `invalid` for anything else.
  static sdk::Result<Levels> parse(bool debug, std::vector<std::string> const& pairs);
  // The pair with the longest name that is the logger's or one of its parents' (`store` of `store/sqlite`, `a` of
  // `a.b`) decides; without one, INFO or DEBUG.
  int of(std::string_view logger) const;

 private:
  int general_ = static_cast<int>(sdk::Level::info);
  std::map<std::string, int, std::less<>> named_;
};

}  // namespace conductor::log
