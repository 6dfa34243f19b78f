// bench_end_to_end: submits plans and measures how long they take to their ends. bench/run starts the service and reads
// from outside what it used.
#include "bench/end_to_end/plan_client.hpp"
#include "bench/http/connect.hpp"

#include <boost/program_options.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace po = boost::program_options;

int main(int count, char** values) {
  using namespace conductor;
  bench::Submissions what;
  std::string body_file;
  bool submit_only = false;
  po::options_description options("bench_end_to_end");
  options.add_options()("port", po::value(&what.port)->required(), "of the API on 127.0.0.1")(
      "body", po::value(&body_file)->required(), "file with the body of each submission")(
      "plans", po::value(&what.plans), "how many")("connections", po::value(&what.connections),
                                                   "plans under way at once")(
      "status", po::value(&what.wanted), "in which every plan must end")("submit-only", po::bool_switch(&submit_only),
                                                                         "do not wait for the ends");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(count, values, options), given);
    po::notify(given);
    std::ostringstream text;
    text << std::ifstream(body_file).rdbuf();
    what.body = text.str();
    what.follow = !submit_only;
    auto result = bench::submit_plans(what);
    std::cout << "{\"plans\": " << what.plans << ", \"seconds\": " << result.seconds
              << ", \"accepted_p50_ms\": " << bench::percentile_ms(result.accepted, 0.5)
              << ", \"accepted_p99_ms\": " << bench::percentile_ms(result.accepted, 0.99)
              << ", \"p50_ms\": " << bench::percentile_ms(result.ended, 0.5)
              << ", \"p95_ms\": " << bench::percentile_ms(result.ended, 0.95)
              << ", \"p99_ms\": " << bench::percentile_ms(result.ended, 0.99) << "}" << std::endl;
    return 0;
  } catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << '\n' << options;
    return 2;
  }
}
