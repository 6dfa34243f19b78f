#include "kill_lane.hpp"

#include "site.hpp"
#include "store_reader.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <thread>

namespace conductor::chaos {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr auto death_patience = 20s, end_patience = 30s;
constexpr int killed = 128 + SIGKILL;

// Not of a plan, nor of a start: they come when the health is asked for, when the process ends in order, or with the
// clock, as the beat of an idle process does.
bool is_aside(std::string const& point) {
  return point.find("health") != point.npos || point.find("_close") != point.npos ||
         point.find("sweep") != point.npos || point.find("_beat") != point.npos;
}

class Lane {
 public:
  Lane(std::string role, Backend const& backend, std::chrono::milliseconds limit)
      : role_(std::move(role)), site_(backend.configuration()), limit_(limit), errand_(errand_through(role_)) {}

  LaneReport run(int rounds, std::function<void(int, LaneReport const&)> const& after_round) {
    site_.start_five();
    connect();
    find_points();
    for (int round = 0; round < rounds; ++round) {
      for (auto const& point : in_plans_) attempt(point, [&] { kill_in_plan(point); });
      for (auto const& point : at_start_) attempt(point, [&] { kill_at_start(point); });
      for (auto const& point : twice_) attempt(point, [&] { kill_twice(point); });
      after_round(round + 1, report_);
    }
    judge();
    site_.stop_all();
    return std::move(report_);
  }

 private:
  void connect() { client_.emplace(site_.url()); }

  template <class Work>
  void attempt(std::string const& point, Work work) {
    try {
      work();
    } catch (std::exception const& failed) {
      fault(point, failed.what());
      site_.start(role_, role_);
      site_.wait_ready(role_);
      if (role_ == "api") connect();
    }
  }
  void fault(std::string const& point, std::string const& what) {
    report_.faults.push_back(role_ + " at " + point + ": " + what);
  }

  // A first plan shows which points there are: those of the start, and those of a plan's way.
  void find_points() {
    auto const start = site_.passed(role_);
    std::set<std::string> const of_start(start.begin(), start.end());
    submit_and_wait("the first plan");
    for (auto const& point : site_.passed(role_))
      if (!is_aside(point) && !of_start.contains(point)) in_plans_.push_back(point + "=kill");
    for (auto const& point : start)
      if (!is_aside(point)) at_start_.push_back(point + "=kill");
    auto const passes = [&](char const* point) {
      return std::find(in_plans_.begin(), in_plans_.end(), std::string(point) + "=kill") != in_plans_.end();
    };
    // A worker's first change of a plan is the claim, its second the commit; the same for a server and its message.
    for (auto const* point :
         {"plans.before_update", "plans.after_update", "messages.before_update", "messages.after_update"})
      if (passes(point)) in_plans_.push_back(std::string(point) + "=kill@2");
    // Leases beat while work is at hand, so the work has to last.
    auto const work = role_ + ".before_handle";
    for (auto const* beat : {"workers.before_beat", "workers.after_beat"})
      if (passes(work.c_str()))
        in_plans_.push_back(std::string(beat) + "=kill;" + work + "=sleep:2500");
      else if (passes("messages.before_update"))
        in_plans_.push_back(std::string(beat) + "=kill;rpc.after_claim=sleep:2500");
    // The successor of a dead worker dies as well, while it takes the plan over.
    if (passes((role_ + ".after_claim").c_str()))
      for (auto const* place : role_ == "reservation" ? std::array{".before_claim", ".after_claim"}
                                                      : std::array{".before_takeover", ".after_takeover"})
        twice_.push_back(role_ + place + "=kill");
    for (auto const* list : {&in_plans_, &at_start_, &twice_})
      report_.points.insert(report_.points.end(), list->begin(), list->end());
    if (in_plans_.empty()) throw std::runtime_error("no fail-point is passed; was the product built with tests?");
  }

  void submit_and_wait(std::string const& what) {
    auto const id = client_->submit(errand_.request);
    if (!id) throw std::runtime_error(what + " is not acknowledged");
    acknowledged_.insert(*id);
    if (auto const status = client_->wait_end(*id, errand_, end_patience); status != errand_.status)
      throw std::runtime_error(what + ", " + *id + ", is '" + status + "'");
  }

