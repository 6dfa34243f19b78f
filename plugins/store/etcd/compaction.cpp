#include "compaction.hpp"

namespace conductor::plugins::etcd {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {
constexpr int notes_kept = 10;  // within the time that stays
}

void Compaction::look(sdk::Call const& call) {
  if (interval_ == 0s) return;
  std::unique_lock const lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  auto const revision = old_revision(call);
  auto const now = connection_.host.clock().now();
  if (revision == 0 || now < next_) return;
  next_ = now + interval_;
  if (!is_ours(call)) return;
  auto const body = json::serialize(json::object{{"revision", std::to_string(revision)}});
  auto const done = connection_.gateway.post(call, "/v3/kv/compaction", body, Gateway::Use::read);
  // Another one has gone further.
  if (done || done.verdict == Verdict::compacted) return;
  connection_.host.log().warning(call, "the history of the cluster cannot be compacted: " + done.text);
}

// The newest revision that is older than what stays; 0: none yet.
std::int64_t Compaction::old_revision(sdk::Call const& call) {
  auto const now = connection_.host.clock().now();
  if (revisions_.empty() || now - revisions_.back().first >= kept_ / notes_kept) {
    Range range;
    range.key = connection_.keys.schema();
    if (auto const answer = connection_.range(call, range)) revisions_.emplace_back(now, answer.value->revision);
  }
  std::int64_t old = 0;
  while (!revisions_.empty() && now - revisions_.front().first >= kept_) {
    old = revisions_.front().second;
    if (revisions_.size() == 1 || now - revisions_[1].first < kept_) break;
    revisions_.pop_front();
  }
  return old;
}

bool Compaction::is_ours(sdk::Call const& call) {
  auto const lease = connection_.lease(call, "grant", {{"TTL", std::to_string(interval_.count())}});
  if (!lease) return false;
  auto const key = connection_.keys.prefix() + "l/compaction";
  Transaction transaction;
  transaction.compares.push_back({Compare::Target::version, key, 0});
  transaction.success.push_back(put(key, {}, number_at(lease.body, "ID")));
  auto const answer = connection_.write(call, transaction);
  return answer && answer.value->succeeded;
}

}  // namespace conductor::plugins::etcd
