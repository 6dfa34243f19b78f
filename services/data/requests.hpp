// What the methods of the data role share: their arguments are one object, and what is wrong with them is said in one
// form.
#pragma once
#include "core/model/data_topic.hpp"
#include "core/rpc/rpc.hpp"

#include <string>
#include <string_view>

namespace conductor::services::data {

inline sdk::Error bad_request(std::string_view method, std::string const& expected) {
  return {sdk::Errc::invalid, "data." + std::string(method) + ": expected " + expected};
}

// Empty when there is no such text.
inline std::string text_of(boost::json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

// Registers `function` of `object`, which outlives the bus.
template <class Service>
void serve_method(rpc::Bus& bus, char const* method, Service& object,
                  sdk::Result<boost::json::value> (Service::*function)(sdk::Call const&, boost::json::object const&)) {
  bus.serve(model::data_topic::topic, method,
            [&object, method, function](sdk::Call const& call,
                                        boost::json::value const& args) -> sdk::Result<boost::json::value> {
              if (!args.is_object()) return bad_request(method, "an object");
              return (object.*function)(call, args.get_object());
            });
}

}  // namespace conductor::services::data