  void kill_in_plan(std::string const& point) {
    site_.order(role_, point);
    auto const id = client_->submit(errand_.request);
    if (id) acknowledged_.insert(*id);
    if (site_.process(role_).wait(death_patience) != killed) throw std::runtime_error("it was not reached");
    come_back(point, id);
  }

  void kill_at_start(std::string const& point) {
    site_.stop(role_);
    if (site_.start(role_, role_, point).wait(death_patience) != killed)
      throw std::runtime_error("the start did not reach it");
    come_back(point, std::nullopt);
  }

  void kill_twice(std::string const& point) {
    site_.order(role_, role_ + ".after_claim=kill");
    auto const id = client_->submit(errand_.request);
    if (id) acknowledged_.insert(*id);
    if (site_.process(role_).wait(death_patience) != killed) throw std::runtime_error("the claim was not reached");
    if (site_.start(role_, role_, point).wait(death_patience) != killed)
      throw std::runtime_error("the successor did not reach it");
    come_back(point, id);
  }

  void come_back(std::string const& point, std::optional<std::string> const& id) {
    auto const began = steady_clock::now();
    site_.start(role_, role_);
    if (role_ == "api") {
      site_.wait_ready(role_);
      connect();
    }
    auto const plan = id ? id : client_->submit(errand_.request);
    if (!plan) throw std::runtime_error("no plan is acknowledged after the restart");
    acknowledged_.insert(*plan);
    auto const status = client_->wait_end(*plan, errand_, end_patience);
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
    if (status != errand_.status) throw std::runtime_error("plan " + *plan + " is '" + status + "' after the restart");
    report_.ends.push_back({took, point});
    site_.wait_ready(role_);
    if (took > limit_)
      throw std::runtime_error("plan " + *plan + " ended " + std::to_string(took.count()) +
                               " ms after the restart, expected at most " + std::to_string(limit_.count()));
  }

  // Every plan in the store has a right history and an end, acknowledged or not; no acknowledged one is missing.
  void judge() {
    auto const end = steady_clock::now() + end_patience;
    for (;;) {
      std::vector<std::string> complaints;
      auto missing = acknowledged_;
      for (auto const& plan : read_histories(site_.configuration())) {
        missing.erase(plan.plan);
        for (auto& one : check_finished(plan)) complaints.push_back(std::move(one));
        if (acknowledged_.contains(plan.plan) && plan.status != errand_.status)
          complaints.push_back("plan " + plan.plan + " ended as '" + plan.status + "'");
      }
      for (auto const& id : missing) complaints.push_back("plan " + id + " was acknowledged and is lost");
      if (!complaints.empty() && steady_clock::now() < end) {
        std::this_thread::sleep_for(100ms);  // one that nobody waited for may still be on its way
        continue;
      }
      for (auto const& one : complaints) fault("the end", one);
      break;
    }
    report_.plans = acknowledged_.size();
  }

  std::string const role_;
  Site site_;
  std::chrono::milliseconds const limit_;
  std::optional<Submitter> client_;
  Errand const errand_;
  std::vector<std::string> in_plans_, at_start_, twice_;
  std::set<std::string> acknowledged_;
  LaneReport report_;
};

}  // namespace

LaneReport run_kill_lane(std::string const& role, Backend const& backend, int rounds, std::chrono::milliseconds limit,
                         std::function<void(int, LaneReport const&)> const& after_round) {
  return Lane(role, backend, limit).run(rounds, after_round);
}

std::string summary(LaneReport const& report) {
  auto ends = report.ends;
  std::sort(ends.begin(), ends.end());
  auto const at = [&](std::size_t percent) {
    return ends.empty() ? std::string("-")
                        : std::to_string(ends[(ends.size() - 1) * percent / 100].took.count()) + " ms";
  };
  return std::to_string(report.points.size()) + " points, " + std::to_string(report.ends.size()) + " kills, " +
         std::to_string(report.plans) + " plans acknowledged; end after restart: median " + at(50) + ", 99 % " +
         at(99) + ", at most " + at(100) + (ends.empty() ? "" : " at " + ends.back().point);
}

}  // namespace conductor::chaos
