// The table of statuses as data.
#include "core/http/errors.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace conductor::http {

namespace {

constexpr std::string_view malformed =
    "The server could not comply with the request since it is either malformed or otherwise incorrect.";
constexpr std::string_view failed =
    "The server has either erred or is incapable of performing the requested operation.";

constexpr std::array texts{
    StatusText{100, "Continue", "", ""},
    StatusText{200, "OK", "", ""},
    StatusText{201, "Created", "", ""},
    StatusText{202, "Accepted", "", ""},
    StatusText{204, "No Content", "", ""},
    StatusText{304, "Not Modified", "", ""},
    StatusText{400, "Bad Request", "HTTPBadRequest", malformed},
    StatusText{401, "Unauthorized", "HTTPUnauthorized", "Valid credentials are required for this resource."},
    StatusText{403, "Forbidden", "HTTPForbidden", "Access was denied to this resource."},
    StatusText{404, "Not Found", "HTTPNotFound", "The resource could not be found."},
    StatusText{405, "Method Not Allowed", "HTTPMethodNotAllowed", malformed},
    StatusText{406, "Not Acceptable", "HTTPNotAcceptable", malformed},
    StatusText{408, "Request Timeout", "HTTPRequestTimeout", "The request did not arrive completely in time."},
    StatusText{409, "Conflict", "HTTPConflict", "There was a conflict when trying to complete your request."},
    StatusText{413, "Request Entity Too Large", "HTTPRequestEntityTooLarge",
               "The body of the request is larger than the server accepts."},
    StatusText{415, "Unsupported Media Type", "HTTPUnsupportedMediaType", malformed},
    StatusText{417, "Expectation Failed", "HTTPExpectationFailed", malformed},
    StatusText{422, "Unprocessable Entity", "HTTPUnprocessableEntity", malformed},
    StatusText{429, "Too Many Requests", "HTTPTooManyRequests", "Too many requests; please wait before the next one."},
    StatusText{431, "Request Header Fields Too Large", "HTTPRequestHeaderFieldsTooLarge",
               "The headers of the request are larger than the server accepts."},
    StatusText{500, "Internal Server Error", "HTTPInternalServerError", failed},
    StatusText{501, "Not Implemented", "HTTPNotImplemented", failed},
    StatusText{502, "Bad Gateway", "HTTPBadGateway", failed},
    StatusText{503, "Service Unavailable", "HTTPServiceUnavailable",
               "The server is currently unavailable. Please try again at a later time."},
    StatusText{504, "Gateway Timeout", "HTTPGatewayTimeout", failed},
};

}  // namespace

StatusText status_text(int status) {
  for (auto const& text : texts)
    if (text.status == status) return text;
  if (status < 400 || status > 599) return {status, "Unknown", "", ""};
  auto like = status_text(status < 500 ? 400 : 500);
  like.status = status;
  return like;
}

Response make_error(int status, std::string_view explanation, sdk::HttpHeaders headers) {
  auto const text = status_text(status);
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = boost::json::serialize(
      boost::json::object{{"title", text.title},
                          {"explanation", explanation},
                          {"code", status},
                          {"error", boost::json::object{{"message", text.message}, {"type", text.type}}}});
  return response;
}

}  // namespace conductor::http
