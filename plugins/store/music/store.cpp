#include "store.hpp"
#include "compat_rows.hpp"
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/claims.hpp"
#include "documents.hpp"
#include "lists.hpp"
#include "mutator.hpp"
#include "native_rows.hpp"
#include "poller.hpp"
#include "schema.hpp"

namespace conductor::plugins::music {

namespace checks = sdk::checks;
using sdk::Call;
using sdk::Durability;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;
using sdk::Read;
using sdk::Written;
using sdk::answers::failed;
using sdk::answers::name_of;

namespace {

// Removed rows stay this long: watches and repeated operations still find them.
constexpr std::int64_t removed_stays_ms = 600'000, purge_every_ms = 60'000;

// For calls without arguments that could be refused.
checks::Checked const fine;

sdk::Table const& table_of(std::string_view name) { return *sdk::find_table(name); }

}  // namespace

struct MusicStore::Parts {
  Parts(sdk::Host& host, sdk::Settings const& settings)
      : problem(problem_of(settings)), options(problem ? Options{} : options_of(settings)), wire(host, options) {
    auto own = std::make_unique<NativeRows>(wire, options.keyspace);
    if (options.compat) {
      native = std::move(own);
      auto compat = std::make_unique<CompatDocuments>(wire, *native, options.keyspace);
      auto shared = std::make_unique<CompatRows>(wire, *native, *compat);
      compat->use(*shared);
      rows = std::move(shared);
      documents = std::move(compat);
    } else {
      rows = std::move(own);
      documents = std::make_unique<NativeDocuments>(wire, *rows, options.keyspace);
    }
    lists = std::make_unique<Lists>(*rows, host.clock());
    poller = std::make_unique<Poller>(wire, *rows);
    mutator = std::make_unique<Mutator>(
        wire, *rows, [this](Call const& call, auto const& dropped) { return documents->dropped(call, dropped); });
  }

