// Complexes by id, remembered for a while. Which properties a complex must have is the caller's business.
#pragma once
#include "connection.hpp"
#include "documents.hpp"

#include <map>
#include <mutex>
#include <span>
#include <vector>

namespace conductor::plugins::inventory_aai {

// Thread-safe. Every entry has its own age; failures and 404 are not remembered.
class Complexes {
 public:
  Complexes(sdk::Host& host, Connection& connection, Options const& options)
      : host_(host), connection_(connection), options_(options) {}

  enum class Age { any, fresh };  // fresh: ask the peer even when remembered

  // One answer per ref, in order; equal ids are asked for once, all side by side. Errors as Connection::read;
  // `unsupported` for a link without a version.
  std::vector<sdk::Result<ComplexPtr>> read_all(sdk::Call const& call, std::string const& asker,
                                                std::span<ComplexRef const> refs, Age age = Age::any);
  // By exact id.
  sdk::Result<ComplexPtr> read(sdk::Call const& call, std::string const& asker, std::string const& id);

 private:
  struct Entry {
    ComplexPtr complex;
    sdk::Time since;
  };
  ComplexPtr remembered(std::string const& id);
  ComplexPtr remember(std::string const& id, boost::json::object const& body);

  sdk::Host& host_;
  Connection& connection_;
  Options const& options_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace conductor::plugins::inventory_aai
