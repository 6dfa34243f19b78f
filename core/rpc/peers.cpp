#include "core/rpc/peers.hpp"

#include "core/rpc/frame.hpp"

#include <algorithm>

namespace conductor::rpc {

namespace {

constexpr double newest_weight = 0.2;

std::string info_of(sdk::WorkerInfo const& row, char const* name) {
  auto const found = row.info.find(name);
  return found == row.info.end() ? std::string() : found->second;
}

std::set<std::string> split(std::string const& text) {
  std::set<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find(',', at), text.size());
    if (end > at) words.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

std::optional<PeerPlace> place_of(sdk::WorkerInfo const& row, std::string const& own_host) {
  if (info_of(row, peer_info::version) != std::to_string(protocol_version)) return std::nullopt;
  PeerPlace place{.worker = row.id,
                  .host = info_of(row, peer_info::host),
                  .addresses = {},
                  .topics = split(info_of(row, peer_info::topics))};
  if (place.host == own_host)
    if (auto address = read_address(info_of(row, peer_info::unix_socket)); address && address->is_unix())
      place.addresses.push_back(std::move(*address));
  if (auto address = read_address(info_of(row, peer_info::tls)); address && !address->is_unix())
    place.addresses.push_back(std::move(*address));
  if (place.addresses.empty()) return std::nullopt;
  return place;
}

std::vector<std::string> Peers::update(std::vector<sdk::WorkerInfo> const& rows, std::string_view own_worker) {
  std::lock_guard const lock(mutex_);
  std::set<std::string> present;
  for (auto const& row : rows) {
    if (row.id == own_worker) continue;
    auto place = place_of(row, own_host_);
    if (!place) continue;
    present.insert(row.id);
    auto& peer = peers_[row.id];
    peer.place = std::move(*place);
    peer.report.worker = row.id;
  }
  std::vector<std::string> gone;
  for (auto const& [worker, peer] : peers_)
    if (!present.contains(worker) && peer.under_way == 0) gone.push_back(worker);
  for (auto const& worker : gone) peers_.erase(worker);
  return gone;
}

bool Peers::usable(Peer const& peer, std::string const& topic, sdk::Time now) const {
  return peer.place.topics.contains(topic) && peer.not_before <= now;
}

std::optional<PeerPlace> Peers::pick(std::string const& topic, sdk::Time now, std::set<std::string> const& tried) {
  std::lock_guard const lock(mutex_);
  Peer* best = nullptr;
  for (auto& [worker, peer] : peers_) {
    if (!usable(peer, topic, now) || tried.contains(worker)) continue;
    if (best == nullptr || std::tie(peer.under_way, peer.asked) < std::tie(best->under_way, best->asked)) best = &peer;
  }
  if (best == nullptr) return std::nullopt;
  ++best->under_way;
  best->asked = ++picks_;
  return best->place;
}

bool Peers::knows(std::string const& topic, sdk::Time now) const {
  std::lock_guard const lock(mutex_);
  return std::any_of(peers_.begin(), peers_.end(), [&](auto const& each) { return usable(each.second, topic, now); });
}

void Peers::ended(std::string const& worker, sdk::Duration took) {
  std::lock_guard const lock(mutex_);
  auto const found = peers_.find(worker);
  if (found == peers_.end()) return;
  auto& [place, under_way, asked, not_before, pause, report] = found->second;
  --under_way;
  pause = first_pause;
  double const ms = std::chrono::duration<double, std::milli>(took).count();
  report.mean_ms = report.calls == 0 ? ms : report.mean_ms + newest_weight * (ms - report.mean_ms);
  ++report.calls;
}

void Peers::failed(std::string const& worker, sdk::Time now, std::string const& why) {
  std::lock_guard const lock(mutex_);
  auto const found = peers_.find(worker);
  if (found == peers_.end()) return;
  auto& peer = found->second;
  --peer.under_way;
  ++peer.report.failures;
  peer.report.last_error = why;
  peer.not_before = now + peer.pause;
  peer.pause = std::min(peer.pause * 2, longest_pause);
}

void Peers::passed(std::string const& worker, sdk::Time now, sdk::Duration pause, std::string const& why) {
  std::lock_guard const lock(mutex_);
  auto const found = peers_.find(worker);
  if (found == peers_.end()) return;
  --found->second.under_way;
  found->second.not_before = std::max(found->second.not_before, now + pause);
  if (!why.empty()) found->second.report.last_error = why;
}

void Peers::connected(std::string const& worker, std::string const& address) {
  std::lock_guard const lock(mutex_);
  if (auto const found = peers_.find(worker); found != peers_.end()) found->second.report.address = address;
}

std::vector<PeerReport> Peers::report(sdk::Time now) const {
  std::vector<PeerReport> all;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [worker, peer] : peers_) {
      all.push_back(peer.report);
      all.back().left_out = peer.not_before > now;
    }
  }
  std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.mean_ms > b.mean_ms; });
  return all;
}

}  // namespace conductor::rpc