  std::optional<std::string> problem;
  Options const options;
  Wire wire;
  std::unique_ptr<NativeRows> native;  // beside `rows`, in the layout compat
  std::unique_ptr<Rows> rows;
  std::unique_ptr<Documents> documents;
  std::unique_ptr<Lists> lists;
  std::unique_ptr<Poller> poller;
  std::unique_ptr<Mutator> mutator;
  std::atomic<std::int64_t> purged_ms{0};
};

void MusicStore::describe(sdk::Schema& schema) { describe_options(schema); }

MusicStore::MusicStore(sdk::Host& host, sdk::Settings const& settings)
    : host_(host), parts_(std::make_unique<Parts>(host, settings)) {}

MusicStore::~MusicStore() = default;

template <class R, class Work>
R MusicStore::checked(Call const& call, checks::Checked const& refusal, Work const& work) {
  if (refusal) return failed<R>(refusal->outcome, refusal->text);
  if (auto const expired = call.expired(host_.clock())) return failed<R>(Outcome::cancelled, expired->text);
  return work(call.within(host_.clock(), parts_->options.operation_timeout));
}

checks::Checked MusicStore::refused_id(std::string_view table, std::string_view id) const {
  if (auto const why = parts_->rows->refusal(table_of(table), id)) return checks::invalid(*why);
  return std::nullopt;
}

sdk::Result<void> MusicStore::start(Call const& call) {
  if (parts_->problem) return Error{Errc::unsupported, *parts_->problem};
  if (auto const trouble = parts_->wire.trouble(call)) return *trouble;
  return {};
}

void MusicStore::stop() noexcept { parts_->poller->stop(); }

sdk::Result<void> MusicStore::health(Call const& call) {
  if (auto const trouble = parts_->wire.trouble(call)) return *trouble;
  return {};
}

sdk::StoreInfo MusicStore::info() const {
  sdk::StoreInfo info;
  info.name = parts_->options.compat ? "music (compat)" : "music";
  info.version = "1.0.0";
  info.max_record_bytes = parts_->rows->max_record_bytes();
  info.max_blob_bytes = parts_->documents->max_bytes();
  return info;
}

Read<int> MusicStore::ensure_schema(Call const& call) {
  if (auto const expired = call.expired(host_.clock())) return failed<Read<int>>(Outcome::cancelled, expired->text);
  return parts_->options.compat ? ensure_compat_schema(call, parts_->wire) : ensure_native_schema(call, parts_->wire);
}

Written MusicStore::told(std::string_view table, std::string_view id, Written written, sdk::Values const* columns) {
  if (!written) return written;
  parts_->poller->wrote(table_of(table), id, written.version, columns == nullptr);
  if (columns != nullptr) parts_->documents->referred(table_of(table), *columns);
  return written;
}

Written MusicStore::insert(Call const& call, std::string_view table, std::string_view id, sdk::Values const& columns,
                           std::string_view op, Durability) {
  auto no = checks::check_insert(table, id, columns, op, info());
  if (!no) no = refused_id(table, id);
  return checked<Written>(call, no, [&](Call const& own) {
    return told(table, id, parts_->mutator->insert(own, table_of(table), id, columns, op), &columns);
  });
}

Written MusicStore::update(Call const& call, std::string_view table, std::string_view id, sdk::Values const& set,
                           sdk::Expect const& expect, std::string_view op, Durability) {
  auto no = checks::check_update(table, id, set, expect, op, info());
  if (!no) no = refused_id(table, id);
  return checked<Written>(call, no, [&](Call const& own) {
    return told(table, id, parts_->mutator->update(own, table_of(table), id, set, expect, op), &set);
  });
}

Written MusicStore::remove(Call const& call, std::string_view table, std::string_view id, sdk::Expect const& expect,
                           std::string_view op, Durability) {
  auto no = checks::check_remove(table, id, expect, op, info());
  if (!no) no = refused_id(table, id);
  return checked<Written>(call, no, [&](Call const& own) {
    return told(table, id, parts_->mutator->remove(own, table_of(table), id, expect, op), nullptr);
  });
}

sdk::MultiWritten MusicStore::multi(Call const&, std::span<sdk::Mutation const>, std::string_view, Durability) {
  return failed<sdk::MultiWritten>(Outcome::invalid, "store/music: MUSIC changes one row at a time; there is no multi");
}

Read<sdk::Row> MusicStore::get(Call const& call, std::string_view table, std::string_view id, sdk::Strength strength) {
  auto no = checks::check_table(table);
  if (!no) no = checks::check_id("the id", id, info().max_id_bytes);
  return checked<Read<sdk::Row>>(call, no, [&](Call const& own) -> Read<sdk::Row> {
    auto found = parts_->rows->read(own, table_of(table), id, strength);
    if (!found)
      return failed<Read<sdk::Row>>(outcome_of(found.verdict),
                                    "store/music: " + name_of(table, id) + " was not read: " + found.text);
    if (!found.stored || found.stored->gone)
      return failed<Read<sdk::Row>>(Outcome::not_found, name_of(table, id) + " does not exist");
    return {Outcome::ok, std::move(found.stored->row), {}};
  });
}

Read<std::vector<sdk::Row>> MusicStore::get_many(Call const& call, std::string_view table,
                                                 std::span<std::string const> ids, sdk::Strength strength) {
  using Many = Read<std::vector<sdk::Row>>;
  return checked<Many>(call, checks::check_table(table), [&](Call const& own) -> Many {
    auto found = parts_->rows->read_each(own, table_of(table), ids, strength);
    if (!found)
      return failed<Many>(outcome_of(found.verdict),
                          "store/music: rows of " + std::string(table) + " were not read: " + found.text);
    Many many{Outcome::ok, {}, {}};
    for (auto& stored : found.rows) many.value.push_back(std::move(stored.row));
    return many;
  });
}

Read<sdk::Page> MusicStore::list(Call const& call, std::string_view table, sdk::Values const& where,
                                 std::optional<std::string> const& after, std::size_t limit) {
  auto no = checks::check_list(table, where, limit);
  if (!no && !Lists::is_position(after)) no = checks::invalid("'" + *after + "' is no cursor of a list of this store");
  return checked<Read<sdk::Page>>(
      call, no, [&](Call const& own) { return parts_->lists->page(own, table_of(table), where, after, limit); });
}

Read<std::int64_t> MusicStore::count(Call const& call, std::string_view table, sdk::Values const& where) {
  return checked<Read<std::int64_t>>(call, checks::check_where(table, where), [&](Call const& own) {
    return parts_->lists->count(own, table_of(table), where);
  });
}

Read<std::string> MusicStore::put_blob(Call const& call, sdk::BlobKey const& key, std::string_view bytes, Durability) {
  auto const limits = info();
  auto no = checks::check_blob(key, limits);
  if (!no) no = refused_id(key.table, key.id);
  if (!no && bytes.size() > limits.max_blob_bytes)
    no = checks::too_large("the document in bytes", bytes.size(), limits.max_blob_bytes);
  // Large ones are many writes, each with the time of an operation.
  return checked<Read<std::string>>(call, no, [&](Call const&) { return parts_->documents->put(call, key, bytes); });
}

Read<std::string> MusicStore::get_blob(Call const& call, sdk::BlobKey const& key, std::string_view generation) {
  return checked<Read<std::string>>(call, checks::check_blob(key, info()),
                                    [&](Call const&) { return parts_->documents->get(call, key, generation); });
}

Read<std::int64_t> MusicStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  return checked<Read<std::int64_t>>(call, fine, [&](Call const&) {
    auto const now = parts_->wire.hosts().now_ms();
    auto last = parts_->purged_ms.load();
    if (now - last > purge_every_ms && parts_->purged_ms.compare_exchange_strong(last, now))
      for (auto const& table : sdk::tables::all) parts_->rows->purge(call, table, now - removed_stays_ms, limit);
    return parts_->documents->sweep(call, age, limit);
  });
}

