// Whoever adds a type touches one file: no product code outside a type's own file or folder names it.
#include "services/constraints/table.hpp"
#include "tests/services/constraints/families.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

using namespace conductor;
using namespace conductor::tests::constraints;

namespace {

// Where the same word means something else, or is part of a contract.
struct Allowed {
  std::string_view text, path;
  bool used = false;
};

std::vector<Allowed> allowed() {
  return {// A function of the objective, and the field that it reads.
          {"attribute", "services/controller/generic_objective.cpp"},
          {"attribute", "services/solver/objective_generic.cpp"},
          {"attribute", "services/solver/checker_objective.cpp"},
          // A key of the items of thresholds, a word in a message.
          {"attribute", "services/constraints/types/threshold/"},
          {"attribute", "services/constraints/types/hpa/grammar.cpp"},
          // A form of filters on candidates: {not: [...]}.
          {"not", "services/controller/demands.cpp"},
          {"not", "services/controller/template_schema.cpp"},
          {"not", "services/data/filters.cpp"},
          {"not", "plugins/inventory/"},
          // What the SDK tells service controllers.
          {"region_fit", "plugins/controller/sdnc/"}};
}

std::vector<std::string> literals_of(std::string_view line) {
  std::vector<std::string> found;
  for (auto begin = line.find('"'); begin != line.npos; begin = line.find('"', begin + 1)) {
    auto const end = line.find('"', begin + 1);
    if (end == line.npos) break;
    found.emplace_back(line.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  return found;
}

// "network_", "_fit": types by a part of their names.
bool is_part_of(std::string_view literal, std::string_view name) {
  if (literal.size() < 3 || literal.size() >= name.size()) return false;
  return (literal.ends_with('_') && name.starts_with(literal)) || (literal.starts_with('_') && name.ends_with(literal));
}

// The type that a literal names; empty: none.
std::string_view named_by(std::string_view literal) {
  for (auto const* type : services::constraints::types())
    if (literal == type->name || is_part_of(literal, type->name)) return type->name;
  return "";
}

// "path:line: ..." for each line of a source that names a type of others.
std::vector<std::string> foreign_names(layering::Source const& source, std::vector<Allowed>& allowances) {
  std::vector<std::string> found;
  std::istringstream lines(source.text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    auto const begin = line.find_first_not_of(' ');
    if (begin == line.npos || line.substr(begin).starts_with("//") || line[begin] == '#') continue;
    for (auto const& literal : literals_of(line)) {
      auto const type = named_by(literal);
      if (type.empty()) continue;
      if (source.path.starts_with(types_folder) && family_of(source.path) == family_with(type)) continue;
      auto const allowance = std::ranges::find_if(
          allowances, [&](Allowed const& each) { return literal == each.text && source.path.starts_with(each.path); });
      if (allowance == allowances.end())
        found.push_back(source.path + ":" + std::to_string(number) + ": names constraint type '" + std::string(type) +
                        "'; ask its entry in the table (services/constraints/type.hpp)");
      else
        allowance->used = true;
    }
  }
  return found;
}

std::vector<std::string> verdict(std::string const& path, std::string const& line) {
  std::vector<Allowed> none;
  return foreign_names({.path = path, .text = line, .includes = {}}, none);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names_of_types)

BOOST_AUTO_TEST_CASE(stand_in_their_own_files_only) {
  auto allowances = allowed();
  std::size_t looked_at = 0;
  for (auto const* folder : {"core", "sdk", "services", "plugins"})
    for (auto const& source : layering::sources_below(folder)) {
      for (auto const& line : foreign_names(source, allowances)) BOOST_ERROR(line);
      ++looked_at;
    }
  BOOST_TEST(looked_at > 300U);
  for (auto const& each : allowances) BOOST_TEST(each.used, each.text << " is no longer in " << each.path);
}

BOOST_AUTO_TEST_CASE(are_found_whole_and_in_part) {
  BOOST_TEST(verdict("services/solver/x.cpp", R"(  if (type == "hpa") return 1;)").size() == 1U);
  BOOST_TEST(verdict("services/solver/x.cpp", R"(  if (type.starts_with("network_")) return 1;)").size() == 1U);
  BOOST_TEST(verdict("services/constraints/judge.cpp", R"(  f("a", "zone");)").size() == 1U);
  BOOST_TEST(verdict("services/constraints/types/zone.cpp", R"(  f("hpa");)").size() == 1U);
}

BOOST_AUTO_TEST_CASE(may_stand_in_their_files_in_comments_and_in_sentences) {
  BOOST_TEST(verdict("services/constraints/types/zone.cpp", R"(  f("zone");)").empty());
  BOOST_TEST(verdict("services/constraints/types/hpa/grammar.cpp", R"(  f("hpa");)").empty());
  BOOST_TEST(verdict("services/solver/x.cpp", R"(  // as in "hpa")").empty());
  BOOST_TEST(verdict("services/solver/x.cpp", R"(  f("the constraint hpa is on this demand");)").empty());
}

BOOST_AUTO_TEST_SUITE_END()
