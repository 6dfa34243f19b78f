// The threads that serve messages, a few for each topic: one bound for both ways that a message can come.
#pragma once
#include "core/work/pool.hpp"

#include <atomic>

#include <map>
#include <memory>

namespace conductor::rpc {

class Pools {
 public:
  struct Options {
    std::size_t workers = 1;                             // at once, per topic
    std::map<std::string, std::size_t> topic_workers{};  // exceptions from `workers`
    std::size_t max_waiting = 1000;                      // that offer() lets wait, per topic
  };
  Pools(Options const& options, std::vector<std::string> const& topics);

  // Runs the task later on a thread of the topic, which must be one of those given. False after close().
  bool post(std::string const& topic, std::function<void()> task);
  // The same, unless as many as allowed wait already: then false.
  bool offer(std::string const& topic, std::function<void()> task);
  // Tasks that wait for a thread.
  std::size_t waiting(std::string const& topic) const;
  // Queued tasks are dropped, those under way are waited for.
  void close();

 private:
  struct Topic {
    Topic(std::string const& name, std::size_t threads) : pool("rpc-" + name, threads) {}
    std::atomic<std::size_t> waiting = 0;
    work::Pool pool;
  };
  std::size_t const max_waiting_;
  std::map<std::string, std::unique_ptr<Topic>> topics_;  // not changed after the constructor
};

}  // namespace conductor::rpc
