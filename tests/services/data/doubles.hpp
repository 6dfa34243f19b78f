// What tests of the data role share: a bus without a store, and a registry in which nothing is loaded.
#pragma once
#include "core/model/data_topic.hpp"
#include "core/plugin/registry.hpp"
#include "core/rpc/rpc.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace conductor::services::data::test {

namespace json = boost::json;
namespace topic = model::data_topic;
using sdk::Call;
using sdk::Errc;
using sdk::Error;

// Calls what was served, on the caller's thread.
class LocalBus final : public rpc::Bus {
 public:
  std::map<std::string, rpc::Method> methods;
  void serve(std::string name, std::string method, rpc::Method handler) override {
    methods[name + "." + method] = std::move(handler);
  }
  sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& name, std::string const& method,
                                       boost::json::value args) override {
    return methods.at(name + "." + method)(call, args);
  }
};

class EmptyRegistry : public plugin::Registry {
 public:
  std::vector<std::pair<std::string, sdk::InventoryProvider*>> inventory() override { return {}; }
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override { return {}; }
  std::vector<std::pair<std::string, sdk::VimController*>> vims() override { return {}; }
  sdk::Store* store() override { return nullptr; }
  plugin::Strategy* strategy(std::string const&) override { return nullptr; }
  std::vector<std::string> strategies() override { return {}; }
  sdk::Capabilities capabilities(std::string_view, std::string_view) override { return 0; }
};

}  // namespace conductor::services::data::test
