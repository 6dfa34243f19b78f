// Watches over a store that cannot notify: one thread looks for changed rows by their slot of time, soon after activity
// and ever less often without, and tells all watches of this process. That a row is seen in time is the rule, not a
// promise (clocks, slow replicas): now and then every watch is told to look by itself.
#pragma once
#include "rows.hpp"

#include <condition_variable>
#include <map>
#include <thread>

namespace conductor::plugins::music {

class Poller {
 public:
  Poller(Wire& wire, Rows& rows);
  ~Poller();

  // Stands still for some seconds: whoever resumes from it is told some changes again.
  std::string cursor();
  std::unique_ptr<sdk::Watch> watch(sdk::WatchFilter const& filter, std::string const& from,
                                    std::function<void(sdk::Event const&)> sink);
  // This process changed a row: its own watches are told at once, and others are expected to answer soon.
  void wrote(sdk::Table const& table, std::string_view id, sdk::Version const& version, bool gone);
  // No watch may be left.
  void stop();

 private:
  class Handle;
  struct Seen {
    std::string table, id, incarnation;
    std::int64_t number = 0, updated_ms = 0;
    bool gone = false;
    std::int64_t found_ms = 0;
  };
  // A table, and how far it has been looked at.
  struct Looked {
    sdk::Table const* table = nullptr;
    std::int64_t until_ms = 0;  // changes before are known, but for late ones
    std::int64_t deep_ms = 0;   // when late ones were looked for
    std::int64_t active_ms = 0;
  };
  using Key = std::pair<std::string, std::string>;

  void run(std::stop_token const& stop);
  // Looks once; true when something new was found.
  bool look(sdk::Call const& call);
  bool look_at(sdk::Call const& call, Looked& looked, std::int64_t from_ms, std::int64_t to_ms);
  // Goes as far back as a watch wants.
  void cover(sdk::Call const& call);
  bool note(Seen seen);
  void forget_old();
  std::optional<std::int64_t> position(std::string const& cursor) const;
  std::string cursor_at(std::int64_t at_ms) const;

  Wire& wire_;
  Rows& rows_;
  std::string const identity_;  // tells cursors of this keyspace from others
  std::vector<Looked> tables_;  // of the thread

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::uint64_t, Seen> seen_;  // in the order in which they were found
  std::map<Key, std::uint64_t> by_key_;
  std::uint64_t newest_ = 0, forgotten_ = 0;  // numbers in seen_
  std::uint64_t lost_ = 0;                    // times that changes may have been missed
  std::int64_t covered_from_ms_ = 0;          // changes since then are seen; 0: nobody looks yet
  std::int64_t wanted_from_ms_ = 0;           // as far back as a watch wants
  std::size_t watches_ = 0;
  bool nudged_ = false;
  std::int64_t given_cursor_ms_ = 0;
  std::jthread thread_;
};

}  // namespace conductor::plugins::music
