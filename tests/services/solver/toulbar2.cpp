#include "toulbar2.hpp"

#include "tests/plugins/solver/cost_network.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace conductor::tests::solver {
namespace {

std::string output_of(std::string const& command) {
  auto* const pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 4096> part;
  while (auto const count = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), count);
  ::pclose(pipe);
  return text;
}

}  // namespace

bool has_toulbar2() {
  static bool const has = std::system("command -v toulbar2 >/dev/null 2>&1") == 0;
  return has;
}

std::optional<sdk::Cost> optimum_by_toulbar2(sdk::Problem const& problem, std::filesystem::path const& folder) {
  auto const file = folder / "problem.cfn";
  CostNetwork const network(problem);
  {
    std::ofstream out(file);
    network.write(out);
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  }
  auto const text = output_of("toulbar2 '" + file.string() + "' -s=0 -timer=60 2>&1");
  if (text.find("No solution ") != std::string::npos) return std::nullopt;
  auto const found = text.find("Optimum: ");
  if (found == std::string::npos) throw std::runtime_error("toulbar2 has no optimum: " + text);
  return std::stoll(text.substr(found + 9)) + network.shift();
}

}  // namespace conductor::tests::solver
