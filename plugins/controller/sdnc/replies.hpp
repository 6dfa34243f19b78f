// What a reply of SDN-C means. Pure.
#pragma once
#include "conductor/sdk/http.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace conductor::plugins::controller_sdnc {

enum class Trouble {
  not_sent,       // nothing happened
  wrong_request,  // 400: nothing happened, and asking again will not change that
  denied,         // 401, 403: nothing happened
  missing,        // 404, 405, 501: the operation or its module is not there
  stale,          // another worker has the plan: nothing happened
  expired,        // came after execute-before: nothing happened
  locked,         // nothing happened; may be asked again
  in_progress,    // the same key in another request
  mismatch,       // the key belongs to another item: nothing happened
  failed,         // the server failed: it is open whether anything happened
  lost            // no answer, or none that can be read: it is open too
};

struct Failure {
  Trouble trouble = Trouble::lost;
  sdk::Error error;  // code and text for the host
};

// Either `body`, without names of modules, or `failure`.
struct Reply {
  int status = 0;
  boost::json::object body;
  std::optional<Failure> failure;
};

// `what` names the request ("POST /rests/operations/conductor-capacity:reserve"). 204 is a body without members.
Reply interpret(std::string const& what, sdk::Result<sdk::HttpReply> const& reply);

// The `output` of an operation's reply. A 200 may carry a failure; an answer to another request is none.
Reply output_of(std::string const& what, Reply reply, std::string const& request_id);

}  // namespace conductor::plugins::controller_sdnc
