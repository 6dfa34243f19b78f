// The ten minutes of sdk/template/README.md, played through: copy, build with nothing but the SDK's headers, check,
// install, configure, place. The inventory service is a small HTTP server in this process.
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace conductor::e2e {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A copy of the template, built and installed once for all tests here.
class Workshop {
 public:
  Workshop() {
    fs::copy(source_directory() / "sdk" / "template", folder());
    std::vector<std::string> configure{std::getenv("CONDUCTOR_CMAKE"),
                                       "-S",
                                       folder(),
                                       "-B",
                                       build(),
                                       std::string("-DCMAKE_CXX_COMPILER=") + std::getenv("CONDUCTOR_CXX"),
                                       "-DCONDUCTOR_SDK_INCLUDE=" + (source_directory() / "sdk/include").string()};
    // A host with sanitizers takes plugins with the same ones only.
    if (std::string const sanitize = std::getenv("CONDUCTOR_SANITIZE"); !sanitize.empty())
      configure.push_back("-DCMAKE_CXX_FLAGS=-fsanitize=" + sanitize);
    must(configure);
    must({std::getenv("CONDUCTOR_CMAKE"), "--build", build()});
    must({std::getenv("CONDUCTOR_CMAKE"), "--install", build(), "--prefix", prefix()});
  }
  fs::path folder() const { return scratch_.path() / "rest"; }
  fs::path build() const { return folder() / "build"; }
  fs::path prefix() const { return scratch_.path() / "prefix"; }
  // Lines of a configuration that uses the installed plugin beside the ones of the product.
  std::string lines(std::string const& url) const {
    return "[plugins]\npath = " + (build_directory() / "lib/conductor/plugins").string() + "," +
           (prefix() / "lib/conductor/plugins").string() +
           "\n[inventory_provider]\nextensions = rest\n[rest]\nurl = " + url + "\ntoken = t0ken\n";
  }

 private:
  static void must(std::vector<std::string> const& command) {
    auto const finished = run(command, {}, 300s);
    if (finished.status != 0) throw std::runtime_error(command[1] + " failed: " + finished.output);
  }
  Scratch scratch_;
};

Workshop const& workshop() {
  static Workshop const built;
  return built;
}

// GET /v1/sites?type=cloud with a bearer token.
http::Response sites(sdk::Call const&, http::Request const& request, http::Caller const&) {
  if (request.header("Authorization") != "Bearer t0ken") return {.status = 401};
  if (request.method != "GET" || request.path != "/v1/sites" || request.parameter("type") != "cloud")
    return {.status = 404};
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = R"([{"id": "far", "owner": "acme", "latitude": 35.68, "longitude": 139.69},
                      {"id": "near", "owner": "acme", "latitude": 50.9, "longitude": 4.4}])"};
}

json::object nearest_site() {
  return json::parse(R"({
    "homing_template_version": "2017-10-10",
    "locations": {"customer": {"latitude": 50.85, "longitude": 4.35}},
    "demands": {"gateway": [{"inventory_provider": "rest", "inventory_type": "cloud"}]},
    "constraints": {},
    "optimization": {"minimize": {"sum": [{"distance_between": ["customer", "gateway"]}]}}
  })")
      .as_object();
}

struct Inventory {
  Inventory() {
    auto const started = server->start();
    if (!started) throw std::runtime_error(started.error().text);
  }
  ~Inventory() { server->stop(clock.now() + 5s); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()) + "/v1"; }

  work::SystemClock clock;
  std::unique_ptr<http::Server> server = http::make_server(
      {.port = 0},
      [](http::Request const&) {
        return http::Admission{nullptr, {.user = "", .role = http::Role::admin}};
      },
      sites, clock, log::named("inventory"));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_template_build)

BOOST_AUTO_TEST_CASE(the_copied_template_is_accepted_by_the_host) {
  auto const checked = run({program("conductor"), "plugin", "check", workshop().build() / "rest.so", "-o", "json"});
  BOOST_REQUIRE_MESSAGE(checked.status == 0, checked.output);
  auto const plugin = json::parse(checked.output);
  BOOST_TEST(plugin.at("kind").as_string() == "inventory");
  BOOST_TEST(plugin.at("name").as_string() == "rest");
  BOOST_TEST(plugin.at("section").as_string() == "rest");
  BOOST_TEST(plugin.at("capabilities") == (json::value{"concurrent", "cloud"}));
}

BOOST_AUTO_TEST_CASE(its_options_are_checked_as_those_of_the_product) {
  Installation const good(workshop().lines("https://inventory.example.com/v1"));
  auto const accepted = run({program("conductor"), "config", "check", "--config-file", good.configuration()});
  BOOST_TEST(accepted.status == 0, accepted.output);
  Installation const bad(workshop().lines(""));
  auto const refused = run({program("conductor"), "config", "check", "--config-file", bad.configuration()});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(refused.output.find("[rest] url") != std::string::npos, refused.output);
}

BOOST_AUTO_TEST_CASE(the_example_configuration_is_good) {
  Scratch const scratch;
  auto const own = scratch.write("rest.conf", read_file(workshop().folder() / "rest.conf"));
  auto const path =
      scratch.write("path.conf", "[plugins]\npath = " + (build_directory() / "lib/conductor/plugins").string() + "," +
                                     (workshop().prefix() / "lib/conductor/plugins").string() + "\n");
  auto const checked = run({program("conductor"), "config", "check", "--config-file", path, "--config-file", own});
  BOOST_TEST(checked.status == 0, checked.output);
  BOOST_TEST(checked.output.find("warning") == std::string::npos, checked.output);
}

BOOST_AUTO_TEST_CASE(places_a_service_on_sites_of_the_rest_inventory) {
  Inventory const inventory;
  Installation installation(workshop().lines(inventory.url()));
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto const plan = client.wait_final(client.submit({{"template", nearest_site()}}));
  BOOST_REQUIRE_MESSAGE(plan.at("status").as_string() == "done", json::serialize(plan));
  auto const& chosen = plan.at("recommendations").as_array().at(0).as_object().at("gateway").at("candidate");
  BOOST_TEST(chosen.at("candidate_id").as_string() == "near");
  BOOST_TEST(chosen.at("cloud_owner").as_string() == "acme");
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
