#include "core/rpc/methods.hpp"

namespace conductor::rpc {

using sdk::Errc;
using sdk::Error;

void Methods::add(std::string topic, std::string method, Method handler) {
  methods_[std::move(topic)][std::move(method)] = std::move(handler);
}

std::vector<std::string> Methods::topics() const {
  std::vector<std::string> names;
  for (auto const& [topic, methods] : methods_) names.push_back(topic);
  return names;
}

sdk::Result<boost::json::value> Methods::run(sdk::Call const& call, std::string const& topic, std::string const& method,
                                             boost::json::value const& args) const {
  auto const methods = methods_.find(topic);
  auto const found =
      methods == methods_.end() ? decltype(methods->second.find(method)){} : methods->second.find(method);
  if (methods == methods_.end() || found == methods->second.end())
    return Error{Errc::unsupported,
                 "topic '" + topic + "' has no method '" + method + "' here; caller and server must be of one version"};
  if (call.cancelled.stop_requested()) return Error{Errc::cancelled, topic + "." + method + " was cancelled"};
  try {
    return found->second(call, args);
  } catch (std::exception const& error) {
    return Error{Errc::internal, topic + "." + method + " failed: " + error.what()};
  } catch (...) {
    return Error{Errc::internal, topic + "." + method + " failed with an exception of unknown type"};
  }
}

std::string write_error(Error const& error) { return std::string(to_string(error.code)) + ": " + error.text; }

Error read_error(std::string const& text) {
  auto const colon = text.find(": ");
  if (colon == std::string::npos) return {Errc::internal, text};
  return {sdk::errc_from(text.substr(0, colon)), text.substr(colon + 2)};
}

}  // namespace conductor::rpc
