// conductor plan events: follows plans through their states.
#include "core/model/status.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/event_stream.hpp"
#include "services/cli/plan_commands.hpp"
#include "services/cli/plan_wait.hpp"
#include "services/cli/times.hpp"

#include <algorithm>
#include <ostream>

namespace conductor::cli {

namespace {

using namespace std::chrono_literals;

constexpr int most_failures = 10;  // one after the other; then nobody is there

class Follower {
 public:
  Follower(ApiClient& api, Console& console, std::string target, bool one_plan, Format format)
      : api_(api), console_(console), target_(std::move(target)), one_plan_(one_plan), format_(format) {}

  void start_after(std::string id) {
    reader_.start_after(std::move(id));
    reader_.reset();
  }

  // Until the plan is final, or for ever.
  int follow() {
    for (int failures = 0;; ++failures) {
      auto const ended = connect();
      if (one_plan_ && model::status::is_final(text_in(last_, "status"))) return exit_of_plan(last_);
      if (api_.interrupted().stop_requested()) throw Ended(exit_interrupted, "");
      if (!console_.out) return exit_done;  // whoever read has gone
      if (std::exchange(heard_, false)) failures = 0;
      if (failures >= most_failures)
        throw Ended(exit_failed, "the events of " + api_.server() +
                                     " ended: " + (ended ? "the stream was closed" : ended.error().text) + resume());
      if (!console_.clock.sleep_for(std::min<sdk::Duration>(500ms * (1 << std::min(failures, 6)), 15s),
                                    api_.interrupted()))
        throw Ended(exit_interrupted, "");
    }
  }

 private:
  sdk::Result<void> connect() {
    reader_.reset();
    sdk::HttpHeaders headers;
    if (!reader_.last_id().empty()) headers.emplace_back("Last-Event-ID", reader_.last_id());
    return api_.stream(target_, std::move(headers), [this](std::string_view piece) {
      heard_ = true;
      for (auto const& event : reader_.read(piece)) take(event);
      console_.out << std::flush;
      return !api_.interrupted().stop_requested() && static_cast<bool>(console_.out);
    });
  }

  void take(Event const& event) {
    if (event.name == "resync") {
      console_.err << "warning: events were missed, they are too old; see: conductor plan list\n";
      return;
    }
    boost::system::error_code failed;
    auto const data = json::parse(event.data, failed);
    if (event.name != "plan" || failed || !data.is_object()) return;
    last_ = data.as_object();
    if (format_ == Format::json)
      console_.out << json::serialize(data) << '\n';
    else
      print(last_);
  }

  void print(json::object const& event) {
    auto const at = number_in(event, "at");
    auto status = printable(text_in(event, "status"));
    std::size_t const width = 15;  // of the longest status
    std::string const pad(status.size() < width ? width - status.size() : 1, ' ');
    console_.out << (at ? date_of(static_cast<std::int64_t>(*at)) : std::string(19, ' ')) << "  ";
    if (!one_plan_) console_.out << printable(text_in(event, "id")) << "  ";
    console_.out << coloured(console_, status) << pad;
    if (!one_plan_) console_.out << printable(text_in(event, "name")) << "  ";
    console_.out << printable(text_in(event, "message")) << '\n';
  }

  std::string resume() const {
    return reader_.last_id().empty() ? "" : "; go on with --after '" + reader_.last_id() + "'";
  }

  ApiClient& api_;
  Console& console_;
  std::string const target_;
  bool const one_plan_;
  Format const format_;
  EventReader reader_;
  json::object last_;
  bool heard_ = false;
};

int events(Invocation const& invocation, Console& console) {
  bool const all = invocation.has("all");
  if (all != invocation.operand().empty())
    throw Ended(exit_usage, all ? "either ID or --all, not both" : "conductor plan events needs ID or --all");
  ApiClient api(invocation, console);
  Follower follower(api, console, all ? "/v1/events" : plan_target(invocation.operand(), "/events"), !all,
                    format_of(invocation.value("output"), console));
  if (invocation.has("after")) follower.start_after(invocation.value("after"));
  return follower.follow();
}

}  // namespace

Command plan_events_command() {
  return {.group = "plan",
          .verb = "events",
          .operand = "[ID]",
          .summary = "Follows a plan from its first state to its final one, or all plans from now on.",
          .about =
              "A lost connection is made anew, and no event is missed or shown twice. JSON is one line per event.\n"
              "Exit status for one plan: as for conductor plan wait.",
          .examples = {{"conductor plan events 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11", "The way of one plan"},
                       {"conductor plan events --all -o json | jq -r 'select(.status == \"error\") | .id'",
                        "Ids of plans as they fail; ends with Ctrl-C"}},
          .options =
              with_server_options({{.name = "all", .letter = 'a', .help = "All plans, until Ctrl-C."},
                                   {.name = "after", .value = "EVENT", .help = "Go on after the event of this id."}}),
          .run = events};
}

}  // namespace conductor::cli
