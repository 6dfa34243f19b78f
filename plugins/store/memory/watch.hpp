// A watch of the in-memory store: one thread that takes entries from the change log to its sink.
#pragma once
#include "conductor/sdk/host.hpp"
#include "world.hpp"

#include <thread>

namespace conductor::plugins::memory {

class MemoryWatch final : public sdk::Watch {
 public:
  // `from` empty: from now on. Not to be destroyed by its sink.
  MemoryWatch(sdk::Host& host, std::shared_ptr<World> world, sdk::WatchFilter filter, std::string const& from,
              std::function<void(sdk::Event const&)> sink);
  ~MemoryWatch() override;

 private:
  void run(std::stop_token const& stop);
  std::vector<sdk::Event> next(std::stop_token const& stop);
  sdk::Host& host_;
  std::shared_ptr<World> world_;
  sdk::WatchFilter filter_;
  std::function<void(sdk::Event const&)> sink_;
  std::int64_t after_ = -1;  // delivered up to here; -1: nowhere in this log
  std::jthread thread_;
};

}  // namespace conductor::plugins::memory
