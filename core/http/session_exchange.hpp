// One request of a connection and its reply. Internal to the server.
#pragma once
#include "core/http/session.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace conductor::http {

struct Session::Exchange {
  boost::beast::http::request_parser<boost::beast::http::string_body> parser;
  Request request;
  Caller caller;
  std::function<Admission()> later;  // decides on admission where it may block
  sdk::Call call;
  Response response;
  bool expects_continue = false;
  bool framing_known = true;  // where the next request begins

  bool is_1_0() const { return parser.is_header_done() && parser.get().version() < 11; }
};

}  // namespace conductor::http
