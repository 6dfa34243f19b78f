// aai_simulator: a strict A&AI with example data for tests and demonstrations. Prints one JSON line with its port and
// certificates, then serves until SIGINT or SIGTERM.
#include "server.hpp"

#include "tests/simulators/certificates/certificates.hpp"
#include "tests/simulators/peer/program.hpp"

namespace {

namespace po = boost::program_options;
namespace json = boost::json;
using namespace conductor::simulators;

// TLS with files of that directory; what clients need is announced.
json::object use_certificates(std::string const& directory, peer::ServerConfig& config) {
  auto const files = certificates::ensure(directory);
  config.certificate = files.server;
  config.key = files.server_key;
  config.client_authority = files.authority;
  return {{"authority", files.authority.string()},
          {"client", files.client.string()},
          {"client_key", files.client_key.string()}};
}

void run(int argc, char** argv) {
  peer::Program program;
  aai::Rules rules;
  std::string certificates, data;
  auto add = program.add_options();
  add("certificates", po::value(&certificates), "directory of the test authority, filled when empty; none: plain HTTP");
  add("data", po::value(&data), "JSON file of objects and relations; none: the example");
  add("username", po::value(&rules.username), "user of Basic authentication");
  add("password", po::value(&rules.password), "its password");
  if (!program.parse(argc, argv)) return;
  auto announcement = certificates.empty() ? json::object() : use_certificates(certificates, program.config());
  auto world = data.empty() ? aai::example_world() : aai::World::from_json(json::parse(peer::read_whole(data)));
  aai::Server server(std::move(world), rules, program.config());
  program.serve(server, std::move(announcement));
}

}  // namespace

int main(int argc, char** argv) {
  return peer::run_program("aai_simulator", [&] { run(argc, argv); });
}
