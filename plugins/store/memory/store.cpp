#include "store.hpp"
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "watch.hpp"

#include <charconv>

namespace conductor::plugins::memory {

namespace checks = sdk::checks;
using sdk::Call;
using sdk::Durability;
using sdk::Outcome;
using sdk::Read;
using sdk::Written;
using sdk::answers::name_of;

namespace {

template <class T>
Read<T> found(T value) {
  return {Outcome::ok, std::move(value), {}};
}

template <class T>
Read<T> missing(std::string const& what) {
  return failed<Read<T>>(Outcome::not_found, what + " does not exist");
}

// `<created_ms>:<id>` of the last row of a page.
std::optional<std::pair<std::int64_t, std::string>> position_of(std::optional<std::string> const& cursor) {
  std::pair<std::int64_t, std::string> position{INT64_MIN, ""};
  if (!cursor) return position;
  auto const* const end = cursor->data() + cursor->size();
  auto const [stop, error] = std::from_chars(cursor->data(), end, position.first);
  if (error != std::errc() || stop == end || *stop != ':') return std::nullopt;
  position.second.assign(stop + 1, end);
  return position;
}

}  // namespace

template <class R, class Work>
R MemoryStore::locked(Call const& call, checks::Checked const& refusal, Work const& work) {
  if (refusal) return failed<R>(refusal->outcome, refusal->text);
  if (auto const expired = call.expired(host_.clock())) return failed<R>(Outcome::cancelled, expired->text);
  std::lock_guard const lock(world_->mutex());
  return work();
}

void MemoryStore::describe(sdk::Schema& schema) {
  schema.text("name", "Instances of the same name in one process share their data.").default_to("default");
}

MemoryStore::MemoryStore(sdk::Host& host, sdk::Settings const& settings)
    : host_(host), world_(World::of(settings.text("name"))) {}

sdk::StoreInfo MemoryStore::info() const {
  sdk::StoreInfo info;
  info.name = "memory";
  info.version = "1.0.0";
  info.max_multi_ops = 1000;
  return info;
}

Read<int> MemoryStore::ensure_schema(Call const& call) {
  return locked<Read<int>>(call, {}, [] { return found(sdk::store_schema_version); });
}

Written MemoryStore::insert(Call const& call, std::string_view table, std::string_view id, sdk::Values const& columns,
                            std::string_view op, Durability) {
  return locked<Written>(call, checks::check_insert(table, id, columns, op, info()), [&] {
    return world_->insert(*sdk::find_table(table), id, columns, op, host_.clock().wall_ms());
  });
}

Written MemoryStore::update(Call const& call, std::string_view table, std::string_view id, sdk::Values const& set,
                            sdk::Expect const& expect, std::string_view op, Durability) {
  auto const limits = info();
  return locked<Written>(call, checks::check_update(table, id, set, expect, op, limits), [&] {
    return world_->update(*sdk::find_table(table), id, set, expect, op, host_.clock().wall_ms(),
                          limits.max_record_bytes);
  });
}

Written MemoryStore::remove(Call const& call, std::string_view table, std::string_view id, sdk::Expect const& expect,
                            std::string_view op, Durability) {
  return locked<Written>(call, checks::check_remove(table, id, expect, op, info()),
                         [&] { return world_->remove(*sdk::find_table(table), id, expect, op); });
}

sdk::MultiWritten MemoryStore::multi(Call const& call, std::span<sdk::Mutation const> mutations, std::string_view op,
                                     Durability) {
  auto const limits = info();
  return locked<sdk::MultiWritten>(call, checks::check_multi(mutations, op, limits), [&] {
    return world_->multi(mutations, op, host_.clock().wall_ms(), limits.max_record_bytes);
  });
}

Read<sdk::Row> MemoryStore::get(Call const& call, std::string_view table, std::string_view id, sdk::Strength) {
  auto no = checks::check_table(table);
  if (!no) no = checks::check_id("the id", id, info().max_id_bytes);
  return locked<Read<sdk::Row>>(call, no, [&] {
    auto const* row = world_->find(*sdk::find_table(table), id);
    return row != nullptr ? found(*row) : missing<sdk::Row>(name_of(table, id));
  });
}

Read<std::vector<sdk::Row>> MemoryStore::get_many(Call const& call, std::string_view table,
                                                  std::span<std::string const> ids, sdk::Strength) {
  return locked<Read<std::vector<sdk::Row>>>(call, checks::check_table(table), [&] {
    std::vector<sdk::Row> rows;
    for (auto const& id : ids)
      if (auto const* row = world_->find(*sdk::find_table(table), id)) rows.push_back(*row);
    return found(std::move(rows));
  });
}

Read<sdk::Page> MemoryStore::list(Call const& call, std::string_view table, sdk::Values const& where,
                                  std::optional<std::string> const& after, std::size_t limit) {
  auto no = checks::check_list(table, where, limit);
  auto const position = position_of(after);
  if (!no && !position) no = checks::invalid("'" + *after + "' is no cursor of a list of this store");
  return locked<Read<sdk::Page>>(call, no,
                                 [&] { return found(world_->page(*sdk::find_table(table), where, *position, limit)); });
}

Read<std::int64_t> MemoryStore::count(Call const& call, std::string_view table, sdk::Values const& where) {
  return locked<Read<std::int64_t>>(call, checks::check_where(table, where),
                                    [&] { return found(world_->count(*sdk::find_table(table), where)); });
}

Read<std::string> MemoryStore::put_blob(Call const& call, sdk::BlobKey const& key, std::string_view bytes, Durability) {
  auto const limits = info();
  auto no = checks::check_blob(key, limits);
  if (!no && bytes.size() > limits.max_blob_bytes)
    no = checks::too_large("the document in bytes", bytes.size(), limits.max_blob_bytes);
  return locked<Read<std::string>>(call, no, [&] {
    auto generation = sdk::random_id();
    world_->documents()[{key.table, key.id, key.kind, generation}] = {std::string(bytes), host_.clock().wall_ms()};
    return found(std::move(generation));
  });
}

Read<std::string> MemoryStore::get_blob(Call const& call, sdk::BlobKey const& key, std::string_view generation) {
  return locked<Read<std::string>>(call, checks::check_blob(key, info()), [&] {
    auto const& documents = world_->documents();
    auto const stored = documents.find({key.table, key.id, key.kind, std::string(generation)});
    if (stored == documents.end()) return missing<std::string>("the document of " + name_of(key.table, key.id));
    return found(stored->second.bytes);
  });
}

Read<std::int64_t> MemoryStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  return locked<Read<std::int64_t>>(call, {}, [&] {
    auto const before = host_.clock().wall_ms() - age.count();
    std::int64_t freed = 0;
    std::erase_if(world_->documents(), [&](auto const& entry) {
      auto const& [table, id, column, generation] = entry.first;
      if (static_cast<std::size_t>(freed) >= limit || entry.second.at_ms > before) return false;
      auto const* row = world_->find(*sdk::find_table(table), id);
      if (row != nullptr && row->text(column) == generation) return false;
      ++freed;
      return true;
    });
    return found(freed);
  });
}

