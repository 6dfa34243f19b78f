// aai_simulator: a strict A&AI with example data for tests and demonstrations. Prints one JSON line with its port and
// certificates, then serves until SIGINT or SIGTERM.
#include "server.hpp"

#include "tests/simulators/certificates/certificates.hpp"

#include <boost/program_options.hpp>

#include <csignal>
#include <fstream>
#include <iostream>

namespace {

namespace po = boost::program_options;
namespace json = boost::json;
using namespace conductor::simulators;

po::options_description options_of(aai::ServerConfig& config, aai::Rules& rules, std::string& certificates,
                                   std::string& data, std::vector<std::string>& faults) {
  po::options_description options("Options");
  options.add_options()("help", "show this")("address", po::value(&config.address)->default_value("127.0.0.1"),
                                             "address to listen on")("port", po::value(&config.port)->default_value(0),
                                                                     "port, 0 for any")(
      "certificates", po::value(&certificates), "directory of the test authority, filled when empty; none: plain HTTP")(
      "data", po::value(&data), "JSON file of objects and relations; none: the example")(
      "username", po::value(&rules.username), "user of Basic authentication")(
      "password", po::value(&rules.password), "its password")("fault", po::value(&faults),
                                                              "a fault from the start on, as JSON");
  return options;
}

int run(int argc, char** argv) {
  aai::ServerConfig config;
  aai::Rules rules;
  std::string certificates, data;
  std::vector<std::string> faults;
  auto const options = options_of(config, rules, certificates, data, faults);
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, options), given);
  po::notify(given);
  if (given.contains("help")) return std::cout << options, 0;

  // Signals are waited for here alone; threads inherit the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  json::object announcement;
  if (!certificates.empty()) {
    auto const files = certificates::ensure(certificates);
    config.certificate = files.server;
    config.key = files.server_key;
    config.client_authority = files.authority;
    announcement = {{"authority", files.authority.string()},
                    {"client", files.client.string()},
                    {"client_key", files.client_key.string()}};
  }
  config.control = true;
  auto world = aai::example_world();
  if (!data.empty()) {
    std::ifstream in(data, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + data);
    world = aai::World::from_json(json::parse(std::string(std::istreambuf_iterator<char>(in), {})));
  }
  aai::Server server(std::move(world), rules, config);
  for (auto const& fault : faults) server.add_fault(json::parse(fault));
  announcement["port"] = server.port();
  std::cout << json::serialize(announcement) << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (std::exception const& failed) {
    std::cerr << "aai_simulator: " << failed.what() << '\n';
    return 1;
  }
}
