#include "failure.hpp"

#include "wire.hpp"

#include <algorithm>
#include <array>

namespace conductor::plugins::etcd {

using sdk::Outcome;

namespace {

struct Known {
  std::string_view words;  // of the server's message
  Verdict verdict;
  Outcome outcome;
  std::string_view remedy = {};
};

// The first that matches. Codes are of little use: 8 is both "too large" and "no space", 2 and 14 are both harmless and
// doubtful.
constexpr std::array known{
    Known{"invalid auth token", Verdict::login, Outcome::auth},
    Known{"user name is empty", Verdict::login, Outcome::auth,
          "the cluster wants a login: set [etcd_api] username and password"},
    Known{"authentication failed", Verdict::refused, Outcome::auth, "check [etcd_api] username and password"},
    Known{"authentication is not enabled", Verdict::refused, Outcome::auth,
          "the cluster knows no users: leave [etcd_api] username empty, or enable authentication"},
    Known{"permission denied", Verdict::refused, Outcome::auth,
          "grant the user's role read and write on all keys with the prefix of [etcd_api] prefix"},
    Known{"CommonName of client", Verdict::refused, Outcome::auth,
          "the client certificate has a Common Name, which the gateway refuses while authentication is on: use one "
          "without (the name in the alternative names)"},
    Known{"database space exceeded", Verdict::refused, Outcome::no_space,
          "compact and defragment the cluster, then disarm the alarm (etcdctl alarm disarm)"},
    Known{"request is too large", Verdict::refused, Outcome::too_large,
          "lower [etcd_api] max_request_bytes to what the server allows (--max-request-bytes)"},
    Known{"received message larger than max", Verdict::refused, Outcome::too_large,
          "lower [etcd_api] max_request_bytes to what the server allows (--max-request-bytes)"},
    Known{"too many operations in txn request", Verdict::refused, Outcome::invalid,
          "lower [etcd_api] max_txn_ops to what the server allows (--max-txn-ops)"},
    Known{"too many requests", Verdict::elsewhere, Outcome::unavailable},
    Known{"has been compacted", Verdict::compacted, Outcome::unavailable},
    Known{"is a future revision", Verdict::elsewhere, Outcome::unavailable},
    Known{"requested lease not found", Verdict::no_lease, Outcome::conflict},
    Known{"lease already exists", Verdict::taken, Outcome::exists},
    Known{"leader changed", Verdict::doubtful, Outcome::unavailable},
    Known{"no leader", Verdict::elsewhere, Outcome::unavailable},
    Known{"not capable", Verdict::elsewhere, Outcome::unavailable},
};

Meaning meaning(Known const& entry, std::string_view message) {
  std::string text = "etcd answers '" + std::string(message.substr(0, 300)) + "'";
  if (!entry.remedy.empty()) text.append("; ").append(entry.remedy);
  return {entry.verdict, entry.outcome, std::move(text)};
}

Known const* find(std::string_view message) {
  auto const* const found = std::find_if(known.begin(), known.end(), [&](Known const& entry) {
    return message.find(entry.words) != std::string_view::npos;
  });
  return found == known.end() ? nullptr : found;
}

std::string words_of(std::string_view body) {
  auto const parsed = json_of(body);
  if (!parsed) return std::string(body.substr(0, 300));
  auto message = text_at(*parsed, "message");
  return message.empty() ? text_at(*parsed, "error") : message;
}

}  // namespace

Meaning meaning_of(int status, std::string_view body) {
  if (status == 200) return {};
  auto const message = words_of(body);
  if (auto const* entry = find(message)) return meaning(*entry, message);
  auto const said = "status " + std::to_string(status) + " '" + message + "'";
  if (status == 404 || status == 405)
    return meaning({"", Verdict::refused, Outcome::unavailable,
                    "is this etcd 3.4 or later, and does it serve its gateway there (--enable-grpc-gateway)?"},
                   said);
  if (status == 401 || status == 403) return meaning({"", Verdict::refused, Outcome::auth}, said);
  if (status >= 400 && status < 500 && status != 408 && status != 429)
    return meaning({"", Verdict::refused, Outcome::invalid}, said);
  if (status == 429) return meaning({"", Verdict::elsewhere, Outcome::unavailable}, said);
  return meaning({"", Verdict::doubtful, Outcome::unavailable}, said);
}

Meaning meaning_of_reason(std::string_view reason) {
  if (auto const* entry = find(reason)) return meaning(*entry, reason);
  if (reason.find("Unauthenticated") != std::string_view::npos)
    return meaning({"", Verdict::login, Outcome::auth}, reason);
  return meaning({"", Verdict::elsewhere, Outcome::unavailable}, reason);
}

}  // namespace conductor::plugins::etcd
