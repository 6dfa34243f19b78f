#include "watch.hpp"

#include <algorithm>

namespace conductor::plugins::memory {

namespace {
constexpr std::int64_t batch_size = 256;
}

MemoryWatch::MemoryWatch(sdk::Host& host, std::shared_ptr<World> world, sdk::WatchFilter filter,
                         std::string const& from, std::function<void(sdk::Event const&)> sink)
    : host_(host), world_(std::move(world)), filter_(std::move(filter)), sink_(std::move(sink)) {
  {
    std::lock_guard const lock(world_->mutex());
    after_ = from.empty() ? world_->newest() : world_->position(from).value_or(-1);
    if (after_ > world_->newest()) after_ = -1;
  }
  thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
}

MemoryWatch::~MemoryWatch() {
  thread_.request_stop();
  thread_.join();
}

// Waits for entries and copies some; a resync when those wanted are gone.
std::vector<sdk::Event> MemoryWatch::next(std::stop_token const& stop) {
  std::unique_lock lock(world_->mutex());
  world_->logged_more().wait(lock, stop, [&] { return world_->newest() > after_ || after_ < 0; });
  if (after_ + 1 < world_->oldest() || after_ < 0) {
    after_ = world_->newest();
    return {{sdk::Event::Kind::resync, "", "", 0, world_->cursor(after_)}};
  }
  std::vector<sdk::Event> events;
  auto const end = std::min(world_->newest(), after_ + batch_size);
  while (after_ < end) {
    auto const& event = world_->logged(++after_);
    if (filter_.tables.empty() ||
        std::find(filter_.tables.begin(), filter_.tables.end(), event.table) != filter_.tables.end())
      events.push_back(event);
  }
  return events;
}

void MemoryWatch::run(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    for (auto const& event : next(stop)) {
      if (stop.stop_requested()) return;
      try {
        sink_(event);
      } catch (std::exception const& error) {
        host_.log().error(std::string("store/memory: the sink of a watch threw: ") + error.what());
      }
    }
  }
}

}  // namespace conductor::plugins::memory
