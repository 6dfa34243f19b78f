// The options of section [multicloud]: declared, read and checked.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

#include <string>

namespace conductor::plugins::vim_multicloud {

struct Options {
  static void describe(sdk::Schema& schema);
  explicit Options(sdk::Settings const& settings);

  // `invalid`: a configured file that does not exist, or half of a client certificate; the text names the option.
  sdk::Result<void> check() const;
  // The settings of the HTTP client. A trust bundle of the default name that does not exist is left out, with a
  // warning.
  sdk::HttpConfig http(sdk::Log& log) const;

  std::string version;  // "v0", "v1"
  std::string project;  // tenant that v1 is asked about; empty: none is named
  bool memory_in_megabytes = false;

 private:
  sdk::HttpConfig http_;
};

}  // namespace conductor::plugins::vim_multicloud