Read<std::string> MusicStore::cursor(Call const& call) {
  return checked<Read<std::string>>(call, fine, [&](Call const&) -> Read<std::string> {
    return {Outcome::ok, parts_->poller->cursor(), {}};
  });
}

Read<std::unique_ptr<sdk::Watch>> MusicStore::watch(Call const& call, sdk::WatchFilter const& filter,
                                                    std::string const& from_cursor,
                                                    std::function<void(sdk::Event const&)> sink) {
  using Handle = Read<std::unique_ptr<sdk::Watch>>;
  for (auto const& table : filter.tables)
    if (auto no = checks::check_table(table)) return failed<Handle>(no->outcome, no->text);
  return checked<Handle>(call, fine, [&](Call const&) -> Handle {
    return {Outcome::ok, parts_->poller->watch(filter, from_cursor, std::move(sink)), {}};
  });
}

Written MusicStore::worker_register(Call const& call, sdk::WorkerInfo const& worker) {
  sdk::Values const columns{{"seq", worker.seq}, {"ttl_ms", worker.ttl_ms}, {"info", worker.info}};
  return insert(call, sdk::tables::workers.name, worker.id, columns, sdk::random_id(), Durability::full);
}

Written MusicStore::worker_beat(Call const& call, std::string_view id) {
  auto const name = sdk::tables::workers.name;
  for (auto const strength : {sdk::Strength::relaxed, sdk::Strength::strong}) {
    auto const row = get(call, name, id, strength);
    if (row.outcome == Outcome::not_found)
      return failed<Written>(Outcome::conflict, "worker '" + std::string(id) + "' is registered no more");
    if (!row) return failed<Written>(row.outcome, row.text);
    sdk::Expect expect;
    expect.version = row.value.version;
    auto beat =
        update(call, name, id, {{"seq", row.value.integer("seq") + 1}}, expect, sdk::random_id(), Durability::full);
    bool const behind = beat.outcome == Outcome::conflict && strength == sdk::Strength::relaxed;
    if (behind) continue;
    if (beat.outcome == Outcome::not_found) beat.outcome = Outcome::conflict;
    return beat;
  }
  return failed<Written>(Outcome::conflict, "worker '" + std::string(id) + "' was changed by another");
}

Written MusicStore::worker_close(Call const& call, std::string_view id) {
  sdk::Expect expect;
  expect.unconditional = true;
  return remove(call, sdk::tables::workers.name, id, expect, sdk::random_id(), Durability::full);
}

Read<std::vector<sdk::WorkerInfo>> MusicStore::workers(Call const& call) {
  using Workers = Read<std::vector<sdk::WorkerInfo>>;
  return checked<Workers>(call, fine, [&](Call const& own) -> Workers {
    auto const found = parts_->rows->list(own, sdk::tables::workers, {});
    if (!found) return failed<Workers>(outcome_of(found.verdict), "store/music: workers were not read: " + found.text);
    Workers workers{Outcome::ok, {}, {}};
    for (auto const& [row, ops, gone] : found.rows)
      workers.value.push_back({row.id, row.integer("seq"), row.integer("ttl_ms"), row.map("info")});
    auto verdict = Verdict::done;
    for (auto& other : parts_->rows->foreign_workers(own, verdict)) workers.value.push_back(std::move(other));
    if (verdict != Verdict::done) return failed<Workers>(outcome_of(verdict), "store/music: plans were not read");
    return workers;
  });
}

Read<sdk::Resolution> MusicStore::resolve(Call const& call, std::string_view table, std::string_view id,
                                          std::string_view op) {
  return checked<Read<sdk::Resolution>>(call, checks::check_insert(table, id, {}, op, info()), [&](Call const& own) {
    return parts_->mutator->resolve(own, table_of(table), id, op);
  });
}

// Rows and documents are looked at by who asks; Cassandra repairs itself (`nodetool repair`, `scrub`).
Read<sdk::TextList> MusicStore::verify(Call const& call) {
  return checked<Read<sdk::TextList>>(call, fine, [](Call const&) { return Read<sdk::TextList>{Outcome::ok, {}, {}}; });
}

Written MusicStore::import_row(Call const& call, std::string_view table, sdk::Row const& row, Durability) {
  auto no = checks::check_insert(table, row.id, row.columns, row.op, info());
  if (!no) no = refused_id(table, row.id);
  return checked<Written>(call, no, [&](Call const& own) {
    RowTimes const times{row.created_ms, row.updated_ms};
    return told(table, row.id, parts_->mutator->insert(own, table_of(table), row.id, row.columns, row.op, times),
                &row.columns);
  });
}

}  // namespace conductor::plugins::music

using conductor::plugins::music::MusicStore;
CONDUCTOR_PLUGIN(MusicStore, "music", "1.0.0", "Store on MUSIC over Cassandra: for many machines and sites");
