#include "regions.hpp"

#include <algorithm>
#include <set>

namespace conductor::plugins::inventory_aai {

using sdk::Errc;
using sdk::Error;
using sdk::Result;
using namespace std::chrono_literals;

namespace {

constexpr auto first_early_retry = 1min;  // doubled for each further incomplete map, up to the interval
constexpr auto longest_refresh = 10min;
constexpr auto warning_interval = 1h;

// A drop that stands for a region.
sdk::Drop drop_of(sdk::RegionKey const& key, std::string code, std::string text) {
  return {key.cloud_region_id, key.cloud_region_id, std::move(code),
          "cloud region " + key.cloud_region_id + " of owner '" + key.cloud_owner + "': " + std::move(text)};
}

double seconds(sdk::Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

PlacedRegion const* RegionMap::find(sdk::RegionKey const& key) const {
  auto const found =
      std::find_if(regions.begin(), regions.end(), [&](PlacedRegion const& item) { return item.region.key == key; });
  return found == regions.end() ? nullptr : &*found;
}

RegionCache::RegionCache(sdk::Host& host, Connection& connection, Complexes& complexes, Options const& options)
    : host_(host),
      connection_(connection),
      complexes_(complexes),
      options_(options),
      age_(host.gauge("conductor_aai_region_cache_age_seconds", "Time since the cloud regions were read from A&AI.")),
      failures_(host.counter("conductor_aai_region_refresh_failures_total",
                             "Readings of the cloud regions that failed, or in which a request failed.")),
      early_retry_(first_early_retry) {}

RegionCache::~RegionCache() { stop(); }

Result<RegionMapPtr> RegionCache::regions(sdk::Call const& call, std::string const& asker) {
  std::unique_lock lock(mutex_);
  observe_locked();
  auto const servable = [&] { return map_ != nullptr && !map_->regions.empty(); };
  if (servable()) {
    if (host_.clock().now() >= due_ && !building_ && !wanted_ && !stopped_) {
      wanted_ = true;
      if (!worker_.joinable()) worker_ = std::jthread([this](std::stop_token stop) { refresh_in_background(stop); });
      changed_.notify_all();
    }
    return map_;
  }
  if (building_) {
    // The builder has a deadline of its own; look at ours now and then.
    while (building_) {
      if (auto const expired = call.expired(host_.clock()))
        return Error{expired->code, asker + ": the cloud regions are still being read: " + expired->text};
      changed_.wait_for(lock, call.cancelled, 50ms, [&] { return !building_; });
    }
    if (map_ != nullptr) return map_;
    if (last_error_) return *last_error_;
  }
  building_ = true;
  auto const previous = map_;
  lock.unlock();
  auto built = build(call, asker, previous);
  lock.lock();
  publish(std::move(built));
  if (last_error_) return *last_error_;
  return map_;
}

Result<RegionMap> RegionCache::build(sdk::Call const& call, std::string const& asker,
                                     RegionMapPtr const& previous) try {
  Target target("/cloud-infrastructure/cloud-regions/");
  auto const list = connection_.list(call, asker, target.with("depth", "0"), "cloud-region", Connection::Paging::on);
  if (!list) return list.error();

  RegionMap map;
  std::vector<Region> placed;
  std::vector<ComplexRef> refs;
  std::set<sdk::RegionKey> seen;
  for (auto const& body : *list) {
    auto region = read_region(body);
    if (!region) {
      map.dropped.push_back({"", "", "INVENTORY_ERROR", region.error().text});
      continue;
    }
    if (!seen.insert(region->key).second) continue;  // pages shift when regions come and go
    if (!region->complex) {
      map.dropped.push_back(drop_of(region->key, region->no_complex.code, region->no_complex.text));
      continue;
    }
    refs.push_back(*region->complex);
    placed.push_back(std::move(*region));
  }
  auto const complexes = complexes_.read_all(call, asker, refs, Complexes::Age::fresh);
  for (std::size_t i = 0; i < placed.size(); ++i) place(map, std::move(placed[i]), complexes[i], previous.get());
  if (options_.hardware) equip(map, call, asker, previous.get());
  if (auto const expired = call.expired(host_.clock()))
    return Error{expired->code, asker + ": reading the cloud regions was not finished: " + expired->text};
  return map;
} catch (std::exception const& thrown) {
  // Whoever builds must come back and publish, or nobody would ever build again.
  return Error{Errc::internal, asker + ": reading the cloud regions: " + thrown.what()};
}

void RegionCache::place(RegionMap& map, Region region, Result<ComplexPtr> const& complex, RegionMap const* previous) {
  auto const key = region.key;
  if (complex) {
    auto const missing = incomplete(**complex, true);
    if (missing.empty())
      map.regions.push_back({std::move(region), *complex, nullptr});
    else
      map.dropped.push_back(drop_of(key, "NO_COMPLEX", missing));
    return;
  }
  if (complex.error().code == Errc::not_found) {
    map.dropped.push_back(drop_of(key, "NO_COMPLEX", complex.error().text));
    return;
  }
  map.incomplete = map.incomplete || complex.error().code != Errc::unsupported;
  if (auto const* old = previous == nullptr ? nullptr : previous->find(key))
    map.regions.push_back(*old);
  else
    map.dropped.push_back(drop_of(key, "INVENTORY_ERROR", complex.error().text));
}

void RegionCache::equip(RegionMap& map, sdk::Call const& call, std::string const& asker, RegionMap const* previous) {
  std::vector<sdk::RegionKey> keys;
  for (auto const& placed : map.regions) keys.push_back(placed.region.key);
  auto answers = read_hardware(connection_, options_, call, asker, keys);
  std::size_t failed = 0;
  std::string first;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& answer = answers[i];
    for (auto const* part : {&answer.flavors, &answer.capabilities}) {
      if (*part) continue;
      if (failed++ == 0) first = part->error().text;
      map.incomplete = map.incomplete || part->error().code != Errc::unsupported;
    }
    auto const* old = previous == nullptr ? nullptr : previous->find(keys[i]);
    auto const* known = old == nullptr ? nullptr : old->hardware.get();
    map.regions[i].hardware = std::make_shared<Hardware const>(merge(std::move(answer), known));
  }
  if (failed > 0)
    host_.log().warning(call, std::to_string(failed) +
                                  " requests for the hardware of cloud regions failed; what was known before stays in "
                                  "use. The first: " +
                                  first);
}

void RegionCache::publish(Result<RegionMap> built) {
  last_error_.reset();
  if (!built) {
    failures_.add();
    last_error_ = built.error();
    if (map_ != nullptr)
      host_.log().warning("the cloud regions could not be read again, the previous ones stay in use: " +
                          built.error().text);
  } else if (built->regions.empty() && map_ != nullptr && !map_->regions.empty()) {
    failures_.add();
    host_.log().warning("A&AI has no usable cloud region any more; the " + std::to_string(map_->regions.size()) +
                        " known ones stay in use");
  } else {
    publish_map(std::move(*built));
  }
  building_ = false;
  changed_.notify_all();
}

void RegionCache::publish_map(RegionMap map) {
  auto const now = host_.clock().now();
  sdk::Duration const interval = options_.region_interval;
  if (map.incomplete) {
    failures_.add();
    due_ = now + std::min(interval, early_retry_);
    early_retry_ = std::min(interval, early_retry_ * 2);
  } else {
    due_ = map.regions.empty() ? now : now + interval;
    early_retry_ = first_early_retry;
  }
  std::string text = "read " + std::to_string(map.regions.size()) + " cloud regions from A&AI";
  if (!map.dropped.empty())
    text += "; " + std::to_string(map.dropped.size()) + " cannot be used, the first: " + map.dropped.front().text;
  if (map.incomplete) text += "; some requests failed and will be repeated";
  host_.log().write(map.incomplete ? sdk::Level::warning : sdk::Level::info, nullptr, text);
  read_at_ = now;
  map_ = std::make_shared<RegionMap const>(std::move(map));
  observe_locked();
}

void RegionCache::refresh_in_background(std::stop_token const& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return wanted_; })) {
    wanted_ = false;
    building_ = true;
    auto const previous = map_;
    lock.unlock();
    sdk::Call call;
    call.deadline = host_.clock().now() + longest_refresh;
    call.cancelled = stop;
    call.request_id = "aai-region-refresh";
    auto built = build(call, "region refresh", previous);
    lock.lock();
    publish(std::move(built));
  }
}

void RegionCache::observe_locked() {
  if (map_ == nullptr) return;
  auto const now = host_.clock().now();
  auto const age = now - read_at_;
  age_.set(seconds(age));
  bool const warned = warned_at_ && now - *warned_at_ < warning_interval;
  if (age < 2 * options_.region_interval || warned) return;
  warned_at_ = now;
  host_.log().warning("the cloud regions are " +
                      std::to_string(std::chrono::duration_cast<std::chrono::minutes>(age).count()) +
                      " minutes old, expected at most " + std::to_string(options_.region_interval.count()) +
                      "; A&AI could not be read since" + (last_error_ ? ": " + last_error_->text : ""));
}

void RegionCache::observe() {
  std::lock_guard const lock(mutex_);
  observe_locked();
}

void RegionCache::settle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !building_ && !wanted_; });
}

void RegionCache::stop() noexcept {
  {
    std::lock_guard const lock(mutex_);
    stopped_ = true;
    wanted_ = false;
  }
  worker_.request_stop();
  if (worker_.joinable()) worker_.join();
}

}  // namespace conductor::plugins::inventory_aai
