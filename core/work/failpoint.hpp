// Named fail-points: places where a test makes the process die, wait or see an error. They exist only in builds with
// CONDUCTOR_FAILPOINTS; elsewhere they cost nothing.
//
// The environment variable CONDUCTOR_FAILPOINTS says what happens where, `;` between entries:
//   solver.after_claim=kill          SIGKILL to the own process at the first pass
//   solver.before_commit=kill@3      at the third pass
//   rpc.before_reply=sleep:250       every pass waits 250 ms (with @n: only the n-th)
//   controller.after_commit=error    failpoint() returns true: the caller goes on as if the step had failed
//
// CONDUCTOR_FAILPOINTS_FILE names a file that a test writes while the process runs: its next pass of any point takes
// the definition over and removes the file. CONDUCTOR_FAILPOINTS_TRACE names a file that gets the name of every point,
// a line each, when it is first passed: that is how tests know which there are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::work {

#ifdef CONDUCTOR_FAILPOINTS

// A pass of `<part>.<place>`. True: fail here.
bool failpoint(std::string_view part, std::string_view place);
// For tests: replaces what the environment said, and forgets the passes.
void set_failpoints(std::string_view definition);
// The names passed so far, in order, each pass once.
std::vector<std::string> passed_failpoints();

#else

constexpr bool failpoint(std::string_view, std::string_view) { return false; }

#endif

}  // namespace conductor::work
