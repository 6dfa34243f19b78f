// What a reply of the gateway means for the request: applied, certainly not, or nobody knows; and what to do then. A
// table, without sockets.
#pragma once
#include "conductor/sdk/store.hpp"

#include <string>
#include <string_view>

namespace conductor::plugins::etcd {

enum class Verdict {
  done,       // answered
  refused,    // certainly not applied, and repeating does not help: see the outcome
  elsewhere,  // certainly not applied; another member, or later
  doubtful,   // applied or not; the same request again will tell
  login,      // certainly not applied; the token is not, or no longer, good
  compacted,  // the revision asked for is gone
  no_lease,   // certainly not applied; the lease is gone
  taken,      // the lease's id is in use
};

struct Meaning {
  Verdict verdict = Verdict::done;
  sdk::Outcome outcome = sdk::Outcome::ok;
  std::string text;  // the server's own words, and what to do
};

// Of an HTTP reply; `body` is JSON or plain text.
Meaning meaning_of(int status, std::string_view body);
// Of a reason in words only, as watches give: login, elsewhere or refused.
Meaning meaning_of_reason(std::string_view reason);

}  // namespace conductor::plugins::etcd
