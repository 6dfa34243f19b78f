// The files of services/constraints/types as the tests see them.
#pragma once
#include "tests/layering/sources.hpp"

#include <map>

namespace conductor::tests::constraints {

inline constexpr std::string_view types_folder = "services/constraints/types/";

// Of a path in types/: the name of its file, or of its folder.
std::string family_of(std::string const& path);
// Family -> its sources.
std::map<std::string, std::vector<layering::Source>> families();
// The family that defines a type; empty: none does, or several do.
std::string family_with(std::string_view type);

}  // namespace conductor::tests::constraints
