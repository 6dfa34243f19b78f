#include "services/api/limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace conductor::services::api {

sdk::Duration WindowLimit::wait_locked(std::string const& key, sdk::Time now) const {
  auto const found = by_key_.find(key);
  if (limit_ == 0 || found == by_key_.end() || found->second->count < limit_) return {};
  return std::max(found->second->begin + window_ - now, sdk::Duration::zero());
}

std::size_t WindowLimit::add_locked(std::string const& key, sdk::Time now) {
  auto found = by_key_.find(key);
  if (found != by_key_.end() && now >= found->second->begin + window_) {
    windows_.erase(found->second);
    by_key_.erase(found);
    found = by_key_.end();
  }
  if (found == by_key_.end()) {
    if (windows_.size() >= keys_) {
      by_key_.erase(windows_.front().key);
      windows_.pop_front();
    }
    found = by_key_.emplace(key, windows_.insert(windows_.end(), Window{key, now})).first;
  }
  return ++found->second->count;
}

sdk::Duration WindowLimit::wait(std::string const& key, sdk::Time now) const {
  std::lock_guard const lock(mutex_);
  return wait_locked(key, now);
}

std::size_t WindowLimit::add(std::string const& key, sdk::Time now) {
  std::lock_guard const lock(mutex_);
  return add_locked(key, now);
}

sdk::Duration WindowLimit::take(std::string const& key, sdk::Time now) {
  if (limit_ == 0) return {};
  std::lock_guard const lock(mutex_);
  auto const wait = wait_locked(key, now);
  if (wait == sdk::Duration::zero()) add_locked(key, now);
  return wait;
}

std::string address_key(std::string const& address) {
  std::array<unsigned char, 16> bytes{};
  auto const plain = address.substr(0, address.find('%'));
  if (::inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return address;
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/64";
}

std::string retry_after(sdk::Duration wait) {
  auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return std::to_string(std::max<decltype(seconds)>(seconds, 1));
}

}  // namespace conductor::services::api
