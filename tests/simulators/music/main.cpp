// music_simulator: a strict MUSIC for tests and demonstrations. Prints one JSON line with its port, then serves until
// SIGINT or SIGTERM. With --snapshot the data is read at the start, when the file exists, and written at the end.
#include "server.hpp"

#include "tests/simulators/peer/program.hpp"

#include <fstream>

namespace {

namespace po = boost::program_options;
namespace json = boost::json;
using namespace conductor::simulators;

void run(int argc, char** argv) {
  peer::Program program;
  music::Rules rules;
  std::string snapshot;
  int lag = 0;
  auto lease = static_cast<int>(rules.lease.count());
  auto add = program.add_options();
  add("username", po::value(&rules.username), "user that the AAF filter demands");
  add("password", po::value(&rules.password), "its password");
  add("lease-ms", po::value(&lease)->default_value(lease), "lease of a lock");
  add("lag-ms", po::value(&lag)->default_value(0), "how far the replica of plain reads lags behind");
  add("snapshot", po::value(&snapshot), "file that keeps the data over a restart");
  if (!program.parse(argc, argv)) return;
  rules.lease = std::chrono::milliseconds(lease);
  music::Music music(rules);
  music.set_lag(std::chrono::milliseconds(lag));
  if (!snapshot.empty() && std::filesystem::exists(snapshot)) music.restore(json::parse(peer::read_whole(snapshot)));
  {
    music::Server server(music, program.config());
    program.serve(server);
  }
  if (!snapshot.empty()) std::ofstream(snapshot, std::ios::binary) << json::serialize(music.snapshot());
}

}  // namespace

int main(int argc, char** argv) {
  return peer::run_program("music_simulator", [&] { run(argc, argv); });
}
