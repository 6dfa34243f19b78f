// The last operations of a row, kept in its column `ops`, latest first, separated by blanks: what makes a repeated
// mutation harmless (INS-4, AMB-5). Operations are consecutive, so the position tells the version that each made.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::plugins::sqlite {

inline constexpr std::size_t kept_ops = 12;

// Between the operation of a multi and the number of its step; in no operation that a caller gives.
inline constexpr char step_mark = '\x1F';

inline std::string_view latest_op(std::string_view ops) {
  ops = ops.substr(0, ops.find(' '));
  return ops.substr(0, ops.find(step_mark));
}

// How many mutations ago the row saw this operation.
inline std::optional<std::int64_t> op_age(std::string_view ops, std::string_view op) {
  for (std::int64_t age = 0; !ops.empty(); ++age) {
    auto const end = ops.find(' ');
    if (ops.substr(0, end) == op) return age;
    ops.remove_prefix(end == std::string_view::npos ? ops.size() : end + 1);
  }
  return std::nullopt;
}

inline std::string with_op(std::string_view ops, std::string_view op) {
  std::size_t end = 0, kept = 1;
  while (kept < kept_ops && end < ops.size()) {
    auto const next = ops.find(' ', end);
    end = next == std::string_view::npos ? ops.size() : next + 1;
    ++kept;
  }
  std::string result(op);
  ops = ops.substr(0, end);
  if (!ops.empty()) result.append(" ").append(ops.substr(0, ops.find_last_not_of(' ') + 1));
  return result;
}

}  // namespace conductor::plugins::sqlite
