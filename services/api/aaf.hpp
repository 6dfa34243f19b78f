// Permissions from AAF, the Application Authorization Framework (API specification 4.2). One configured AAF user stands
// for all callers, so AAF answers one question: may anybody come in at all? Who a caller is, is admission.hpp's.
#pragma once
#include "conductor/sdk/host.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::api {

struct AafPermission {
  std::string type, instance, action;
  bool operator==(AafPermission const&) const = default;
};

// The option aaf_permissions: a JSON object with type, instance and action, or an array of such objects; a text that
// begins otherwise is a comma-separated list of `type|instance|action`. `invalid`: it is neither, or names none.
sdk::Result<std::vector<AafPermission>> parse_permissions(std::string_view text);

// The permissions in AAF's answer, {"perm": [{"type", "instance", "action"}, ...]}; without `perm` there are none.
// `invalid`: it is no such document.
sdk::Result<std::vector<AafPermission>> read_answer(std::string_view body);

// Whether one of `held` has the type of one of `accepted`, and its instance and action or `*` there.
bool permits(std::vector<AafPermission> const& held, std::vector<AafPermission> const& accepted);

struct AafConfig {
  std::string url;   // the user is put behind it
  std::string user;  // whose permissions are asked for
  std::vector<AafPermission> accepted;
  std::chrono::hours lifetime{24};  // of a permission; a refusal is kept for a minute
  std::chrono::seconds timeout{100};
  int attempts = 3;
};

// Scheme, host and port of a URL, and what follows. For the base URL of the client and the target.
struct SplitUrl {
  std::string base, target;
};
SplitUrl split_url(std::string const& url);

// Thread-safe.
class Aaf {
 public:
  static constexpr std::chrono::minutes refusal_lifetime{1};
  static constexpr std::chrono::seconds longest_wait{10};  // for an answer that another thread is fetching

  // `client` talks to split_url(config.url).base. All but the configuration outlive it.
  Aaf(AafConfig config, sdk::HttpClient& client, sdk::Clock& clock, sdk::Log& log);

  // What is known without asking: permitted or not; nothing when it must be asked.
  std::optional<bool> known() const;
  // Asks when it must; one thread asks, others wait for its answer. Blocks: as long as the client's attempts take, for
  // those who wait up to `longest_wait`. `unavailable`: the answer did not come while this thread waited for another.
  sdk::Result<bool> permitted();
  // Asks anew next time.
  void forget();
  // Ends a question under way; from then on it is answered with no.
  void stop() { stop_.request_stop(); }

 private:
  bool ask();
  sdk::Result<std::vector<AafPermission>> fetch();
  std::optional<bool> known_locked() const;

  AafConfig const config_;
  std::string const target_;
  sdk::HttpClient& client_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  bool asking_ = false, permitted_ = false;
  std::optional<sdk::Time> until_;  // how long permitted_ holds
};

}  // namespace conductor::services::api
