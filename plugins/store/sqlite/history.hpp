// The last operations of a row, kept in its column `ops`.
#pragma once
#include "conductor/sdk/op_list.hpp"

namespace conductor::plugins::sqlite {

inline constexpr std::size_t kept_ops = 12;

// Between the operation of a multi and the number of its step; in no operation that a caller gives.
inline constexpr char step_mark = '\x1F';

inline std::string_view latest_op(std::string_view ops) {
  ops = ops.substr(0, ops.find(' '));
  return ops.substr(0, ops.find(step_mark));
}

using sdk::op_age;

inline std::string with_op(std::string_view ops, std::string_view op) { return sdk::with_op(ops, op, kept_ops); }

}  // namespace conductor::plugins::sqlite
