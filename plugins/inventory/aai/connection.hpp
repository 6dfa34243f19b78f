// Requests to A&AI and what their answers mean. Retries, TLS and pooling are the host's HTTP client's.
//
// Errors carry the asker ("demand vG"), the request without its query, the status and A&AI's message id. Codes:
// not_found for 404; denied for 401 and 403; unsupported for other refusals, which asking again does not change;
// unavailable for 429, 5xx and answers that cannot be read; what the client said when there was no answer (its invalid
// is unsupported here).
#pragma once
#include "options.hpp"
#include "target.hpp"

#include "conductor/sdk/host.hpp"

#include <boost/json.hpp>

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conductor::plugins::inventory_aai {

// What one reply means; pure.
sdk::Result<boost::json::object> interpret(std::string const& asker, std::string const& method, std::string const& path,
                                           sdk::Result<sdk::HttpReply> const& reply);

// The array under `key` of a list's answer, without members that are no objects; `unavailable` when there is none.
sdk::Result<std::vector<boost::json::object>> members(std::string const& asker, std::string const& path,
                                                      boost::json::object& body, std::string_view key);

// Thread-safe; every call blocks. `options` outlives it. The client is taken from the host by open(), once, before any
// request.
class Connection {
 public:
  Connection(sdk::Host& host, Options const& options) : host_(host), options_(options) {}
  void open();

  enum class Paging { off, on };
  using Objects = std::vector<boost::json::object>;

  // One object.
  sdk::Result<boost::json::object> read(sdk::Call const& call, std::string const& asker, Target const& target);
  // Several, side by side; answers in the order of the targets.
  std::vector<sdk::Result<boost::json::object>> read_all(sdk::Call const& call, std::string const& asker,
                                                         std::span<Target const> targets);
  // A collection: 404 is an empty one. Pages are followed when configured.
  sdk::Result<Objects> list(sdk::Call const& call, std::string const& asker, Target const& target, std::string_view key,
                            Paging paging = Paging::off);
  // A stored query, which only reads although it is a PUT.
  sdk::Result<boost::json::object> query(sdk::Call const& call, std::string const& asker,
                                         boost::json::object const& body);
  // Whether the server serves the configured version. `invalid`: it does not.
  sdk::Result<void> probe(sdk::Call const& call);
  // The failure of the last exchange, nothing when that one was answered.
  std::optional<sdk::Error> last_failure() const;

 private:
  sdk::HttpRequest request(Target const& target) const;
  std::vector<sdk::Result<sdk::HttpReply>> send_all(sdk::Call const& call, std::span<sdk::HttpRequest const> requests);
  sdk::Result<sdk::HttpReply> send(sdk::Call const& call, sdk::HttpRequest const& request);
  sdk::Result<void> more_pages(sdk::Call const& call, std::string const& asker, Target const& target,
                               std::string_view key, std::size_t pages, Objects& objects);
  void note(sdk::Result<sdk::HttpReply> const& reply);

  sdk::Host& host_;
  Options const& options_;
  sdk::HttpClient* client_ = nullptr;  // the host's
  mutable std::mutex mutex_;           // guards what follows
  std::optional<sdk::Error> failure_;
};

}  // namespace conductor::plugins::inventory_aai
