// Faults that can be switched on while the simulator runs: the next N requests, or all, of some path.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace conductor::simulators::peer {

struct Fault {
  enum class Kind { none, status, drop, garbage, truncate };
  Kind kind = Kind::none;             // none: only the delay
  int status = 0;                     // with Kind::status
  std::chrono::milliseconds delay{};  // before anything else
  std::string path{};                 // only requests whose target contains it; empty: all
  int count = -1;                     // requests it still applies to; negative: without end

  // {"kind": "status", "status": 503, "delay_ms": 20, "path": "/complexes", "count": 3}; throws std::invalid_argument.
  static Fault from_json(boost::json::value const& document);
};

// Thread-safe. Of several matching faults the one added first applies.
class Faults {
 public:
  void add(Fault fault);
  void clear();
  // The fault for a request to this target, counted down.
  std::optional<Fault> next(std::string_view target);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace conductor::simulators::peer
