// What the client's commands exit with (API specification 19.9). Scripts rely on the numbers.
#pragma once
#include <stdexcept>
#include <string>

namespace conductor::cli {

enum Exit : int {
  exit_done = 0,
  exit_failed = 1,         // could not ask: connection, TLS, a failure of the server, a file of ours
  exit_usage = 2,          // the command line is wrong
  exit_not_found = 3,      // plan `not found`, or there is no such plan
  exit_plan_error = 4,     // plan `error`
  exit_time_is_up = 5,     // the plan was not final in time
  exit_not_permitted = 6,  // 401, 403
  exit_refused = 7,        // 400, 409, problems in a template
  exit_interrupted = 130   // Ctrl-C, as shells count it
};

// Ends a command: `what()` is printed as "error: ..." unless it is empty.
class Ended : public std::runtime_error {
 public:
  Ended(Exit s, std::string const& text) : std::runtime_error(text), status(s) {}
  Exit status;
};

}  // namespace conductor::cli
