// Faults that can be switched on while the simulator runs: the next N requests, or all, of some method and path.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::simulators::peer {

struct Fault {
  enum class Kind {
    none,          // only the delay
    status,        // another status, and a body that says nothing
    drop,          // executed, then the connection ends
    garbage,       // executed; the reply is no JSON
    truncate,      // executed; half of the body, then the connection ends
    drop_request,  // the connection ends; not executed
    // Only of peers that say so (ServerConfig::kinds):
    text,          // an error of the service with this text; not executed
    applied_text,  // executed, then that error
    empty,         // executed; 200 without a body
    late           // the peer works on when its right to do so has run out
  };
  Kind kind = Kind::none;
  int status = 0;                     // with Kind::status
  std::chrono::milliseconds delay{};  // before anything else
  std::string path{};                 // only requests whose target contains it; empty: all
  int count = -1;                     // requests it still applies to; negative: without end
  std::string method{};               // only requests of this method; empty: all
  std::string text{};                 // with text, applied_text

  static std::vector<Kind> const& general_kinds();  // those that every peer has, whatever it answers
  // {"kind": "status", "status": 503, "delay_ms": 20, "method": "GET", "path": "/complexes", "count": 3}; throws
  // std::invalid_argument, also for a kind that is not among `kinds`.
  static Fault from_json(boost::json::value const& document, std::span<Kind const> kinds = general_kinds());
};

// Thread-safe. Of several matching faults the one added first applies.
class Faults {
 public:
  void add(Fault fault);
  void clear();
  // The fault for a request, counted down.
  std::optional<Fault> next(std::string_view method, std::string_view target);
  // The same where no fault is bound to a method.
  std::optional<Fault> next(std::string_view target) { return next({}, target); }

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace conductor::simulators::peer
