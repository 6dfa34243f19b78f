// The status as tables: processes, plans, peers, and below them what is wrong in sentences.
#include "services/cli/output.hpp"
#include "services/cli/status.hpp"
#include "services/cli/times.hpp"

namespace conductor::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t most_peers = 10;  // the slowest; all of them are in the JSON

std::string text(json::object const& from, std::string_view name) {
  auto const* value = from.if_contains(name);
  if (value == nullptr || value->is_null()) return "-";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

double number(json::object const& from, std::string_view name) {
  auto const* value = from.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string seconds(json::object const& from, std::string_view name) {
  return from.contains(name) ? span_of(number(from, name) * 1000) : "-";
}

std::string joined(json::array const& all) {
  std::string line;
  for (auto const& each : all) line += (line.empty() ? "" : ",") + std::string(each.as_string());
  return line;
}

void print_processes(std::ostream& out, json::array const& processes, bool bold) {
  if (processes.empty()) {
    out << "no process has registered with this store\n";
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (auto const& each : processes) {
    auto const& process = each.as_object();
    rows.push_back({joined(process.at("roles").as_array()), text(process, "host"), text(process, "pid"),
                    text(process, "state"), seconds(process, "uptime_s"), text(process, "plans"),
                    text(process, "version"), text(process, "worker")});
  }
  print_table(out, {"ROLES", "HOST", "PID", "STATE", "UP", "PLANS", "VERSION", "LEASE"}, rows, bold);
}

void print_plans(std::ostream& out, json::array const& plans, bool bold) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& each : plans) {
    auto const& row = each.as_object();
    if (number(row, "count") > 0) rows.push_back({text(row, "status"), text(row, "count"), seconds(row, "oldest_s")});
  }
  if (rows.empty())
    out << "\nno plans\n";
  else
    print_table(out << '\n', {"STATUS", "PLANS", "OLDEST"}, rows, bold);
}

void print_peers(std::ostream& out, json::array const& peers, bool bold) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& each : peers) {
    auto const& peer = each.as_object();
    if (rows.size() == most_peers) break;
    if (number(peer, "calls") + number(peer, "failures") == 0) continue;
    rows.push_back({text(peer, "from"), text(peer, "to"), text(peer, "calls"), span_of(number(peer, "mean_ms")),
                    text(peer, "failures"), text(peer, "left_out") == "true" ? "left out" : "used"});
  }
  if (!rows.empty()) print_table(out << '\n', {"FROM", "TO", "CALLS", "MEAN", "FAILED", "PEER"}, rows, bold);
}

void print_problems(std::ostream& out, json::object const& status) {
  std::string lines;
  auto const say = [&](std::string const& who, std::string const& what) { lines += who + ": " + what + '\n'; };
  auto const& store = status.at("store").as_object();
  if (store.contains("problem")) say("store " + text(store, "name"), text(store, "problem"));
  for (auto const& role : status.at("missing_roles").as_array())
    say("role " + std::string(role.as_string()), "no process runs it");
  for (auto const& each : status.at("processes").as_array()) {
    auto const& process = each.as_object();
    if (auto const* reasons = process.if_contains("reasons"); reasons != nullptr && reasons->is_array())
      for (auto const& reason : reasons->get_array()) say(text(process, "worker"), std::string(reason.as_string()));
    if (process.contains("plugin_problem")) say(text(process, "worker"), "plugins: " + text(process, "plugin_problem"));
    if (auto const* waiting = process.if_contains("waiting"); waiting != nullptr && waiting->is_object())
      for (auto const& [topic, calls] : waiting->get_object())
        if (calls != 0)
          say(text(process, "worker"), json::serialize(calls) + " calls wait for topic " + std::string(topic));
  }
  for (auto const& each : status.at("peers").as_array()) {
    auto const& peer = each.as_object();
    if (text(peer, "left_out") == "true")
      say(text(peer, "from"), text(peer, "to") + " is left out: " + text(peer, "last_error"));
  }
  if (!lines.empty()) out << '\n' << lines;
}

}  // namespace

void print_status(std::ostream& out, json::object const& status, bool bold) {
  auto const& store = status.at("store").as_object();
  out << "store " << text(store, "name") << ": " << (text(store, "healthy") == "true" ? "healthy" : "not healthy");
  if (number(status, "messages") > 0) out << ", " << text(status, "messages") << " messages between roles";
  out << "\n\n";
  print_processes(out, status.at("processes").as_array(), bold);
  print_plans(out, status.at("plans").as_array(), bold);
  print_peers(out, status.at("peers").as_array(), bold);
  print_problems(out, status);
}

}  // namespace conductor::cli
