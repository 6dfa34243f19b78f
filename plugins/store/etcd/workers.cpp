#include "workers.hpp"

#include "conductor/sdk/claims.hpp"

#include <charconv>

namespace conductor::plugins::etcd {

namespace json = boost::json;
using namespace std::chrono_literals;
using sdk::Outcome;
using sdk::Written;
using sdk::answers::failed;
using sdk::answers::written;

namespace {

constexpr std::chrono::seconds idle_beat{60};  // an idle process beats no more often

// Longer than two pauses between beats: nobody who lives loses it. Deaths are seen earlier, by the beats that stay
// away. It is renewed when a third has passed: an idle process does that at each third beat.
std::chrono::seconds lease_time(std::int64_t ttl_ms) {
  return 8 * idle_beat + std::chrono::ceil<std::chrono::seconds>(std::chrono::milliseconds(ttl_ms));
}

std::string value_of(sdk::WorkerInfo const& worker) {
  json::object info;
  for (auto const& [name, text] : worker.info) info.emplace(name, text);
  return json::serialize(json::object{{"ttl_ms", worker.ttl_ms}, {"info", std::move(info)}});
}

Written lost(std::string_view id) {
  return failed<Written>(Outcome::conflict, "worker '" + std::string(id) + "' is registered no more");
}

}  // namespace

Written Workers::add(sdk::Call const& call, sdk::WorkerInfo const& worker) {
  Own own;
  own.ttl = lease_time(worker.ttl_ms);
  own.value = value_of(worker);
  own.renewed = connection_.host.clock().now();
  if (auto const reply = grant(call, own.ttl, own.lease); !reply) return failed_as<Written>(reply);
  Transaction transaction;
  auto const key = connection_.keys.worker(worker.id);
  transaction.compares.push_back({Compare::Target::version, key, 0});
  transaction.success.push_back(put(key, own.value, own.lease));
  transaction.failure.push_back(read(key));
  auto const answer = connection_.write(call, transaction);
  bool const mine = answer && !answer.value->succeeded && !answer.value->answers.empty() &&
                    !answer.value->answers[0].pairs.empty() && answer.value->answers[0].pairs[0].lease == own.lease;
  if (answer && (answer.value->succeeded || mine)) {
    remember(worker.id, own);
    return written({std::to_string(own.lease), 1});
  }
  // In doubt it goes away by its time.
  if (answer) connection_.lease(call, "revoke", {{"ID", std::to_string(own.lease)}});
  if (!answer) return failed_as<Written>(answer.reply);
  return failed<Written>(Outcome::exists, "worker '" + worker.id + "' is registered already");
}

// With an id of our own choosing the request can be repeated; one in use is another's, or ours from an earlier try.
Reply Workers::grant(sdk::Call const& call, std::chrono::seconds ttl, std::int64_t& lease) {
  for (int tries = 0;; ++tries) {
    auto const random = sdk::random_id();
    std::uint64_t number = 0;
    std::from_chars(random.data(), random.data() + 15, number, 16);
    lease = static_cast<std::int64_t>(number | 1U);
    auto reply =
        connection_.lease(call, "grant", {{"TTL", std::to_string(ttl.count())}, {"ID", std::to_string(lease)}});
    if (reply.verdict == Verdict::taken && reply.doubted) {
      reply.verdict = Verdict::done;
      return reply;
    }
    if (reply.verdict != Verdict::taken || tries == 2) return reply;
  }
}

std::optional<Workers::Own> Workers::known(std::string_view id) const {
  std::lock_guard const lock(mutex_);
  auto const found = own_.find(id);
  return found == own_.end() ? std::nullopt : std::optional(found->second);
}

void Workers::remember(std::string_view id, Own own) {
  std::lock_guard const lock(mutex_);
  own_.insert_or_assign(std::string(id), std::move(own));
}

void Workers::forget(std::string_view id) {
  std::lock_guard const lock(mutex_);
  if (auto const found = own_.find(id); found != own_.end()) own_.erase(found);
}

// A worker registered through another instance. False: it is not there, or `problem` says why that is unknown.
bool Workers::recall(sdk::Call const& call, std::string_view id, Own& own, Reply& problem) {
  Range range;
  range.key = connection_.keys.worker(id);
  auto const answer = connection_.range(call, range);
  problem = answer.reply;
  if (!answer || answer.value->pairs.empty()) return false;
  own.lease = answer.value->pairs.front().lease;
  own.value = answer.value->pairs.front().value;
  return true;
}

// False: the lease is gone, or `problem` says why that is unknown.
bool Workers::renew(sdk::Call const& call, Own& own, Reply& problem) {
  auto const now = connection_.host.clock().now();
  if (own.ttl.count() > 0 && now - own.renewed < own.ttl / 3) return true;
  problem = connection_.lease(call, "keepalive", {{"ID", std::to_string(own.lease)}});
  if (!problem) return false;
  auto const* result = problem.body.get_object().if_contains("result");
  if (result == nullptr || number_at(*result, "TTL") <= 0) return false;
  own.ttl = std::chrono::seconds(number_at(*result, "TTL"));
  own.renewed = now;
  return true;
}

Written Workers::beat(sdk::Call const& call, std::string_view id) {
  Reply problem;
  problem.verdict = Verdict::done;
  auto own = known(id);
  if (!own && !recall(call, id, own.emplace(), problem)) return problem ? lost(id) : failed_as<Written>(problem);
  if (!renew(call, *own, problem)) {
    if (!problem) return failed_as<Written>(problem);
    forget(id);
    return lost(id);
  }
  Transaction transaction;
  auto const key = connection_.keys.worker(id);
  transaction.compares.push_back({Compare::Target::lease, key, own->lease});
  transaction.success.push_back(put(key, own->value, own->lease));
  transaction.success.push_back(read(key));
  auto const answer = connection_.write(call, transaction);
  if (!answer && answer.reply.verdict != Verdict::no_lease) return failed_as<Written>(answer.reply);
  if (!answer || !answer.value->succeeded) {
    forget(id);
    return lost(id);
  }
  remember(id, *own);
  auto const& shown = answer.value->answers.back().pairs;
  return written({std::to_string(own->lease), shown.empty() ? 0 : shown.front().version});
}

Written Workers::close(sdk::Call const& call, std::string_view id) {
  Reply problem;
  problem.verdict = Verdict::done;
  auto own = known(id);
  forget(id);
  if (!own && !recall(call, id, own.emplace(), problem))
    return problem ? failed<Written>(Outcome::not_found, "worker '" + std::string(id) + "' is not registered")
                   : failed_as<Written>(problem);
  auto const reply = connection_.lease(call, "revoke", {{"ID", std::to_string(own->lease)}});
  if (reply || reply.verdict == Verdict::no_lease) return written({std::to_string(own->lease), 0});
  return failed_as<Written>(reply);
}

sdk::Read<std::vector<sdk::WorkerInfo>> Workers::all(sdk::Call const& call) {
  using Result = sdk::Read<std::vector<sdk::WorkerInfo>>;
  Range range;
  range.key = connection_.keys.workers();
  range.end = end_of(range.key);
  auto const answer = connection_.range(call, range);
  if (!answer) return failed_as<Result>(answer.reply);
  Result result;
  for (auto const& pair : answer.value->pairs) {
    auto const value = json_of(pair.value);
    auto const id = connection_.keys.worker_of(pair.key);
    if (!value || !id) continue;
    sdk::WorkerInfo worker{*id, pair.version, number_at(*value, "ttl_ms"), {}};
    if (auto const* info = value->get_object().if_contains("info"); info != nullptr && info->is_object())
      for (auto const& [name, text] : info->get_object())
        if (text.is_string()) worker.info.emplace(std::string(name), std::string(text.get_string()));
    result.value.push_back(std::move(worker));
  }
  result.outcome = Outcome::ok;
  return result;
}

}  // namespace conductor::plugins::etcd
