// The layers as rules: plugins -> sdk <- core <- services. Each rule looks at one #include of one file and says what is
// wrong with it, or nothing.
#pragma once
#include "tests/layering/sources.hpp"

#include <functional>
#include <set>

namespace conductor::layering {

// Whether a file of this path, relative to the root, exists; a generated header counts when its `.in` does.
using Exists = std::function<bool(std::string const& path)>;

// An empty text: allowed.
std::string sdk_rule(Source const& source, Include const& include, Exists const& exists);
std::string plugin_rule(Source const& source, Include const& include, Exists const& exists);
std::string core_rule(Source const& source, Include const& include, Exists const& exists);
std::string service_rule(Source const& source, Include const& include, Exists const& exists);
// For all product code: Asio and Beast stay inside core/http.
std::string asio_rule(Source const& source, Include const& include, Exists const& exists);

bool is_asio(Include const& include);

// Headers of core/http that bring Asio with them, themselves or through another header: only core/http may include
// them.
std::set<std::string> headers_with_asio(std::vector<Source> const& core);

// Lines that name a plugin in quotes; allowed where an option's default stands, and at the switch that deployed files
// use for the in-memory store.
std::vector<std::string> plugin_names_in(Source const& source, std::set<std::string> const& names);

}  // namespace conductor::layering
