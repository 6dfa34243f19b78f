// Server-Sent Events of plans (API specification 19.4): the texts, and the two kinds of stream. Each runs on the thread
// of its reply.
#pragma once
#include "core/http/message.hpp"
#include "core/store/plans.hpp"
#include "core/work/alarm.hpp"
#include "services/api/plan_news.hpp"

#include "conductor/sdk/host.hpp"

#include <deque>
#include <memory>
#include <mutex>

namespace conductor::services::api {

inline constexpr std::chrono::seconds keep_alive_pause{15};

// What all streams need; outlives them.
struct StreamSources {
  store::Plans& plans;
  PlanNews& news;
  sdk::Clock& clock;
  sdk::Log& log;
};

// The events `plan` of a row whose transition number is greater than `after`, in order. `id` makes the id of an event
// from its number; an event with an empty one gets none. The message belongs to the newest transition.
std::string plan_events(sdk::Row const& row, std::int64_t after,
                        std::function<std::string(std::int64_t seq)> const& id);
// The number of the newest transition; 0: none is known.
std::int64_t newest_transition(sdk::Row const& row);

// All transitions of a plan after number `after` that the store knows, then each new one, until the final one was sent,
// the plan is gone or the client is.
void stream_plan(StreamSources const& sources, sdk::Call const& call, http::Writer const& write,
                 std::string const& plan_id, std::int64_t after);

// Changes of all plans, from a cursor of the store on.
class AllEvents {
 public:
  // `from`: a cursor, or empty for now. Watches from here on. `unsupported`: the store does not tell of changes.
  // `sources` outlives it.
  static sdk::Result<std::shared_ptr<AllEvents>> open(StreamSources const& sources, sdk::Call const& call,
                                                      std::string from);
  explicit AllEvents(StreamSources const& sources) : sources_(sources) {}
  AllEvents(AllEvents const&) = delete;
  AllEvents& operator=(AllEvents const&) = delete;

  // Once.
  void run(sdk::Call const& call, http::Writer const& write);

 private:
  using Batch = std::deque<sdk::Event>;
  void take(sdk::Event const& event);
  Batch next();
  sdk::Result<std::string> text_of(sdk::Call const& call, Batch const& batch);
  std::string text_of(sdk::Event const& event, sdk::Row const& row);

  StreamSources const& sources_;
  std::mutex mutex_;
  Batch events_;  // told by the store, not yet sent
  work::Alarm alarm_;
  // By plan, the number of the last transition sent; of plans that are not final.
  std::map<std::string, std::int64_t> sent_;
  std::string start_;                  // the cursor to begin with
  std::unique_ptr<sdk::Watch> watch_;  // last: ends before what it writes to
};

}  // namespace conductor::services::api
