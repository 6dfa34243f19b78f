#include "documents.hpp"
#include "conductor/sdk/base64.hpp"
#include "conductor/sdk/generations.hpp"
#include "keys.hpp"

#include <boost/crc.hpp>

#include <algorithm>

namespace conductor::plugins::music {

using sdk::BlobKey;
using sdk::Call;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;

namespace {

// In base64 below the megabyte that a column of MUSIC should not exceed.
constexpr std::size_t part_bytes = 512U << 10U;
constexpr std::int64_t hour_ms = 3'600'000;
// A document in use leaves the list of loose ones only at this age, and one let go of before half of it is still on it:
// documents of short-lived rows are noted once.
constexpr std::int64_t stays_listed_ms = 600'000;
// How far back a sweep looks when it does not know where the last one ended, and how long entries of clocks that are
// behind are waited for.
constexpr std::int64_t hours_looked_back = 48, hours_kept_open = 2;

constexpr std::size_t most_parts = sdk::parts_of(NativeDocuments::longest, part_bytes);

auto parsed(std::string_view generation) { return sdk::parse_generation(generation, most_parts); }

// Plans as the specification of the backend has them, rows of other tables with their table before.
std::string base_key(BlobKey const& key, std::string_view generation) {
  if (key.table == sdk::tables::plans.name) return joined({key.id, key.kind, generation});
  return joined({key.table, key.id, key.kind, generation});
}

std::string part_key(std::string const& base, std::size_t part) { return base + "__" + std::to_string(part); }

std::string checksum(std::string_view body, std::size_t part, std::size_t parts) {
  boost::crc_32_type sum;
  std::uint64_t const place[] = {part, parts};
  sum.process_bytes(place, sizeof place);
  sum.process_bytes(body.data(), body.size());
  return std::to_string(sum.checksum());
}

template <class R>
R failure(Answer const& answer, std::string const& doing) {
  auto const outcome = outcome_of(answer.verdict);
  // Parts may be written any number of times: nobody refers to them yet.
  return failed<R>(outcome == Outcome::ambiguous ? Outcome::unavailable : outcome,
                   "store/music: " + doing + ": " + answer.text);
}

std::string name_of(BlobKey const& key) {
  return "the document '" + key.kind + "' of " + key.table + " '" + key.id + "'";
}

}  // namespace

Answer NativeDocuments::note_loose(Call const& call, BlobKey const& key, std::string_view generation) {
  auto const now = wire_.hosts().now_ms();
  json::object const values{
      {"id", joined({key.table, key.id, key.kind, generation})}, {"hour", std::to_string(now / hour_ms)}, {"at", now}};
  return wire_.put(call, loose_, values);
}

Read<std::string> NativeDocuments::put(Call const& call, BlobKey const& key, std::string_view bytes) {
  auto const parts = sdk::parts_of(bytes.size(), part_bytes);
  auto generation = sdk::new_generation(wire_.hosts().now_ms(), parts);
  // Noted first: who dies in between leaves nothing that is not found again.
  if (auto const noted = note_loose(call, key, generation); !noted)
    return failure<Read<std::string>>(noted, name_of(key) + " was not written");
  auto const base = base_key(key, generation);
  for (std::size_t part = 0; part < parts; ++part) {
    auto body = sdk::base64(bytes.substr(part * part_bytes, part_bytes));
    auto sum = checksum(body, part, parts);
    auto const written =
        wire_.put(call, docs_, {{"id", part_key(base, part)}, {"body", std::move(body)}, {"sum", std::move(sum)}});
    if (!written) return failure<Read<std::string>>(written, name_of(key) + " was not written");
  }
  return {Outcome::ok, std::move(generation), {}};
}

Read<std::string> NativeDocuments::get(Call const& call, BlobKey const& key, std::string_view generation) {
  using Bytes = Read<std::string>;
  auto const known = parsed(generation);
  if (!known)
    return failed<Bytes>(Outcome::not_found, name_of(key) + " has no generation '" + std::string(generation) + "'");
  auto const base = base_key(key, generation);
  Bytes result{Outcome::ok, {}, {}};
  for (std::size_t part = 0; part < known->parts; ++part) {
    // Immutable: what one replica has is right, when it has it whole.
    auto const good = [&](Answer const& answer) {
      return answer && !answer.rows.empty() &&
             checksum(text_in(answer.rows[0], "body"), part, known->parts) == text_in(answer.rows[0], "sum");
    };
    auto answer = wire_.select(call, docs_, "id", part_key(base, part));
    if (!good(answer)) answer = wire_.read(call, docs_, part_key(base, part));
    if (!answer) return failure<Bytes>(answer, name_of(key) + " was not read");
    if (answer.rows.empty()) return failed<Bytes>(Outcome::not_found, name_of(key) + " is gone");
    auto bytes = good(answer) ? sdk::from_base64(text_in(answer.rows[0], "body")) : std::nullopt;
    if (!bytes)
      return failed<Bytes>(Outcome::corrupt, "store/music: " + name_of(key) + " is damaged in part " +
                                                 std::to_string(part) + "; restore it from a backup");
    result.value += *bytes;
  }
  return result;
}

bool NativeDocuments::dropped(Call const& call, std::vector<std::pair<BlobKey, std::string>> const& documents) {
  auto const now = wire_.hosts().now_ms();
  return std::all_of(documents.begin(), documents.end(), [&](auto const& document) {
    auto const made = parsed(document.second);
    bool const still_listed = made && made->made_ms > now - stays_listed_ms / 2 && made->made_ms <= now;
    return !made || still_listed || note_loose(call, document.first, document.second);
  });
}

// A replica that knows of the reference suffices; that there is none takes a quorum.
bool NativeDocuments::in_use(Call const& call, BlobKey const& key, std::string_view generation, Verdict& verdict) {
  for (auto const strength : {sdk::Strength::relaxed, sdk::Strength::strong}) {
    auto const found = rows_.read(call, *sdk::find_table(key.table), key.id, strength);
    verdict = found.verdict;
    if (!found) return true;
    if (found.stored && !found.stored->gone && found.stored->row.text(key.kind) == generation) return true;
  }
  return false;
}

std::optional<int> NativeDocuments::sweep_one(Call const& call, json::object const& entry, std::int64_t before_ms) {
  auto const id = text_in(entry, "id");
  auto const at = integer_in(entry, "at");
  auto const ids = parted(id);
  json::object const unchanged{{"at", at}};
  auto const* const table = ids.size() == 4 ? sdk::find_table(ids[0]) : nullptr;
  auto const generation = table != nullptr ? parsed(ids[3]) : std::nullopt;
  if (!generation || table->column(ids[2]) == nullptr) return wire_.erase(call, loose_, id, unchanged), 0;
  if (at > before_ms) return 0;
  BlobKey const key{ids[0], ids[1], ids[2]};
  auto verdict = Verdict::done;
  if (in_use(call, key, ids[3], verdict)) {
    if (verdict != Verdict::done) return std::nullopt;
    if (at < wire_.hosts().now_ms() - stays_listed_ms) wire_.erase(call, loose_, id, unchanged);
    return 0;
  }
  auto const base = base_key(key, ids[3]);
  // Backwards: who finds the first part finds all.
  for (auto part = generation->parts; part > 0; --part)
    if (!wire_.erase(call, docs_, part_key(base, part - 1), {})) return std::nullopt;
  wire_.erase(call, loose_, id, unchanged);
  return 1;
}

Read<std::int64_t> NativeDocuments::sweep(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  auto const before = wire_.hosts().now_ms() - age.count();
  auto const last = before / hour_ms;
  std::lock_guard const lock(mutex_);
  auto first = std::max(swept_hour_, last - hours_looked_back);
  Read<std::int64_t> freed{Outcome::ok, 0, {}};
  bool all_empty = true;
  for (auto hour = first; hour <= last; ++hour) {
    auto const entries = wire_.select(call, loose_, loose_index, std::to_string(hour));
    if (!entries) return failure<Read<std::int64_t>>(entries, "the list of loose documents was not read");
    for (auto const& entry : entries.rows) {
      if (freed.value >= static_cast<std::int64_t>(limit)) return freed;
      auto const done = sweep_one(call, entry, before);
      if (!done) return failed<Read<std::int64_t>>(Outcome::unavailable, "store/music: documents were not swept");
      freed.value += *done;
    }
    all_empty = all_empty && entries.rows.empty();
    if (all_empty && hour < last - hours_kept_open) swept_hour_ = hour + 1;
  }
  return freed;
}

}  // namespace conductor::plugins::music
