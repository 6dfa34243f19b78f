#include "documents.hpp"

#include "conductor/sdk/generations.hpp"
#include "record.hpp"

#include <algorithm>

namespace conductor::plugins::etcd {

using sdk::BlobKey;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;
using sdk::answers::name_of;

namespace {

constexpr std::size_t part_bytes = 512U << 10U, parts_at_once = 8;
constexpr std::size_t longest_short = 256U << 10U;
constexpr std::size_t most_waiting_bytes = 16U << 20U, most_recent_bytes = 4U << 20U;
constexpr std::chrono::minutes longest_wait{30};
constexpr std::size_t longest_document = 64U << 20U;
constexpr std::size_t markers_at_once = 500, removed_at_once = 20;

// One more than fit: what does not compress grows a little.
constexpr std::size_t most_parts = sdk::parts_of(longest_document, part_bytes) + 1;

auto parse(std::string_view generation) { return sdk::parse_generation(generation, most_parts); }

std::string what(BlobKey const& key) { return "the " + key.kind + " of " + name_of(key.table, key.id); }

}  // namespace

Read<std::string> Documents::put(sdk::Call const& call, BlobKey const& key, std::string_view bytes,
                                 sdk::Durability durability) {
  auto frame = deflate(bytes);
  auto generation = sdk::new_generation(connection_.host.clock().wall_ms(), sdk::parts_of(frame.size(), part_bytes));
  if (durability == sdk::Durability::relaxed && keep_waiting(connection_.keys.document(key, generation), frame))
    return {Outcome::ok, std::move(generation), {}};
  auto const reply = write(call, key, generation, frame);
  if (!reply) return failed_as<Read<std::string>>(reply);
  return {Outcome::ok, std::move(generation), {}};
}

bool Documents::keep_waiting(std::string const& document, std::string const& frame) {
  if (frame.size() > std::min(longest_short, connection_.limits.request_bytes / 2)) return false;
  auto const now = connection_.host.clock().now();
  std::lock_guard const lock(mutex_);
  drop_forgotten(now);
  if (waiting_bytes_ + frame.size() > most_waiting_bytes) return false;
  waiting_bytes_ += frame.size();
  short_[document] = {frame, true, awaiting_.emplace(awaiting_.end(), now, document)};
  return true;
}

// With the lock held. Calls end within minutes: whoever has not referred to it by now was refused, or has died.
void Documents::drop_forgotten(sdk::Time now) {
  while (!awaiting_.empty() && now - awaiting_.front().first > longest_wait) {
    auto const found = short_.find(awaiting_.front().second);
    awaiting_.pop_front();
    waiting_bytes_ -= found->second.frame.size();
    short_.erase(found);
  }
}

Reply Documents::write(sdk::Call const& call, BlobKey const& key, std::string const& generation,
                       std::string_view frame) {
  auto const document = connection_.keys.document(key, generation);
  Reply reply;
  for (std::size_t i = 0; i < sdk::parts_of(frame.size(), part_bytes); ++i) {
    Transaction transaction;
    // Listed as loose before the last part is there: what a dead writer leaves is swept.
    if (i == 0) transaction.success.push_back(etcd::put(loose_since_made(key, generation), {}));
    transaction.success.push_back(
        etcd::put(Keys::part(document, i), std::string(frame.substr(i * part_bytes, part_bytes))));
    reply = connection_.write(call, transaction).reply;
    if (!reply) return reply;
  }
  return reply;
}

Reply Documents::write_now(sdk::Call const& call, BlobKey const& key, std::string_view generation) {
  auto const frame = known(connection_.keys.document(key, generation));
  Reply reply;
  reply.verdict = Verdict::done;
  reply.outcome = Outcome::ok;
  if (!frame) return reply;
  reply = write(call, key, std::string(generation), *frame);
  if (reply) written(key, generation);
  return reply;
}

std::string Documents::loose_since_made(BlobKey const& key, std::string_view generation) const {
  auto const parsed = parse(generation);
  return parsed ? connection_.keys.loose(parsed->made_ms, key, generation) : std::string();
}

std::optional<Operation> Documents::waiting(BlobKey const& key, std::string_view generation) const {
  auto const document = connection_.keys.document(key, generation);
  std::lock_guard const lock(mutex_);
  auto const found = short_.find(document);
  if (found == short_.end() || !found->second.waits) return std::nullopt;
  return etcd::put(Keys::part(document, 0), found->second.frame);
}

void Documents::written(BlobKey const& key, std::string_view generation) {
  auto const document = connection_.keys.document(key, generation);
  std::lock_guard const lock(mutex_);
  auto const found = short_.find(document);
  if (found == short_.end() || !std::exchange(found->second.waits, false)) return;
  waiting_bytes_ -= found->second.frame.size();
  recent_bytes_ += found->second.frame.size();
  recent_.splice(recent_.end(), awaiting_, found->second.place);
  while (recent_bytes_ > most_recent_bytes) {
    auto const oldest = short_.find(recent_.front().second);
    recent_.pop_front();
    recent_bytes_ -= oldest->second.frame.size();
    short_.erase(oldest);
  }
}

std::size_t Documents::kept() const {
  std::lock_guard const lock(mutex_);
  return awaiting_.size() + recent_.size();
}

std::optional<std::string> Documents::known(std::string const& document) const {
  std::lock_guard const lock(mutex_);
  auto const found = short_.find(document);
  return found == short_.end() ? std::nullopt : std::optional(found->second.frame);
}

void Documents::forget(std::string const& document) {
  std::lock_guard const lock(mutex_);
  auto const found = short_.find(document);
  if (found == short_.end() || found->second.waits) return;
  recent_bytes_ -= found->second.frame.size();
  recent_.erase(found->second.place);
  short_.erase(found);
}

Read<std::string> Documents::unpacked(BlobKey const& key, std::string_view frame) const {
  auto bytes = inflate(frame, longest_document);
  if (!bytes)
    return failed<Read<std::string>>(Outcome::corrupt, what(key) +
                                                           " is damaged (its checksum or length is wrong); "
                                                           "submit the plan again or restore a backup");
  return {Outcome::ok, std::move(*bytes), {}};
}

Read<Stored> Documents::whole(sdk::Call const& call, std::string_view table, std::string_view id, Stored stored,
                              std::int64_t revision) {
  auto const generation = aside_at(stored.value);
  if (!generation) return {Outcome::ok, std::move(stored), {}};
  stored.aside = *generation;
  auto read = get(call, {std::string(table), std::string(id), std::string(row_kind)}, stored.aside, revision);
  if (!read) return failed<Read<Stored>>(read.outcome, read.text);
  stored.value = std::move(read.value);
  return {Outcome::ok, std::move(stored), {}};
}

Read<std::string> Documents::get(sdk::Call const& call, BlobKey const& key, std::string_view generation,
                                 std::int64_t revision) {
  auto const document = connection_.keys.document(key, generation);
  if (auto const frame = known(document)) return unpacked(key, *frame);
  auto const parsed = parse(generation);
  auto const gone = [&] { return failed<Read<std::string>>(Outcome::not_found, what(key) + " does not exist"); };
  if (!parsed) return gone();
  std::string frame;
  Range parts;
  parts.end = end_of(document);
  parts.limit = static_cast<std::int64_t>(parts_at_once);
  parts.revision = revision;
  for (std::size_t have = 0; have < parsed->parts;) {
    parts.key = Keys::part(document, have);
    auto const answer = connection_.range(call, parts);
    // Compacted between two pages: from the start, as of a later moment.
    if (!answer && answer.reply.verdict == Verdict::compacted) {
      parts.revision = 0;
      have = 0;
      frame.clear();
      continue;
    }
    if (!answer) return failed_as<Read<std::string>>(answer.reply);
    if (answer.value->pairs.empty() && have == 0) return gone();
    if (answer.value->pairs.empty()) return unpacked(key, {});
    parts.revision = answer.value->revision;
    for (auto const& pair : answer.value->pairs) frame += pair.value;
    have += answer.value->pairs.size();
  }
  return unpacked(key, frame);
}

Read<std::int64_t> Documents::sweep(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  Range old;
  old.key = connection_.keys.loose();
  old.end = connection_.keys.loose() + digits(connection_.host.clock().wall_ms() - age.count() + 1);
  old.limit = static_cast<std::int64_t>(std::min(limit, markers_at_once));
  old.keys_only = true;
  auto const answer = connection_.range(call, old);
  if (!answer) return failed_as<Read<std::int64_t>>(answer.reply);
  std::span<KeyValue const> markers(answer.value->pairs);
  std::int64_t freed = 0;
  for (; !markers.empty(); markers = markers.subspan(std::min(removed_at_once, markers.size()))) {
    Reply problem;
    problem.verdict = Verdict::done;
    freed +=
        static_cast<std::int64_t>(sweep_some(call, markers.first(std::min(removed_at_once, markers.size())), problem));
    if (!problem) return failed_as<Read<std::int64_t>>(problem);
  }
  return {Outcome::ok, freed, {}};
}

Read<bool> Documents::refers(sdk::Call const& call, Stored const& row, Keys::Loose const& loose) {
  auto const& document = loose.document;
  if (document.kind == row_kind) return {Outcome::ok, aside_at(row.value) == loose.generation, {}};
  auto const stored = whole(call, document.table, document.id, row);
  // Damaged ones are left as they are, with all that may be theirs; those that have changed are looked at next time.
  if (stored.outcome == Outcome::corrupt || stored.outcome == Outcome::not_found) return {Outcome::ok, true, {}};
  if (!stored) return {stored.outcome, true, stored.text};
  auto const record = stored.value.exists() ? decode(stored.value.value) : std::nullopt;
  return {Outcome::ok, record && record->text(document.kind) == loose.generation, {}};
}

// Only while the rows are as they were read: one that begins to refer to the document keeps it.
std::size_t Documents::sweep_some(sdk::Call const& call, std::span<KeyValue const> markers, Reply& problem) {
  std::vector<Keys::Loose> loose;
  std::vector<Operation> rows;
  Transaction removal;
  for (auto const& marker : markers) {
    removal.success.push_back(erase(marker.key));
    auto parsed = connection_.keys.loose_of(marker.key);
    if (!parsed) continue;
    rows.push_back(read(connection_.keys.row(parsed->document.table, parsed->document.id)));
    loose.push_back(std::move(*parsed));
  }
  if (!rows.empty()) {
    auto const answer = connection_.read(call, rows);
    problem = answer.reply;
    if (!answer || answer.value->answers.size() != rows.size()) return 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const stored = stored_of(answer.value->answers[i], nullptr);
      removal.compares.push_back({Compare::Target::mod, rows[i].key, stored.mod});
      auto const used = refers(call, stored, loose[i]);
      if (!used) {
        problem.verdict = Verdict::refused;
        problem.outcome = used.outcome;
        problem.text = used.text;
        return 0;
      }
      if (used.value) continue;
      auto document = connection_.keys.document(loose[i].document, loose[i].generation);
      forget(document);
      auto end = end_of(document);
      removal.success.push_back(erase(std::move(document), std::move(end)));
    }
  }
  auto const done = connection_.write(call, removal);
  problem = done.reply;
  return done && done.value->succeeded ? markers.size() : 0;
}

}  // namespace conductor::plugins::etcd
