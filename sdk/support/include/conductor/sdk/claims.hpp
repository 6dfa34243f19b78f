// Claims: how work on a row is owned, on every store alike, as conditional updates (contract OWN-*). A claim token is
// `<worker id>/<nonce>`; `fencing` grows with every change of owner. Used by core and by the conformance suite. Who may
// have to repeat a step after a doubtful outcome names its `op`.
#pragma once
#include "conductor/sdk/store.hpp"

#include <random>

namespace conductor::sdk {

// 128 random bits in hex: operation ids, incarnations, generations, nonces.
inline std::string random_id() {
  static thread_local std::random_device device;
  constexpr std::string_view hex = "0123456789abcdef";
  std::string id(32, '0');
  for (std::size_t i = 0; i < id.size(); i += 8) {
    auto word = static_cast<std::uint32_t>(device());
    for (std::size_t j = 0; j < 8; ++j, word >>= 4U) id[i + j] = hex[word & 15U];
  }
  return id;
}

struct ClaimStep {
  std::string_view table;
  std::string from, to;  // values of `status`
  Values set;            // further columns
};

inline std::string claim_token(std::string_view worker) { return std::string(worker) + "/" + random_id(); }
// The worker id inside a token.
inline std::string_view claim_owner(std::string_view token) { return token.substr(0, token.rfind('/')); }

// What changes when `row` gets another owner.
inline Values owned_anew(Row const& row, ClaimStep const& step, std::string const& token) {
  Values set = step.set;
  set["status"] = step.to;
  set["claim"] = token;
  set["fencing"] = row.integer("fencing") + 1;
  return set;
}

// Takes `row`, as it was read, for `token`. conflict: somebody else won.
inline Written claim(Store& store, Call const& call, Row const& row, ClaimStep const& step, std::string const& token,
                     Durability durability = Durability::relaxed, std::string const& op = random_id()) {
  Expect expect;
  expect.version = row.version;
  expect.columns["status"] = step.from;
  return store.update(call, step.table, row.id, owned_anew(row, step, token), expect, op, durability);
}

// Ends a claim with a result, or hands the row back; only while `token` still holds it.
inline Written complete(Store& store, Call const& call, std::string_view id, ClaimStep const& step,
                        std::string const& token, Durability durability = Durability::full,
                        std::string const& op = random_id()) {
  Values set = step.set;
  set["status"] = step.to;
  set["claim"] = std::string();
  Expect expect;
  expect.claim = token;
  expect.columns["status"] = step.from;
  return store.update(call, step.table, id, set, expect, op, durability);
}

// Takes a row from a dead owner, whose token the row, as read, shows. The caller has made sure of the death.
inline Written takeover(Store& store, Call const& call, Row const& row, ClaimStep const& step, std::string const& token,
                        Durability durability = Durability::relaxed, std::string const& op = random_id()) {
  Expect expect;
  expect.version = row.version;
  expect.claim = row.text("claim");
  return store.update(call, step.table, row.id, owned_anew(row, step, token), expect, op, durability);
}

}  // namespace conductor::sdk
