// A configuration file: sections and assignments, references, and each value read as every type of option.
#include "tests/fuzz/target.hpp"

#include "core/config/ini.hpp"
#include "core/config/nearest.hpp"
#include "core/config/substitute.hpp"
#include "core/config/value.hpp"

#include <algorithm>

namespace conductor::tests::fuzz {
namespace {

constexpr std::string_view grammar[] = {"[DEFAULT]\n",
                                        "[api]\n",
                                        "[controller]\n",
                                        "[etcd_api]\n",
                                        "[",
                                        "]",
                                        " = ",
                                        "=",
                                        ":",
                                        "#",
                                        ";",
                                        "\n  ",
                                        "\n\t",
                                        "$",
                                        "${",
                                        "}",
                                        "$$",
                                        "${api.port}",
                                        "$name",
                                        "extensions = aai, file",
                                        "port = 8091",
                                        "true",
                                        "False",
                                        "off",
                                        "<None>",
                                        "'",
                                        "\"",
                                        "http://[::1]:80/",
                                        "https://user@host:1/a?b#c",
                                        "1e3",
                                        "0x10",
                                        "-",
                                        "a,b,,c",
                                        "timeout = 1.5",
                                        "\r\n",
                                        "\\"};

std::vector<sdk::Option> const& options() {
  static auto const all = [] {
    sdk::Schema schema;
    schema.text("text", "A text.").default_to("");
    schema.integer("integer", "A number.").default_to(1);
    schema.number("real", "A number.").default_to(1.0);
    schema.boolean("boolean", "Yes or no.").default_to(false);
    schema.list("list", "Several.");
    schema.url("url", "An address.").default_to("http://a");
    schema.secret("secret", "Not shown.").default_to("");
    return std::vector<sdk::Option>(schema.options().begin(), schema.options().end());
  }();
  return all;
}

}  // namespace

std::span<std::string_view const> words() { return grammar; }

}  // namespace conductor::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace conductor;
  using namespace conductor::tests::fuzz;
  auto const file = config::parse_ini(text_of(data, size));
  auto const lines = static_cast<int>(std::count(data, data + size, '\n')) + 1;
  for (auto const& error : file.errors)
    demand(error.line >= 1 && error.line <= lines && !error.text.empty(), "an error has a line of the file and a text");
  for (auto const& assignment : file.assignments) {
    demand(assignment.line >= 1 && assignment.line <= lines, "an assignment has a line of the file");
    auto const replaced = config::substitute(assignment.value, [&](std::string const&, std::string const& name) {
      return std::variant<std::string, config::BadReference>(name);
    });
    auto const* const text = std::get_if<std::string>(&replaced);
    for (auto const& option : options()) {
      auto const value = config::parse_value(option, text == nullptr ? assignment.value : *text);
      if (auto const* good = std::get_if<sdk::Settings::Value>(&value))
        config::value_text(*good);
      else
        demand(!std::get<config::BadValue>(value).reason.empty(), "a refused value has a reason");
    }
    config::nearest(assignment.name, {"extensions", "server_ip", "api_default_return_limit"});
  }
  return 0;
}
