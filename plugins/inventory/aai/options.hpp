// The options of section [aai]: declared, read and checked.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

#include <chrono>
#include <string>

namespace conductor::plugins::inventory_aai {

struct Options {
  static void describe(sdk::Schema& schema);
  explicit Options(sdk::Settings const& settings);

  // Reads the certificate files' presence. `invalid`: a version below v9 or no version, a configured file that does not
  // exist; the text names option and value. A default name that does not exist is left out of `http`, with a warning.
  sdk::Result<void> check(sdk::Log& log);

  // 23 of "v23"; only after check().
  int schema_number() const { return std::stoi(version.substr(1)); }

  std::string version;        // "v23"
  std::string base_path;      // of server_url: "/aai"
  sdk::HttpConfig http;       // how to reach the server, version included
  std::string location_type;  // of candidates
  std::string host_query;     // stored query for host names; empty: none
  std::size_t page_size = 0;  // 0: no paging
  std::size_t at_once = 1;
  bool hardware = true;  // whether flavors and capabilities of regions are read
  std::chrono::minutes region_interval{}, complex_interval{};
};

}  // namespace conductor::plugins::inventory_aai
