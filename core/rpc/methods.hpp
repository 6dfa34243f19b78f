// The methods that this process serves, and how one of them is run.
#pragma once
#include "core/rpc/rpc.hpp"

#include <map>
#include <vector>

namespace conductor::rpc {

// Filled before start(), then only read: no lock.
class Methods {
 public:
  void add(std::string topic, std::string method, Method handler);
  bool serves(std::string const& topic) const { return methods_.contains(topic); }
  std::vector<std::string> topics() const;
  // Runs the method; exceptions become `internal`, a method that the topic lacks `unsupported`.
  sdk::Result<boost::json::value> run(sdk::Call const& call, std::string const& topic, std::string const& method,
                                      boost::json::value const& args) const;

 private:
  std::map<std::string, std::map<std::string, Method>> methods_;  // topic -> name -> handler
};

// The text of a message's `error` column, and back.
std::string write_error(sdk::Error const& error);
sdk::Error read_error(std::string const& text);

}  // namespace conductor::rpc
