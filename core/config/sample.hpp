// The annotated sample configuration (configuration specification 6), from the same catalogue that the parser uses.
#pragma once
#include "core/config/config.hpp"

#include <string>
#include <vector>

namespace conductor::config {

// Every option exactly once, commented out with its default: read as it is, the sample equals an empty file. [DEFAULT]
// first, the other sections in alphabetical order, a block per name space within each. `origins` limits it to these
// name spaces (empty: all). Lines of prose are at most `wrap_width` characters, single long words excepted.
std::string sample(Catalogue const& catalogue, int wrap_width = 79, std::vector<std::string> const& origins = {});

}  // namespace conductor::config
