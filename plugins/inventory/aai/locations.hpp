// Where a host or a CLLI code is.
#pragma once
#include "complexes.hpp"
#include "connection.hpp"

namespace conductor::plugins::inventory_aai {

// Links to the complexes in a stored query's answer, each once; pure. `unavailable` when it has no list of results.
sdk::Result<std::vector<std::string>> complex_links(std::string const& asker, boost::json::object& answer);

// Thread-safe; blocks. Errors: not_found (nothing known), invalid (known, but incomplete or ambiguous), and what
// connection.hpp says.
class Locations {
 public:
  Locations(Connection& connection, Complexes& complexes, Options const& options)
      : connection_(connection), complexes_(complexes), options_(options) {}

  sdk::Result<sdk::Location> by_clli(sdk::Call const& call, std::string const& clli);
  sdk::Result<sdk::Location> by_host_name(sdk::Call const& call, std::string const& host);

 private:
  sdk::Result<std::vector<std::string>> queried_links(sdk::Call const& call, std::string const& asker,
                                                      std::string const& host);
  // The complex that the PNF or pserver of this name itself is related to.
  sdk::Result<ComplexRef> direct(sdk::Call const& call, std::string const& asker, std::string const& host);
  sdk::Result<Complex> read_link(sdk::Call const& call, std::string const& asker, std::string const& link);
  sdk::Result<sdk::Location> choose(sdk::Call const& call, std::string const& asker, std::string const& host,
                                    std::vector<std::string> const& links);

  Connection& connection_;
  Complexes& complexes_;
  Options const& options_;
};

}  // namespace conductor::plugins::inventory_aai
