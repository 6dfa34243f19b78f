// The last operations of a row in one text, latest first, separated by blanks: what makes a repeated mutation harmless
// (store contract INS-4, AMB-5). For stores that keep such a text beside each row. Operations are consecutive, so the
// place in the list tells the version that each made.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::sdk {

// How many mutations ago the row saw this operation.
inline std::optional<std::int64_t> op_age(std::string_view ops, std::string_view op) {
  for (std::int64_t age = 0; !ops.empty(); ++age) {
    auto const end = ops.find(' ');
    if (ops.substr(0, end) == op) return age;
    ops.remove_prefix(end == std::string_view::npos ? ops.size() : end + 1);
  }
  return std::nullopt;
}

// The list with one more operation, of which `most` are kept.
inline std::string with_op(std::string_view ops, std::string_view op, std::size_t most) {
  std::string result(op);
  for (std::size_t kept = 1; kept < most && !ops.empty(); ++kept) {
    auto const end = ops.find(' ');
    result.append(1, ' ').append(ops.substr(0, end));
    ops.remove_prefix(end == std::string_view::npos ? ops.size() : end + 1);
  }
  return result;
}

inline std::int64_t count_ops(std::string_view ops) {
  return ops.empty() ? 0 : std::count(ops.begin(), ops.end(), ' ') + 1;
}

}  // namespace conductor::sdk
