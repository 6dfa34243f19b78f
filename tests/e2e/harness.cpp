#include "tests/e2e/harness.hpp"

#include "core/log/log.hpp"
#include "core/model/status.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace conductor::e2e {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

// Asks `done` again and again until it is true or the time is up.
template <class Condition>
bool eventually(std::chrono::milliseconds at_most, Condition done) {
  auto const end = std::chrono::steady_clock::now() + at_most;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

fs::path from_environment(char const* name) {
  char const* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; run the tests with ctest");
  return value;
}

}  // namespace

fs::path build_directory() { return from_environment("CONDUCTOR_BUILD_DIR"); }
fs::path source_directory() { return from_environment("CONDUCTOR_SOURCE_DIR"); }
fs::path program(std::string const& name) { return build_directory() / "bin" / name; }

std::string read_file(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Scratch::Scratch() {
  std::string pattern = (fs::temp_directory_path() / "conductor-e2e-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}
Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Scratch::write(std::string const& name, std::string const& content) const {
  auto const file = path_ / name;
  std::ofstream(file, std::ios::binary) << content;
  ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
  return file;
}

Process::Process(std::vector<std::string> const& command, fs::path log,
                 std::map<std::string, std::string> const& environment)
    : log_(std::move(log)) {
  std::vector<char*> words;
  for (auto const& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  id_ = ::fork();
  if (id_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (auto const& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  int const out = ::open(log_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(words[0], words.data());
  ::_exit(127);
}

Process::Process(Process&& other) noexcept
    : id_(std::exchange(other.id_, -1)), status_(other.status_), log_(std::move(other.log_)) {}

Process::~Process() {
  if (id_ <= 0 || !running()) return;
  signal(SIGKILL);
  wait(5s);
}

bool Process::running() {
  if (status_ >= 0) return false;
  int raw = 0;
  if (::waitpid(id_, &raw, WNOHANG) != id_) return true;
  status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return false;
}

void Process::signal(int number) const { ::kill(id_, number); }

int Process::wait(std::chrono::milliseconds at_most) {
  eventually(at_most, [&] { return !running(); });
  return status_;
}

bool Process::wait_for_output(std::string const& text, std::chrono::milliseconds at_most) {
  bool found = false;
  eventually(at_most, [&] {
    bool const ended = !running();
    found = output().find(text) != std::string::npos;
    return found || ended;
  });
  return found;
}

Finished run(std::vector<std::string> const& command, std::map<std::string, std::string> const& environment,
             std::chrono::milliseconds at_most) {
  Scratch const scratch;
  Process process(command, scratch.path() / "output", environment);
  int const status = process.wait(at_most);
  return {status, process.output()};
}

Installation::Installation(std::string const& more) {
  fs::create_directories(scratch_.path() / "state");
  configuration_ = scratch_.write("conductor.conf", "[DEFAULT]\nstate_path = " + (scratch_.path() / "state").string() +
                                                        "\nlease_ttl = 3\n"
                                                        "[conductor_api]\nusername = tester\npassword = pass:word\n"
                                                        "[inventory_provider]\nextensions = file\n" +
                                                        more);
}

Process& Installation::start(std::string const& roles, std::string const& failpoints) {
  std::vector<std::string> command{program("conductor").string(), "run",    "--config-file",
                                   configuration_.string(),       "--port", "0"};
  if (!roles.empty()) {
    command.emplace_back("--roles");
    command.push_back(roles);
  }
  std::map<std::string, std::string> environment;
  if (!failpoints.empty()) environment["CONDUCTOR_FAILPOINTS"] = failpoints;
  auto& slot = processes_[roles];
  slot.reset();
  slot = std::make_unique<Process>(command, scratch_.path() / ("log." + std::to_string(++logs_)), environment);
  return *slot;
}

void Installation::start_five(std::map<std::string, std::string> const& failpoints) {
  for (auto const* role : {"api", "controller", "data", "solver", "reservation"}) {
    auto const found = failpoints.find(role);
    start(role, found == failpoints.end() ? "" : found->second);
  }
  wait_ready();
}

void Installation::wait_ready() {
  constexpr std::string_view line = "API listens on ";
  for (auto& [roles, process] : processes_) {
    bool const has_api = roles.empty() || roles.find("api") != std::string::npos;
    std::string const ready = has_api ? std::string(line) : " as conductor";
    BOOST_REQUIRE_MESSAGE(process->wait_for_output(ready, 20s), "a process did not start: " << process->output());
    if (!has_api) continue;
    BOOST_REQUIRE(process->wait_for_output(" as conductor", 20s));
    auto const text = process->output();
    auto const begin = text.find(line) + line.size();
    url_ = text.substr(begin, text.find('\n', begin) - begin);
  }
}

void Installation::stop() {
  for (auto& [roles, process] : processes_)
    if (process->running()) process->signal(SIGTERM);
  for (auto& [roles, process] : processes_)
    BOOST_TEST(process->wait(20s) == 0, "exit of " << roles << ": " << process->output());
}

Client::Client(std::string url, std::string user, std::string password)
    : pool_(http::make_client_pool(clock_, log::named("test"))),
      client_(&pool_->client(
          {.base_url = std::move(url), .username = std::move(user), .password = std::move(password), .attempts = 1})) {}

sdk::HttpReply Client::send(std::string const& method, std::string const& target, std::string const& body,
                            sdk::HttpHeaders headers) {
  sdk::HttpRequest const request{.method = method, .target = target, .headers = std::move(headers), .body = body};
  auto reply = client_->send({.deadline = clock_.now() + 10s}, request);
  BOOST_REQUIRE_MESSAGE(reply, method << ' ' << target << ": " << (reply ? "" : reply.error().text));
  return *reply;
}

std::string Client::submit(json::object const& request) {
  auto const reply = send("POST", "/v1/plans", json::serialize(request), {{"Content-Type", "application/json"}});
  BOOST_REQUIRE_MESSAGE(reply.status == 201, "POST answered " << reply.status << ": " << reply.body);
  return std::string(json::parse(reply.body).at("id").as_string());
}

json::object Client::plan(std::string const& id) {
  auto const reply = send("GET", "/v1/plans/" + id);
  BOOST_REQUIRE_MESSAGE(reply.status == 200, "GET answered " << reply.status << ": " << reply.body);
  return json::parse(reply.body).at("plans").as_array().at(0).as_object();
}

json::object Client::wait_final(std::string const& id, std::chrono::milliseconds at_most) {
  json::object last;
  bool const ended = eventually(at_most, [&] {
    last = plan(id);
    return model::status::is_final(std::string_view(last.at("status").as_string()));
  });
  BOOST_REQUIRE_MESSAGE(ended, "the plan is not final: " << json::serialize(last));
  return last;
}

json::object sample_template() {
  return json::parse(R"({
    "homing_template_version": "2017-10-10",
    "parameters": {"max_km": 700},
    "locations": {"customer": {"latitude": 50.85, "longitude": 4.35}},
    "demands": {
      "mux": [{"inventory_provider": "file", "inventory_type": "cloud", "filtering_attributes": {"cloud-owner": "aws"}}],
      "gateway": [{"inventory_provider": "file", "inventory_type": "cloud"}]},
    "constraints": {
      "near": {"type": "distance_to_location", "demands": ["mux", "gateway"], "properties": {"distance": "< 700 km", "location": "customer"}},
      "apart": {"type": "zone", "demands": ["mux", "gateway"], "properties": {"qualifier": "different", "category": "complex"}}},
    "optimization": {"minimize": {"sum": [{"distance_between": ["customer", "mux"]}, {"distance_between": ["customer", "gateway"]}]}}
  })")
      .as_object();
}

json::object reserving_template() {
  auto content = sample_template();
  content["reservations"] = json::parse(
      R"({"hold": {"type": "instance_reservation", "demands": ["mux"], "properties": {"controller": "SDN-C", "request": {"bandwidth": 200}}}})");
  return content;
}

json::object worked_example() {
  return json::parse(R"({
    "homing_template_version": "2018-02-01",
    "locations": {"cust": {"latitude": 50.85, "longitude": 4.35}},
    "demands": {
      "edge": [{"candidates": [
        {"candidate_id": "e1", "inventory_type": "cloud", "latitude": 50.63, "longitude": 3.06, "cost": 2},
        {"candidate_id": "e2", "inventory_type": "cloud", "latitude": 50.78, "longitude": 6.08, "cost": 1},
        {"candidate_id": "e3", "inventory_type": "cloud", "latitude": 52.09, "longitude": 5.12, "cost": 2}]}],
      "core": [{"candidates": [
        {"candidate_id": "g1", "inventory_type": "cloud", "latitude": 50.94, "longitude": 6.96, "cost": 2},
        {"candidate_id": "g2", "inventory_type": "cloud", "latitude": 49.49, "longitude": 0.11, "cost": 2},
        {"candidate_id": "g3", "inventory_type": "cloud", "latitude": 49.75, "longitude": 6.64, "cost": 1},
        {"candidate_id": "g4", "inventory_type": "cloud", "latitude": 53.55, "longitude": 9.99, "cost": 2}]}]},
    "constraints": {"close": {"type": "distance_between_demands", "demands": ["edge", "core"], "properties": {"distance": "<= 250 km"}}},
    "optimization": {"minimize": {"sum": [{"distance_between": ["cust", "edge"]}, {"distance_between": ["cust", "core"]}]}}
  })")
      .as_object();
}

}  // namespace conductor::e2e
