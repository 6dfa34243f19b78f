// Clients that submit a plan, wait for its end by the API's long wait, and begin anew: over kept connections, all on
// one thread, with as little work of their own as possible, since they share the processors with the service.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace conductor::bench {

struct Submissions {
  std::uint16_t port = 0;       // on 127.0.0.1
  std::string body;             // of POST /v1/plans; the same for every plan
  std::size_t connections = 1;  // plans under way at once
  std::size_t plans = 100;      // in all
  std::string wanted = "done";  // the status in which every plan must end
  bool follow = true;           // false: submit only
};

struct Submitted {
  double seconds = 0;                   // from the first submission to the last end
  std::vector<std::uint32_t> accepted;  // microseconds from submission to 201
  std::vector<std::uint32_t> ended;     // microseconds from submission to the final state
};

// Throws std::runtime_error when a plan is refused or ends in another state, and when the service closes a connection.
Submitted submit_plans(Submissions const& what);

}  // namespace conductor::bench
