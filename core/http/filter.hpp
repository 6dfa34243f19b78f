// What stands around every exchange, between the wire and the handlers: proxies' headers, CORS, version headers,
// routing, counting. Each filter is a small unit without sockets; the server runs them, so that they see its own
// refusals too.
#pragma once
#include "core/http/message.hpp"

namespace conductor::http {

// Called on I/O threads, for many requests at once: must not block.
class Filter {
 public:
  virtual ~Filter() = default;
  // The head has been read and found well-formed; may change what follows will see. A response ends the exchange: the
  // filters after this one, admission and handler are not asked.
  virtual std::optional<Response> before(Request& /*head*/) const { return std::nullopt; }
  // Before any reply goes out, whoever made it. `request` is empty but for the peer's address when its head could not
  // be read.
  virtual void after(Request const& /*request*/, Response& /*reply*/) const {}
};

// The first one is the outermost: it sees requests first and replies last.
using Filters = std::vector<std::shared_ptr<Filter const>>;

}  // namespace conductor::http
