// Collecting: the store's tables, then each process.
#include "core/model/status.hpp"
#include "core/rpc/direct_caller.hpp"
#include "core/rpc/direct_server.hpp"
#include "core/work/lock_file.hpp"
#include "core/work/parallel.hpp"
#include "services/cli/status.hpp"

#include "conductor/sdk/claims.hpp"

#include <algorithm>

namespace conductor::cli {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using sdk::Error;

constexpr auto answer_patience = 3s;
constexpr std::size_t page_size = 200, askers = 8;

template <class T>
Error failed(sdk::Read<T> const& read, std::string const& what) {
  return {sdk::Errc::unavailable,
          "store: " + what + " cannot be read (" + std::string(to_string(read.outcome)) + "): " + read.text};
}

bool is_worked_on(std::string_view status) {
  return status == model::status::translating || status == model::status::solving || status == model::status::reserving;
}

std::string info_of(sdk::WorkerInfo const& row, char const* name) {
  auto const found = row.info.find(name);
  return found == row.info.end() ? "" : found->second;
}

json::array words(std::string const& text) {
  json::array all;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find(',', at), text.size());
    all.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

class Gathering {
 public:
  Gathering(StatusSources const& sources, sdk::Call const& call) : sources_(sources), call_(call) {}

  sdk::Result<json::object> run() {
    auto rows = sources_.store.workers(call_);
    if (!rows) return failed(rows, "the list of workers");
    if (auto read = read_plans(); !read) return read.error();
    auto const messages = sources_.store.count(call_, sdk::tables::messages.name, {});
    if (!messages) return failed(messages, "the queue of messages");
    std::sort(rows.value.begin(), rows.value.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    std::vector<json::object> processes(rows.value.size());
    std::vector<sdk::Task> tasks;
    for (std::size_t i = 0; i < processes.size(); ++i)
      tasks.emplace_back([&, i](auto const&...) { processes[i] = process(rows.value[i]); });
    work::run_parallel(call_, tasks, askers);

    json::array all, peers = take_peers(processes);
    auto missing = missing_roles(processes);
    bool healthy = missing.empty();
    for (auto& each : processes) {
      healthy = healthy && each.at("state") == "ready";
      all.push_back(std::move(each));
    }
    json::object store{{"name", sources_.store_name}};
    auto const store_health = sources_.store.health(call_);
    store["healthy"] = store_health.has_value();
    if (!store_health) store["problem"] = store_health.error().text;
    return json::object{{"healthy", healthy && store_health.has_value()},
                        {"store", std::move(store)},
                        {"processes", std::move(all)},
                        {"missing_roles", std::move(missing)},
                        {"plans", std::move(plans_)},
                        {"messages", messages.value},
                        {"peers", std::move(peers)}};
  }

 private:
  sdk::Result<void> read_plans() {
    for (auto const status : model::status::all) {
      auto const counted = sources_.store.count(call_, sdk::tables::plans.name, {{"status", std::string(status)}});
      if (!counted) return failed(counted, "the number of plans");
      json::object row{{"status", status}, {"count", counted.value}};
      if (counted.value > 0 && !model::status::is_final(status))
        if (auto read = read_waiting(status, row); !read) return read;
      plans_.push_back(std::move(row));
    }
    return {};
  }

  // The age of the oldest; rows come by age. Of those in work all are read, for their owners.
  sdk::Result<void> read_waiting(std::string_view status, json::object& row) {
    std::optional<std::string> cursor;
    do {
      auto page = sources_.store.list(call_, sdk::tables::plans.name, {{"status", std::string(status)}}, cursor,
                                      is_worked_on(status) ? page_size : 1);
      if (!page) return failed(page, "the plans");
      for (auto const& plan : page.value.rows) {
        if (!row.contains("oldest_s")) row["oldest_s"] = (sources_.clock.wall_ms() - plan.created_ms) / 1000;
        ++held_[std::string(sdk::claim_owner(plan.text("claim")))];
      }
      cursor = std::move(page.value.cursor);
    } while (cursor && is_worked_on(status));
    return {};
  }

  json::object process(sdk::WorkerInfo const& row) const {
    auto const held = held_.find(row.id);
    json::object all{{"worker", row.id},
                     {"roles", words(info_of(row, "roles"))},
                     {"host", info_of(row, "host")},
                     {"pid", info_of(row, "pid")},
                     {"lease", json::object{{"beats", row.seq}, {"ttl_s", row.ttl_ms / 1000}}},
                     {"plans", held == held_.end() ? 0 : held->second}};
    auto const answer =
        rpc::ask_worker(sources_.dialer, row, sources_.host, call_.within(sources_.clock, answer_patience),
                        rpc::own_topic, rpc::status_method, sources_.clock);
    if (answer && answer->is_object()) {
      // What the store says of the process stays, whatever another release answers.
      for (auto const& [name, value] : answer->get_object()) all.emplace(name, value);
      all["state"] = rpc::value_of(all, "ready") == true ? "ready" : "not ready";
      all.erase("ready");
    } else {
      bool const dead =
          info_of(row, "host") == sources_.host &&
          work::probe_lock(work::lock_file_path(sources_.state_path, row.id), false) == work::LockState::free;
      all["state"] = dead ? "dead" : "no answer";
      json::array reasons;
      reasons.emplace_back(dead ? "the process has ended without closing its lease; another will take over"
                                : answer.error().text);
      all["reasons"] = std::move(reasons);
    }
    return all;
  }

  // The peers of all processes, taken out of them.
  static json::array take_peers(std::vector<json::object>& processes) {
    std::vector<json::object> all;
    for (auto& process : processes) {
      auto const peers = rpc::value_of(process, "peers");
      process.erase("peers");
      if (!peers.is_array()) continue;
      for (auto const& peer : peers.get_array()) {
        if (!peer.is_object()) continue;
        json::object row{{"from", process.at("worker")}};
        for (auto const& [name, value] : peer.get_object()) row[name == "worker" ? "to" : name] = value;
        all.push_back(std::move(row));
      }
    }
    auto const slowness = [](json::object const& peer) {
      auto const value = rpc::value_of(peer, "mean_ms");
      return value.is_number() ? value.to_number<double>() : 0.0;
    };
    std::stable_sort(all.begin(), all.end(), [&](auto const& a, auto const& b) { return slowness(a) > slowness(b); });
    return json::array(all.begin(), all.end());
  }

  json::array missing_roles(std::vector<json::object> const& processes) const {
    json::array missing;
    for (auto const& role : sources_.roles) {
      bool const runs = std::any_of(processes.begin(), processes.end(), [&](json::object const& process) {
        auto const& roles = process.at("roles").get_array();
        return process.at("state") != "dead" && std::find(roles.begin(), roles.end(), json::value(role)) != roles.end();
      });
      if (!runs) missing.emplace_back(role);
    }
    return missing;
  }

  StatusSources const& sources_;
  sdk::Call const& call_;
  json::array plans_;
  std::map<std::string, std::int64_t> held_;  // plans, by worker
};

}  // namespace

sdk::Result<json::object> gather_status(StatusSources const& sources, sdk::Call const& call) {
  return Gathering(sources, call).run();
}

}  // namespace conductor::cli
