// The server's side of calls over the store: claims messages of the topics served here, runs their methods, answers;
// takes over what dead servers left in work.
#pragma once
#include "core/rpc/messages.hpp"
#include "core/rpc/methods.hpp"
#include "core/rpc/pools.hpp"
#include "core/work/lease.hpp"
#include "core/work/timers.hpp"

#include <condition_variable>
#include <set>

namespace conductor::rpc {

class Server {
 public:
  struct Options {
    bool log_messages = false;
  };
  // Methods run on the threads of `pools`, which must be closed between stop() and the destructor: their tasks refer to
  // the server. All outlive it.
  Server(Options options, Methods const& methods, Pools& pools, Messages& messages, sdk::Store& store,
         work::Lease& lease, sdk::Clock& clock, sdk::Log& log);
  ~Server() { stop(); }
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  void start();
  // Cancels what runs; what has not ended at `deadline` of the machine's clock is put back into the queue.
  void drain(sdk::Time deadline);
  // Takes nothing more and tells what runs to stop.
  void stop();

  // From the notifier.
  void changed(sdk::Row const& row);
  void removed(std::string const& id);
  void look();

 private:
  enum class Ended { no, cancelled, lost, drain };
  struct Running {
    std::string token;
    sdk::Row row;  // as claimed
    std::int64_t number = 0;
    Ended ended = Ended::no;  // under the server's lock
    std::stop_source stop;
  };
  using RunningCall = std::shared_ptr<Running>;

  void enqueue(sdk::Row const& row);
  void serve(sdk::Row const& row);
  void run(sdk::Row const& row, Running& running);
  sdk::Result<boost::json::value> call_method(sdk::Row const& row, Running const& running);
  void settle(sdk::Row const& row, Running& running, sdk::Result<boost::json::value> const& result);
  void end(std::string const& id, Ended why);
  Ended ended(Running const& running);
  void list();
  void recover();
  void schedule_recovery();
  void look_later();
  bool accepts();
  sdk::Call background_call() const;

  Options const options_;
  Methods const& methods_;
  Pools& pools_;
  Messages& messages_;
  sdk::Store& store_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  std::condition_variable idle_;
  bool started_ = false, draining_ = false, recovery_scheduled_ = false, look_scheduled_ = false;
  std::set<std::string> queued_;  // posted to a pool, not yet begun
  std::map<std::string, RunningCall> running_;
  std::map<std::string, sdk::Row> foreign_;  // in work elsewhere
  work::Timers chores_;
};

}  // namespace conductor::rpc
