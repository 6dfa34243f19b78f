// music_simulator: a strict MUSIC for tests and demonstrations. Prints one JSON line with its port, then serves until
// SIGINT or SIGTERM. With --snapshot the data is read at the start, when the file exists, and written at the end.
#include "server.hpp"

#include <boost/program_options.hpp>

#include <csignal>
#include <fstream>
#include <iostream>

namespace {

namespace po = boost::program_options;
namespace json = boost::json;
using namespace conductor::simulators::music;

int run(int argc, char** argv) {
  Rules rules;
  conductor::simulators::peer::ServerConfig config;
  std::string snapshot;
  std::vector<std::string> faults;
  int lag = 0;
  auto lease = static_cast<int>(rules.lease.count());
  po::options_description options("Options");
  options.add_options()("help", "show this");
  options.add_options()("address", po::value(&config.address)->default_value("127.0.0.1"), "address to listen on");
  options.add_options()("port", po::value(&config.port)->default_value(0), "port, 0 for any");
  options.add_options()("username", po::value(&rules.username), "user that the AAF filter demands");
  options.add_options()("password", po::value(&rules.password), "its password");
  options.add_options()("lease-ms", po::value(&lease)->default_value(lease), "lease of a lock");
  options.add_options()("lag-ms", po::value(&lag)->default_value(0), "how far the replica of plain reads lags behind");
  options.add_options()("fault", po::value(&faults), "a fault from the start on, as JSON");
  options.add_options()("snapshot", po::value(&snapshot), "file that keeps the data over a restart");
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

  rules.lease = std::chrono::milliseconds(lease);
  config.control = true;
  Music music(rules);
  music.set_lag(std::chrono::milliseconds(lag));
  if (std::ifstream in(snapshot, std::ios::binary); !snapshot.empty() && in)
    music.restore(json::parse(std::string(std::istreambuf_iterator<char>(in), {})));
  {
    Server server(music, config);
    for (auto const& fault : faults) server.add_fault(json::parse(fault));
    std::cout << json::serialize(json::object{{"port", server.port()}}) << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
  }
  if (!snapshot.empty()) std::ofstream(snapshot, std::ios::binary) << json::serialize(music.snapshot());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (std::exception const& failed) {
    std::cerr << "music_simulator: " << failed.what() << '\n';
    return 1;
  }
}
