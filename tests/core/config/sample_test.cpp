// The annotated sample and the display of effective values (configuration specification 6).
#include "tests/core/config/folder.hpp"

#include "core/config/options.hpp"
#include "core/config/sample.hpp"
#include "core/config/show.hpp"
#include "core/log/log.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

using namespace conductor;
using namespace conductor::config;
using test::all;
using test::load_text;

namespace {

Catalogue full() {
  Catalogue out;
  declare_core(out);
  sdk::Schema logging("DEFAULT");
  log::declare(logging);
  out.add(logging, "oslo.log");
  sdk::Schema odd("aai");
  odd.url("server_url", "Base URL.").default_to("https://controller:8443/aai");
  odd.secret("password", "Password.").default_to("");
  odd.text("quoted", "Quoted.").default_to("\"both\"");
  odd.text("blanks", "Blanks.").default_to(" a ");
  odd.text("lines", "Lines.").default_to("one,\ntwo");
  odd.text("dollar", "Dollar.").default_to("a$$b");
  out.add(odd, "aai");
  return out;
}

std::vector<std::string> lines(std::string const& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

// Every commented default made active.
std::string uncommented(std::string const& text) {
  std::string out;
  bool value = false;
  for (auto const& line : lines(text)) {
    bool const starts = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    bool const continues = value && line.starts_with("#  ");
    value = starts || continues;
    out += (value ? line.substr(1) : line) + "\n";
  }
  return out;
}

bool same_values(Catalogue const& catalogue, Config const& a, Config const& b) {
  return std::ranges::all_of(catalogue.sections(),
                             [&](auto const& name) { return a.section(name) == b.section(name); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sample_configuration)

BOOST_AUTO_TEST_CASE(has_the_form_that_operators_know) {
  sdk::Schema general("DEFAULT"), api("api");
  general.integer("workers", "Number of workers that do the work of this service side by side.")
      .default_to(1)
      .at_least(1)
      .reloadable();
  general.text("log_file", "File.").formerly("logfile").formerly("other/file");
  api.text("mode", "Mode.").default_to("a").one_of({"a", "b"});
  api.text("empty", "Empty.").default_to("");
  Catalogue catalogue;
  catalogue.add(api, "rest");
  catalogue.add(general);
  BOOST_TEST(
      sample(catalogue, 40) ==
      "[DEFAULT]\n\n#\n# From conductor\n#\n\n"
      "# Number of workers that do the work of\n# this service side by side. (integer\n# value)\n"
      "# Minimum value: 1\n# Note: This option can be changed without restarting.\n#workers = 1\n\n"
      "# File. (string value)\n# Deprecated group/name - [DEFAULT]/logfile\n# Deprecated group/name - [other]/file\n"
      "#log_file = <None>\n\n"
      "[api]\n\n#\n# From rest\n#\n\n"
      "# Mode. (string value)\n# Possible values: a, b\n#mode = a\n\n# Empty. (string value)\n#empty =\n");
}

// DIVERGE of section 6.
BOOST_AUTO_TEST_CASE(has_every_option_exactly_once_and_sections_in_order) {
  auto const catalogue = full();
  auto const text = lines(sample(catalogue, 79));
  std::string section;
  std::map<std::pair<std::string, std::string>, int> seen;
  std::vector<std::string> sections;
  for (auto const& line : text) {
    if (line.starts_with('[')) sections.push_back(section = line.substr(1, line.size() - 2));
    auto const equals = line.find(" =");
    if (line.size() > 1 && line[0] == '#' && line[1] != ' ' && equals != line.npos)
      ++seen[{section, line.substr(1, equals - 1)}];
  }
  BOOST_TEST(seen.size() == catalogue.entries().size());
  for (auto const& entry : catalogue.entries()) {
    auto const count = seen[{entry.section, entry.option.name}];
    BOOST_TEST(count == 1, entry.section << "." << entry.option.name);
  }
  BOOST_TEST(sections.front() == "DEFAULT");
  BOOST_TEST(std::is_sorted(sections.begin() + 1, sections.end()));
  BOOST_TEST((std::ranges::adjacent_find(sections) == sections.end()));
}

// DIVERGE of section 6.
BOOST_AUTO_TEST_CASE(parses_to_the_defaults_as_it_is_and_uncommented) {
  auto const catalogue = full();
  auto const defaults = load_text(catalogue, "");
  auto const text = sample(catalogue, 79);
  auto const as_is = load_text(catalogue, text);
  BOOST_TEST(all(as_is.errors) + all(as_is.warnings) == "");
  BOOST_TEST(same_values(catalogue, defaults.config, as_is.config));
  for (auto const& entry : catalogue.entries()) BOOST_TEST(!as_is.config.given(entry.section, entry.option.name));
  auto const active = load_text(catalogue, uncommented(text));
  BOOST_TEST(all(active.errors) == "");
  BOOST_TEST(active.config.given("aai", "lines"));
  for (auto const& entry : catalogue.entries())
    BOOST_TEST((defaults.config.section(entry.section).values().at(entry.option.name) ==
                active.config.section(entry.section).values().at(entry.option.name)),
               entry.section << "." << entry.option.name);
}

BOOST_AUTO_TEST_CASE(wraps_prose_to_the_width) {
  for (auto const& line : lines(sample(full(), 60)))
    if (line.starts_with("# ") && !line.starts_with("# Note") && !line.starts_with("# Deprecated"))
      BOOST_TEST((line.size() <= 60 || line.find(' ', 2) == line.npos), line);
}

BOOST_AUTO_TEST_CASE(can_be_limited_to_name_spaces) {
  auto const text = sample(full(), 79, {"oslo.log"});
  BOOST_TEST(text.find("#log_file = <None>") != text.npos);
  BOOST_TEST(text.find("From conductor") == text.npos);
}

BOOST_AUTO_TEST_CASE(contains_no_active_value) {
  for (auto const& line : lines(sample(full(), 79)))
    BOOST_TEST((line.empty() || line[0] == '#' || line[0] == '['), line);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(show)

BOOST_AUTO_TEST_CASE(shows_values_with_origins_and_never_a_secret) {
  auto const catalogue = full();
  auto const loaded = load_text(
      catalogue,
      "[aai]\npassword = hunter22\nquoted = key-$password-x\nserver_url = https://me:pw@h/x\n[plugins]\npath = a,b\n");
  auto const text = show_text(catalogue, loaded.config);
  auto const json = show_json(catalogue, loaded.config);
  auto const serialized = boost::json::serialize(json);
  for (auto const& shown : {text, serialized}) {
    BOOST_TEST(shown.find("hunter22") == shown.npos);
    BOOST_TEST(shown.find("me:pw") == shown.npos);
    BOOST_TEST(shown.find("key-***-x") != shown.npos);
    BOOST_TEST(shown.find("https://***@h/x") != shown.npos);
  }
  auto const& aai = json.at("aai").as_object();
  BOOST_TEST(aai.at("password").at("value").as_string() == "***");
  BOOST_TEST(aai.at("password").at("origin").as_string().ends_with("conductor.conf:2"));
  BOOST_TEST(json.at("DEFAULT").at("log_file").at("value").is_null());
  BOOST_TEST(json.at("DEFAULT").at("lease_ttl").at("value").as_int64() == 30);
  BOOST_TEST(json.at("plugins").at("path").at("value").as_array().size() == 2U);
  BOOST_TEST(lines(text).front() == "[DEFAULT]");
  auto const given = show_text(catalogue, loaded.config, true);
  BOOST_TEST(given.find("lease_ttl") == given.npos);
  BOOST_TEST(given.find("conductor.conf:6") != given.npos);
}

BOOST_AUTO_TEST_SUITE_END()
