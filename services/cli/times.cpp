#include "services/cli/times.hpp"

#include <cmath>
#include <cstdio>
#include <ctime>

namespace conductor::cli {

std::string date_of(std::int64_t ms) {
  std::time_t const seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return std::to_string(ms);
  char text[64];
  auto const size = std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
  return {text, size};
}

std::string number_text(double number) {
  char text[400];
  int const size = std::snprintf(text, sizeof(text), "%.4f", number);
  std::string result(text, static_cast<std::size_t>(size));
  result.erase(result.find_last_not_of('0') + 1);
  if (result.back() == '.') result.pop_back();
  return result == "-0" ? "0" : result;
}

std::string span_of(double ms) {
  if (ms < 1000) return number_text(std::round(ms)) + " ms";
  if (ms < 60'000) return number_text(std::round(ms / 100) / 10) + " s";
  auto const seconds = static_cast<std::int64_t>(std::llround(ms / 1000));
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

}  // namespace conductor::cli