Read<std::string> MemoryStore::cursor(Call const& call) {
  return locked<Read<std::string>>(call, {}, [&] { return found(world_->cursor(world_->newest())); });
}

Read<std::unique_ptr<sdk::Watch>> MemoryStore::watch(Call const& call, sdk::WatchFilter const& filter,
                                                     std::string const& from_cursor,
                                                     std::function<void(sdk::Event const&)> sink) {
  using Handle = Read<std::unique_ptr<sdk::Watch>>;
  for (auto const& table : filter.tables)
    if (auto no = checks::check_table(table)) return failed<Handle>(no->outcome, no->text);
  if (auto const expired = call.expired(host_.clock())) return failed<Handle>(Outcome::cancelled, expired->text);
  return {Outcome::ok, std::make_unique<MemoryWatch>(host_, world_, filter, from_cursor, std::move(sink)), {}};
}

Written MemoryStore::worker_register(Call const& call, sdk::WorkerInfo const& worker) {
  sdk::Values const columns{{"seq", worker.seq}, {"ttl_ms", worker.ttl_ms}, {"info", worker.info}};
  return insert(call, sdk::tables::workers.name, worker.id, columns, sdk::random_id(), Durability::full);
}

Written MemoryStore::worker_beat(Call const& call, std::string_view id) {
  return locked<Written>(call, checks::check_id("the worker id", id, info().max_id_bytes),
                         [&] { return world_->beat(id, host_.clock().wall_ms()); });
}

Written MemoryStore::worker_close(Call const& call, std::string_view id) {
  sdk::Expect expect;
  expect.unconditional = true;
  return remove(call, sdk::tables::workers.name, id, expect, sdk::random_id(), Durability::full);
}

Read<std::vector<sdk::WorkerInfo>> MemoryStore::workers(Call const& call) {
  return locked<Read<std::vector<sdk::WorkerInfo>>>(call, {}, [&] {
    std::vector<sdk::WorkerInfo> workers;
    for (auto const& row : world_->page(sdk::tables::workers, {}, {INT64_MIN, ""}, SIZE_MAX).rows)
      workers.push_back({row.id, row.integer("seq"), row.integer("ttl_ms"), row.map("info")});
    return found(std::move(workers));
  });
}

Read<sdk::Resolution> MemoryStore::resolve(Call const& call, std::string_view table, std::string_view id,
                                           std::string_view op) {
  return locked<Read<sdk::Resolution>>(call, checks::check_insert(table, id, {}, op, info()),
                                       [&] { return found(world_->resolve(*sdk::find_table(table), id, op)); });
}

// There is no storage that could differ from the rows.
Read<sdk::TextList> MemoryStore::verify(Call const& call) {
  return locked<Read<sdk::TextList>>(call, {}, [] { return found(sdk::TextList{}); });
}

Written MemoryStore::import_row(Call const& call, std::string_view table, sdk::Row const& row, Durability) {
  return locked<Written>(call, checks::check_insert(table, row.id, row.columns, row.op, info()), [&] {
    return world_->insert(*sdk::find_table(table), row.id, row.columns, row.op, row.created_ms, row.updated_ms);
  });
}

}  // namespace conductor::plugins::memory

using conductor::plugins::memory::MemoryStore;
CONDUCTOR_PLUGIN(MemoryStore, "memory", "1.0.0",
                 "Store in the memory of one process: for tests and for trying things out");
