// What can be made to go wrong while the simulator runs: the next N requests, or all, of some method and path.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::simulators::music {

struct Fault {
  enum class Kind {
    none,          // only the delay
    status,        // this status with an HTML body, as a proxy or container gives it; not executed
    drop_request,  // the connection ends; not executed
    drop_reply,    // executed, then the connection ends
    text,          // 400 FAILURE with this error; not executed
    applied_text,  // executed, then 400 FAILURE with this error (a write time-out of Cassandra)
    garbage,       // executed; the reply is no JSON
    empty,         // executed; 200 without a body
    late           // an atomic update is evicted from its lock after it tested the conditions, and writes late
  } kind = Kind::none;
  int status = 503;                   // with Kind::status
  std::string text{};                 // with text, applied_text
  std::chrono::milliseconds delay{};  // before anything else
  std::string method{}, path{};       // only these; path: contained in the target; empty: all
  int count = -1;                     // requests it still applies to; negative: without end

  // {"kind": "drop_reply", "method": "PUT", "path": "/tables/plans", "count": 3, "delay_ms": 20}; throws
  // std::invalid_argument.
  static Fault from_json(boost::json::value const& document);
};

// Thread-safe. Of several matching faults the one added first applies.
class Faults {
 public:
  void add(Fault fault);
  void clear();
  // The fault for a request, counted down.
  std::optional<Fault> next(std::string_view method, std::string_view target);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace conductor::simulators::music
