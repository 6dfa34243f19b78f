#include "program.hpp"

#include <fstream>
#include <iostream>

namespace conductor::simulators::peer {

namespace po = boost::program_options;
namespace json = boost::json;

Program::Program() {
  // Threads inherit the mask.
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, SIGINT);
  ::sigaddset(&signals_, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  config_.control = true;
  auto add = add_options();
  add("help", "show this");
  add("address", po::value(&config_.address)->default_value(config_.address), "address to listen on");
  add("port", po::value(&config_.port)->default_value(config_.port), "port, 0 for any");
  add("fault", po::value(&faults_), "a fault from the start on, as JSON");
}

bool Program::parse(int argc, char** argv) {
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, options_), given);
  po::notify(given);
  if (given.contains("help")) std::cout << options_;
  return !given.contains("help");
}

void Program::serve(Server& server, json::object announcement) {
  for (auto const& fault : faults_) server.add_fault(json::parse(fault));
  announcement["port"] = server.port();
  std::cout << json::serialize(announcement) << std::endl;
  int signal = 0;
  ::sigwait(&signals_, &signal);
}

int run_program(char const* name, std::function<void()> const& run) {
  try {
    run();
    return 0;
  } catch (std::exception const& failed) {
    std::cerr << name << ": " << failed.what() << '\n';
    return 1;
  }
}

std::string read_whole(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace conductor::simulators::peer
