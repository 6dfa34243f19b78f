// The server's side of calls over the store: claims messages of the topics served here, runs their methods, answers;
// takes over what dead servers left in work.
#pragma once
#include "core/rpc/messages.hpp"
#include "core/rpc/methods.hpp"
#include "core/work/lease.hpp"
#include "core/work/pool.hpp"
#include "core/work/timers.hpp"

#include <condition_variable>
#include <set>

namespace conductor::rpc {

class Server {
 public:
  struct Options {
    std::size_t workers = 1;
    std::map<std::string, std::size_t> topic_workers{};
    bool log_messages = false;
  };
  Server(Options options, Methods const& methods, Messages& messages, sdk::Store& store, work::Lease& lease,
         sdk::Clock& clock, sdk::Log& log);
  ~Server();
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  void start();
  // Cancels what runs; what has not ended at `deadline` is put back into the queue.
  void drain(sdk::Time deadline);

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
  std::map<std::string, sdk::Row> foreign_;                   // in work elsewhere
  std::map<std::string, std::unique_ptr<work::Pool>> pools_;  // by topic; filled by start()
  work::Timers chores_;
};

}  // namespace conductor::rpc
