// A simulated SDN-C that has the module conductor-capacity: strict about requests, exact about what it holds. No
// sockets: unit tests call it through FakeHttp, server.hpp puts it behind TLS.
#pragma once
#include "form.hpp"

#include "conductor/sdk/http.hpp"
#include "tests/simulators/peer/faults.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace conductor::simulators::sdnc {

struct Rules {
  std::string root = "/rests", module = "conductor-capacity";
  bool old_style = false;  // bierman02
  bool host_meta = true;   // names its root as RFC 8040 asks
  bool installed = true;   // the module
  std::string username{}, password{};
  bool idempotent = true, can_query = true, atomic = true, fencing = true;
  std::size_t max_items = 100;
  bool empty_release = false;  // answers release with 204
  std::function<sdk::WallTime()> wall = [] { return std::chrono::system_clock::now(); };
};

// What a candidate has in all, in Mbps each way and by number.
struct Room {
  double upstream = 0, downstream = 0, ports = 0, vnfs = 0;
};

// Thread-safe.
class Sdnc {
 public:
  explicit Sdnc(Rules rules = {}) : rules_(std::move(rules)) {}

  // Candidates that are not listed have nothing.
  void set_room(std::string const& inventory_type, std::string const& candidate_id, Room room);
  // `request.target` is the whole path and query, `request.headers` all headers.
  sdk::HttpReply answer(sdk::HttpRequest const& request);

  // Faults that a correct server has: the next `count` operations fail like this.
  void lock(int count);                               // 409 lock-denied
  void fail_inside_200(std::string code, int count);  // response-code
  void accept_only(int count, int looks);             // ack-final-indicator N; done after so many looks
  void occupy(std::string const& key, int looks);     // the key is in progress in another request
  void shift(std::chrono::seconds ahead);             // its clock
  // The operator made a service of the hold: it cannot be released any more.
  void activate(std::string const& key);

  std::set<std::string> held() const;
  // How often a key was really held: at most once each, whatever was repeated.
  std::map<std::string, int> effects() const;
  // Inputs of all operations that were not refused as malformed, in order.
  std::vector<boost::json::object> inputs() const;

 private:
  struct Hold {
    std::string state, plan, reference, digest, fencing;
    boost::json::object answer;  // the first outcome
    std::string candidate;
    Room takes;
    int looks = 0;  // until a pending one is done
  };
  using Json = boost::json::object;
  sdk::HttpReply reply(int status, Json body) const;
  sdk::HttpReply refuse(Refusal const& refusal) const;
  sdk::HttpReply operation(std::string const& name, sdk::HttpRequest const& request);
  sdk::HttpReply read(std::string const& path);
  Json head(Json const& input) const;
  Json check(Json const& input) const;
  Refusal may_reserve(Json const& input);
  Json reserve(Json const& input);
  Json hold(Json const& item, Json const& input);
  Json release(Json const& input);
  Room left(std::string const& candidate) const;

  Rules const rules_;
  mutable std::mutex mutex_;
  std::map<std::string, Room> rooms_;
  std::map<std::string, Hold> holds_;
  std::set<std::string> closed_, in_progress_;
  std::map<std::string, long long> fences_;  // highest number by plan
  std::map<std::string, int> effects_;
  std::vector<Json> inputs_;
  int locks_ = 0, inner_failures_ = 0, accepts_ = 0, looks_ = 0, next_reference_ = 0;
  std::string inner_code_;
  std::chrono::seconds ahead_{0};
};

}  // namespace conductor::simulators::sdnc
