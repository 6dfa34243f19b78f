// Runs what the documents show. A fenced block is run when `conductor-test` stands behind its language:
//   ini   a configuration that `conductor config check` accepts without a warning
//   sh    commands; those of one document are one script, which must succeed. A service with the bundled inventory
//   runs; the script's directory
//         holds conductor.conf and curl.conf, every block with a file name behind its language (```json request.json)
//         under that name, and $url is the API.
#include "tests/docs/document.hpp"
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>

namespace conductor::docs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view mark = "conductor-test";

// Certificates that an example names need not exist here, and neither need directories.
e2e::Finished check_configuration(std::string const& given) {
  e2e::Scratch const scratch;
  // Secrets are read by the check.
  auto const secret = scratch.write("secret", "not-for-you").string();
  auto const text = std::regex_replace(given, std::regex(R"((pass|password)_file = \S+)"), "$1_file = " + secret);
  auto const file = scratch.write("example.conf", text);
  return e2e::run({e2e::program("conductor"), "config", "check", "--config-file", file});
}

// All runnable commands of a document, and a service for them.
struct Sheet {
  explicit Sheet(Document const& document) {
    installation.start();
    installation.wait_ready();
    auto const& folder = installation.scratch();
    script = "export PATH=" + (e2e::build_directory() / "bin").string() + ":$PATH url=" + installation.url() + "\ncd " +
             folder.path().string() + "\n";
    folder.write("curl.conf", "user = \"tester:pass:word\"\n");
    for (auto const& block : document.blocks) {
      if (block.language() == "sh" && block.second() == mark)
        script += "echo '# " + document.place(block.line) + "'\n" + block.text;
      else if (block.second().find('.') != std::string::npos)
        folder.write(block.second(), block.text);
    }
  }
  e2e::Finished run() const {
    auto const file = installation.scratch().write("script.sh", script);
    return e2e::run({"/bin/sh", "-eu", file}, {}, 60s);
  }
  e2e::Installation installation;
  std::string script;
};

bool has_commands(Document const& document) {
  return std::ranges::any_of(document.blocks,
                             [](Block const& block) { return block.language() == "sh" && block.second() == mark; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(docs_examples)

BOOST_AUTO_TEST_CASE(configurations_are_good) {
  std::size_t count = 0;
  for (auto const& document : all_documents())
    for (auto const& block : document.blocks) {
      if (block.language() != "ini" || block.second() != mark) continue;
      ++count;
      auto const checked = check_configuration(block.text);
      BOOST_CHECK_MESSAGE(checked.status == 0 && checked.output.find("warning") == std::string::npos,
                          document.place(block.line) << ": " << checked.output);
    }
  BOOST_TEST(count >= 3U);
}

BOOST_AUTO_TEST_CASE(the_configurations_of_deployments_are_good) {
  std::size_t count = 0;
  auto const page = content_of(root() / "docs" / "deployment.md");
  for (auto const& item : fs::directory_iterator(root() / "docs" / "deployment")) {
    if (item.path().extension() != ".conf") continue;
    ++count;
    auto const name = item.path().filename().string();
    auto const checked = check_configuration(content_of(item.path()));
    BOOST_CHECK_MESSAGE(checked.status == 0 && checked.output.find("warning") == std::string::npos,
                        name << ": " << checked.output);
    BOOST_TEST(page.find("deployment/" + name) != std::string::npos, "docs/deployment.md does not mention " << name);
  }
  BOOST_TEST(count >= 4U);
}

BOOST_AUTO_TEST_CASE(a_configuration_with_a_misspelt_option_would_be_noticed) {
  BOOST_TEST(check_configuration("[api]\nbind_prot = 1\n").output.find("did you mean bind_port") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(commands_succeed) {
  std::size_t count = 0;
  for (auto const& document : all_documents()) {
    if (!has_commands(document)) continue;
    ++count;
    Sheet sheet(document);
    auto const finished = sheet.run();
    BOOST_CHECK_MESSAGE(finished.status == 0, document.path << " exit " << finished.status << ":\n" << finished.output);
    sheet.installation.stop();
  }
  BOOST_TEST(count >= 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::docs
