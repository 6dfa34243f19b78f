#include "site.hpp"

#include "core/log/log.hpp"
#include "core/model/status.hpp"

#include <signal.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace conductor::chaos {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr auto start_patience = 30s, stop_patience = 30s;
constexpr auto look_pause = 10ms;
constexpr std::string_view listens = "API listens on ", ready = " as conductor";

}  // namespace

Errand errand_through(std::string_view role) {
  if (role == "reservation")
    return {{{"template", e2e::reserving_template()}}, std::string(model::status::error), "asks for reservations"};
  return {{{"template", e2e::sample_template()}}, std::string(model::status::done), {}};
}

Site::Site(std::string const& store, std::chrono::seconds lease_ttl, std::vector<std::string> prefix)
    : prefix_(std::move(prefix)) {
  fs::create_directories(scratch_.path() / "state");
  std::ostringstream text;
  text << "[DEFAULT]\nstate_path = " << (scratch_.path() / "state").string() << "\nlease_ttl = " << lease_ttl.count()
       << "\n[conductor_api]\nusername = tester\npassword = pass:word\n[inventory_provider]\nextensions = file\n"
       << store;
  configuration_ = scratch_.write("conductor.conf", text.str());
}

e2e::Process& Site::start(std::string const& name, std::string const& of_roles, std::string const& failpoints) {
  auto& slot = running_[name];
  slot.process.reset();
  if (!failpoints.empty()) order(name, failpoints);
  std::map<std::string, std::string> const environment{{"CONDUCTOR_FAILPOINTS_FILE", orders(name).string()},
                                                       {"CONDUCTOR_FAILPOINTS_TRACE", trace(name).string()}};
  auto command = prefix_;
  for (auto const& word :
       {e2e::program("conductor").string(), std::string("run"), std::string("--config-file"), configuration_.string(),
        std::string("--port"), std::string("0"), std::string("--roles"), of_roles})
    command.push_back(word);
  slot.process = std::make_unique<e2e::Process>(
      command, scratch_.path() / ("log." + name + "." + std::to_string(++logs_)), environment);
  slot.has_api = of_roles.find("api") != std::string::npos;
  return *slot.process;
}

void Site::start_five() {
  for (auto const* role : roles) start(role, role);
  for (auto const* role : roles) wait_ready(role);
}

void Site::wait_ready(std::string const& name) {
  auto& running = running_.at(name);
  bool up = running.process->wait_for_output(std::string(ready), start_patience);
  if (up && running.has_api) up = running.process->wait_for_output(std::string(listens), start_patience);
  if (!up) throw std::runtime_error(name + " did not start: " + running.process->output());
}

void Site::stop(std::string const& name) {
  auto& running = process(name);
  if (running.running()) running.signal(SIGTERM);
  if (auto const status = running.wait(stop_patience); status != 0)
    throw std::runtime_error(name + " ended with " + std::to_string(status) + " after SIGTERM: " + running.output());
}

void Site::stop_all() {
  for (auto& [name, running] : running_)
    if (running.process->running()) running.process->signal(SIGTERM);
  for (auto& [name, running] : running_)
    if (running.process->running()) stop(name);
}

void Site::order(std::string const& name, std::string const& failpoints) const {
  auto const place = orders(name);
  auto const draft = place.string() + ".new";
  std::ofstream(draft) << failpoints;
  fs::rename(draft, place);  // a process never reads half of it
}

std::vector<std::string> Site::passed(std::string const& name) const {
  std::ifstream in(trace(name));
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) names.push_back(line);
  return names;
}

std::string Site::url(std::string const& name) const {
  auto const text = running_.at(name).process->output();
  auto const begin = text.find(listens) + listens.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

Submitter::Submitter(std::string const& url)
    : pool_(http::make_client_pool(clock_, log::named("test"))),
      client_(&pool_->client({.base_url = url, .username = "tester", .password = "pass:word", .attempts = 1})) {}

std::optional<std::string> Submitter::submit(json::object const& body) {
  sdk::HttpRequest const request{.method = "POST",
                                 .target = "/v1/plans",
                                 .headers = {{"Content-Type", "application/json"}},
                                 .body = json::serialize(body)};
  auto const reply = client_->send({.deadline = clock_.now() + 15s}, request);
  if (!reply || reply->status != 201) return std::nullopt;
  return std::string(json::parse(reply->body).at("id").as_string());
}

json::object Submitter::plan(std::string const& id) {
  auto const reply = client_->send({.deadline = clock_.now() + 5s}, {.target = "/v1/plans/" + id});
  if (!reply || reply->status != 200) return {};
  return json::parse(reply->body).at("plans").at(0).as_object();
}

std::string Submitter::status(std::string const& id) {
  auto const found = plan(id);
  return found.empty() ? std::string() : std::string(found.at("status").as_string());
}

std::string Submitter::wait_final(std::string const& id, std::chrono::milliseconds at_most) {
  auto const end = clock_.now() + at_most;
  for (std::string last;;) {
    if (auto now = status(id); !now.empty()) last = std::move(now);
    if (model::status::is_final(last) || clock_.now() >= end) return last;
    std::this_thread::sleep_for(look_pause);
  }
}

std::string Submitter::wait_end(std::string const& id, Errand const& errand, std::chrono::milliseconds at_most) {
  auto status = wait_final(id, at_most);
  if (status != errand.status || errand.message.empty()) return status;
  auto const text = json::serialize(plan(id));
  return text.find(errand.message) != text.npos ? status : status + ", and not for its reservations: " + text;
}

}  // namespace conductor::chaos
