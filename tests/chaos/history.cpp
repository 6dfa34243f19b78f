#include "history.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace conductor::chaos {

namespace json = boost::json;

namespace {

struct Step {
  std::string_view from, to;
};
constexpr std::array steps{// claims
                           Step{"template", "translating"}, Step{"translated", "solving"}, Step{"solved", "reserving"},
                           Step{"reserving", "reserving"},  // begun outside, so another owner goes on
                                                            // ends of the work
                           Step{"translating", "translated"}, Step{"solving", "solved"}, Step{"solving", "done"},
                           Step{"solving", "not found"}, Step{"solving", "waiting spinup"}, Step{"solving", "template"},
                           Step{"reserving", "done"}, Step{"reserving", "translated"},
                           // handed back, or taken from a dead owner
                           Step{"translating", "template"}, Step{"solving", "translated"},
                           // the order that was waited for
                           Step{"waiting spinup", "template"}, Step{"waiting spinup", "error"},
                           // given up
                           Step{"template", "error"}, Step{"translating", "error"}, Step{"translated", "error"},
                           Step{"solving", "error"}, Step{"solved", "error"}, Step{"reserving", "error"}};
constexpr std::array<std::string_view, 3> final_ones{"done", "not found", "error"},
    held_ones{"translating", "solving", "reserving"};

template <class List>
bool among(List const& list, std::string_view status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

bool allowed(std::string_view from, std::string_view to) {
  return std::any_of(steps.begin(), steps.end(), [&](auto const& step) { return step.from == from && step.to == to; });
}

class Judge {
 public:
  explicit Judge(PlanHistory const& plan) : plan_(plan) {}

  std::vector<std::string> judge() {
    if (plan_.entries.empty()) {
      say("has no history");
      return std::move(found_);
    }
    first();
    for (std::size_t i = 1; i < plan_.entries.size(); ++i) step(plan_.entries[i - 1], plan_.entries[i]);
    auto const& last = plan_.entries.back();
    if (last.status != plan_.status) say("is '" + plan_.status + "', its history ends in '" + last.status + "'");
    if (last.fencing != plan_.fencing)
      say("has fencing " + std::to_string(plan_.fencing) + ", its history ends with " + std::to_string(last.fencing));
    return std::move(found_);
  }

 private:
  void say(std::string const& what) { found_.push_back("plan " + plan_.plan + " " + what); }
  void say(Entry const& entry, std::string const& what) { say("entry " + std::to_string(entry.seq) + ": " + what); }

  void first() {
    auto const& entry = plan_.entries.front();
    highest_ = entry.fencing;
    if (entry.seq > 1) return;  // older ones were dropped
    if (entry.seq != 1 || entry.status != "template" || !entry.owner.empty() || entry.fencing != 0)
      say(entry, "the first entry is '" + entry.status + "', number " + std::to_string(entry.seq) +
                     "; expected 'template', number 1, without owner and fencing");
  }

  void step(Entry const& before, Entry const& entry) {
    if (entry.seq != before.seq + 1) say(entry, "follows number " + std::to_string(before.seq));
    if (among(final_ones, before.status))
      say(entry, "'" + entry.status + "' after the final '" + before.status + "'");
    else if (!allowed(before.status, entry.status))
      say(entry, "from '" + before.status + "' to '" + entry.status + "' is no step of the workflow");
    if (entry.owner.empty())
      freed(before, entry);
    else
      claimed(before, entry);
    highest_ = std::max(highest_, entry.fencing);
  }

  void claimed(Entry const& before, Entry const& entry) {
    if (!among(held_ones, entry.status)) say(entry, "'" + entry.status + "' has the owner " + entry.owner);
    if (entry.fencing <= highest_)
      say(entry, "claimed by " + entry.owner + " with fencing " + std::to_string(entry.fencing) +
                     ", which is not above " + std::to_string(highest_));
    // What was begun outside has to go on, so a dead owner is replaced in one step there.
    if (!before.owner.empty() && entry.status != "reserving")
      say(entry, "claimed by " + entry.owner + " while " + before.owner + " held it");
  }

  void freed(Entry const& before, Entry const& entry) {
    if (entry.fencing < highest_)
      say(entry, "written with fencing " + std::to_string(entry.fencing) + " after " + std::to_string(highest_) +
                     ": by an owner that had lost the plan");
    if (entry.fencing > highest_ && before.owner.empty()) say(entry, "a new fencing number and nobody to take from");
    bool const was_held = among(held_ones, before.status) && !before.owner.empty();
    if (!was_held && entry.status != "error" && before.status != "waiting spinup")
      say(entry, "'" + entry.status + "' without an owner that could have done it");
  }

  PlanHistory const& plan_;
  std::int64_t highest_ = 0;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<Entry> entries_of(std::vector<std::string> const& texts) {
  std::vector<Entry> entries;
  for (auto const& text : texts) {
    boost::system::error_code failed;
    auto const value = json::parse(text, failed);
    if (failed || !value.is_object()) throw std::invalid_argument("an entry of a history is no object: " + text);
    auto const& object = value.as_object();
    entries.push_back({.seq = object.at("seq").as_int64(),
                       .status = std::string(object.at("status").as_string()),
                       .owner = std::string(object.at("owner").as_string()),
                       .fencing = object.at("fencing").as_int64()});
  }
  return entries;
}

std::vector<std::string> check(PlanHistory const& plan) { return Judge(plan).judge(); }

std::vector<std::string> check_finished(PlanHistory const& plan) {
  auto found = check(plan);
  if (!among(final_ones, plan.status)) found.push_back("plan " + plan.plan + " is stuck in '" + plan.status + "'");
  return found;
}

int claims(PlanHistory const& plan) {
  return static_cast<int>(
      std::count_if(plan.entries.begin(), plan.entries.end(), [](auto const& entry) { return !entry.owner.empty(); }));
}

}  // namespace conductor::chaos
