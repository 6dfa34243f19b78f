// bench_http: measures the API from outside. bench/run starts it, pinned to the other core.
#include "bench/http/commands.hpp"
#include "core/http/auth.hpp"

#include <boost/program_options.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace po = boost::program_options;

int main(int count, char** values) {
  using namespace conductor;
  bench::Idle idle;
  auto& load = idle.healthy;
  std::string command, user, password, body_file;
  std::size_t body_bytes = 1000;
  double seconds = 5;
  po::options_description options("bench_http COMMAND");
  options.add_options()("command", po::value(&command)->required(), "echo, load or idle")(
      "port", po::value(&load.port), "of the server on 127.0.0.1")("method", po::value(&load.method))(
      "target", po::value(&load.target))("user", po::value(&user))("password", po::value(&password))(
      "body", po::value(&body_file), "file with the body of each request")("connections", po::value(&load.connections))(
      "seconds", po::value(&seconds))("idle", po::value(&idle.connections), "idle connections")(
      "server", po::value(&idle.server), "process id of the server")("bytes", po::value(&body_bytes),
                                                                     "size of an echo's body");
  po::positional_options_description positions;
  positions.add("command", 1);
  try {
    po::variables_map given;
    po::store(po::command_line_parser(count, values).options(options).positional(positions).run(), given);
    po::notify(given);
    if (!user.empty()) load.authorization = http::basic_header(user, password);
    if (!body_file.empty()) {
      std::ostringstream text;
      text << std::ifstream(body_file).rdbuf();
      load.body = text.str();
    }
    load.duration = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    if (command == "echo") return bench::echo(body_bytes);
    if (command == "load") return bench::load(load);
    if (command == "idle") return bench::idle(idle);
    throw po::error("unknown command " + command);
  } catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << '\n' << options;
    return 2;
  }
}
