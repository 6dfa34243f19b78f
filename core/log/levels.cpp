// A look-up per logger and configuration, not per line.
#include "core/log/levels.hpp"

namespace conductor::log {

std::optional<int> threshold(std::string_view level_name) {
  std::string name;
  for (char const c : level_name) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (name == "DEBUG" || name == "NOTSET") return static_cast<int>(sdk::Level::debug);
  if (name == "INFO") return static_cast<int>(sdk::Level::info);
  if (name == "WARN" || name == "WARNING") return static_cast<int>(sdk::Level::warning);
  if (name == "ERROR") return static_cast<int>(sdk::Level::error);
  if (name == "CRITICAL" || name == "FATAL") return silent;
  return std::nullopt;
}

sdk::Result<Levels> Levels::parse(bool debug, std::vector<std::string> const& pairs) {
  Levels out;
  if (debug) out.general_ = static_cast<int>(sdk::Level::debug);
  for (auto const& pair : pairs) {
    auto const equals = pair.find('=');
    auto const level = threshold(equals == pair.npos ? "" : pair.substr(equals + 1));
    if (equals == 0 || !level)
      return sdk::Error{sdk::Errc::invalid, "[DEFAULT] default_log_levels: '" + pair +
                                                "' is not name=LEVEL with DEBUG, INFO, WARNING, ERROR or CRITICAL"};
    out.named_[pair.substr(0, equals)] = *level;
  }
  return out;
}

int Levels::of(std::string_view logger) const {
  for (auto name = logger; !name.empty();) {
    if (auto const found = named_.find(name); found != named_.end()) return found->second;
    auto const parent = name.find_last_of("/.");
    name = parent == name.npos ? std::string_view{} : name.substr(0, parent);
  }
  return general_;
}

}  // namespace conductor::log
