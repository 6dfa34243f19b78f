// A simulated peer behind HTTP or HTTPS (with a mandatory client certificate, if wanted): blocking, one thread per
// connection. What the peer answers is a function of its own.
#pragma once
#include "faults.hpp"

#include "conductor/sdk/http.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace conductor::simulators::peer {

struct ServerConfig {
  std::string address = "127.0.0.1";
  unsigned short port = 0;  // 0: any free one
  // PEM. Without a certificate the server speaks plain HTTP.
  std::filesystem::path certificate, key;
  std::filesystem::path client_authority;  // clients need a certificate of this authority
  // POST and DELETE /-/faults, GET /-/requests, GET /-/count, POST /-/settings {"down": true, and what `set` takes}
  bool control = false;
  // The peer's own settings; throws std::invalid_argument for a name it does not know. Empty: it has none.
  std::function<void(std::string_view name, boost::json::value const& value)> set{};
  std::vector<Fault::Kind> kinds = Fault::general_kinds();  // which faults can be switched on from outside
};

// From a request (`target` is the whole path and query) to the reply. Called on the thread of the connection, several
// at once.
using Answer = std::function<sdk::HttpReply(sdk::HttpRequest const&)>;
// The same of a peer whose replies to `status`, `garbage` and its own kinds of fault are its own. The server obeys what
// concerns the connection: the delay, the two drops and `truncate`.
using FaultyAnswer = std::function<sdk::HttpReply(sdk::HttpRequest const&, std::optional<Fault> const&)>;

// Serves from its construction to its destruction. Failures to listen or to read certificates are thrown as
// std::exception.
class Server {
 public:
  Server(Answer answer, ServerConfig const& config);
  Server(FaultyAnswer answer, ServerConfig const& config);
  ~Server();
  unsigned short port() const;
  Faults& faults();
  // As POST /-/faults has it, of the kinds that the configuration allows; throws std::invalid_argument.
  void add_fault(boost::json::value const& document);
  // Down: connections are closed at their first request, those that are open at once. Control requests are answered.
  void set_down(bool down);
  // Methods and targets of the requests so far, control requests left out; at most the last 10,000.
  std::vector<std::string> requests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace conductor::simulators::peer
