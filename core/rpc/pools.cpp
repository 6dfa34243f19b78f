#include "core/rpc/pools.hpp"

namespace conductor::rpc {

Pools::Pools(Options const& options, std::vector<std::string> const& topics) : max_waiting_(options.max_waiting) {
  for (auto const& topic : topics) {
    auto const own = options.topic_workers.find(topic);
    topics_[topic] = std::make_unique<Topic>(topic, own == options.topic_workers.end() ? options.workers : own->second);
  }
}

bool Pools::post(std::string const& topic, std::function<void()> task) {
  auto& place = *topics_.at(topic);
  ++place.waiting;
  bool const posted = place.pool.post([&place, task = std::move(task)] {
    --place.waiting;
    task();
  });
  if (!posted) --place.waiting;
  return posted;
}

bool Pools::offer(std::string const& topic, std::function<void()> task) {
  return waiting(topic) < max_waiting_ && post(topic, std::move(task));
}

std::size_t Pools::waiting(std::string const& topic) const {
  auto const found = topics_.find(topic);
  return found == topics_.end() ? 0 : found->second->waiting.load();
}

void Pools::close() {
  for (auto& [name, topic] : topics_) topic->pool.close();
}

}  // namespace conductor::rpc
