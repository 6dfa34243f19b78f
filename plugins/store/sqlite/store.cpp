#include "store_parts.hpp"
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "blobs.hpp"
#include "documents.hpp"
#include "lists.hpp"
#include "rows.hpp"
#include "schema.hpp"
#include "verify.hpp"

namespace conductor::plugins::sqlite {

namespace checks = sdk::checks;
using sdk::Call;
using sdk::Durability;
using sdk::Outcome;
using sdk::Read;
using sdk::Written;

Read<int> SqliteStore::ensure_schema(Call const& call) {
  if (auto const expired = call.expired(host_.clock())) return failed<Read<int>>(Outcome::cancelled, expired->text);
  if (parts() == nullptr)
    return failed<Read<int>>(Outcome::unavailable, "store/sqlite: " + file_.string() + " is not open");
  try {
    Connection connection(file_);
    connection.configure();
    auto schema = ensure(connection, file_, host_.clock().wall_ms(), sdk::random_id());
    if (schema.refusal) return failed<Read<int>>(Outcome::schema, *schema.refusal);
    Read<int> result;
    result.outcome = Outcome::ok;
    result.value = schema.version;
    return result;
  } catch (SqlError const& error) {
    auto const failure = failure_of(error, file_);
    return failed<Read<int>>(failure.outcome, failure.text);
  }
}

Written SqliteStore::insert(Call const& call, std::string_view table, std::string_view id, sdk::Values const& columns,
                            std::string_view op, Durability durability) {
  if (auto no = checks::check_insert(table, id, columns, op, info())) return failed<Written>(no->outcome, no->text);
  return write<Written>(call, durability, 0,
                        [table = sdk::find_table(table), id = std::string(id), columns, op = std::string(op)](
                            Transaction& transaction) { return apply_insert(transaction, *table, id, columns, op); });
}

Written SqliteStore::update(Call const& call, std::string_view table, std::string_view id, sdk::Values const& set,
                            sdk::Expect const& expect, std::string_view op, Durability durability) {
  auto const limits = info();
  if (auto no = checks::check_update(table, id, set, expect, op, limits)) return failed<Written>(no->outcome, no->text);
  return write<Written>(call, durability, 0,
                        [table = sdk::find_table(table), id = std::string(id), set, expect, op = std::string(op),
                         most = limits.max_record_bytes](Transaction& transaction) {
                          return apply_update(transaction, *table, id, set, expect, op, most);
                        });
}

Written SqliteStore::remove(Call const& call, std::string_view table, std::string_view id, sdk::Expect const& expect,
                            std::string_view op, Durability durability) {
  if (auto no = checks::check_remove(table, id, expect, op, info())) return failed<Written>(no->outcome, no->text);
  return write<Written>(call, durability, 0,
                        [table = sdk::find_table(table), id = std::string(id), expect, op = std::string(op)](
                            Transaction& transaction) { return apply_remove(transaction, *table, id, expect, op); });
}

sdk::MultiWritten SqliteStore::multi(Call const& call, std::span<sdk::Mutation const> mutations, std::string_view op,
                                     Durability durability) {
  auto const limits = info();
  if (auto no = checks::check_multi(mutations, op, limits)) return failed<sdk::MultiWritten>(no->outcome, no->text);
  return write<sdk::MultiWritten>(
      call, durability, 0,
      [all = std::vector<sdk::Mutation>(mutations.begin(), mutations.end()), op = std::string(op),
       most = limits.max_record_bytes](Transaction& transaction) { return apply_multi(transaction, all, op, most); });
}

Read<sdk::Row> SqliteStore::get(Call const& call, std::string_view table, std::string_view id, sdk::Strength) {
  auto no = checks::check_table(table);
  if (!no) no = checks::check_id("the id", id, info().max_id_bytes);
  if (no) return failed<Read<sdk::Row>>(no->outcome, no->text);
  return read<Read<sdk::Row>>(
      call, [&](Connection& connection) { return read_one(connection, *sdk::find_table(table), id); });
}

Read<std::vector<sdk::Row>> SqliteStore::get_many(Call const& call, std::string_view table,
                                                  std::span<std::string const> ids, sdk::Strength) {
  using Rows = Read<std::vector<sdk::Row>>;
  if (auto no = checks::check_table(table)) return failed<Rows>(no->outcome, no->text);
  return read<Rows>(call, [&](Connection& connection) { return read_many(connection, *sdk::find_table(table), ids); });
}

Read<sdk::Page> SqliteStore::list(Call const& call, std::string_view table, sdk::Values const& where,
                                  std::optional<std::string> const& after, std::size_t limit) {
  if (auto no = checks::check_list(table, where, limit)) return failed<Read<sdk::Page>>(no->outcome, no->text);
  return read<Read<sdk::Page>>(call, [&](Connection& connection) {
    return read_page(connection, *sdk::find_table(table), where, after, limit);
  });
}

Read<std::int64_t> SqliteStore::count(Call const& call, std::string_view table, sdk::Values const& where) {
  if (auto no = checks::check_where(table, where)) return failed<Read<std::int64_t>>(no->outcome, no->text);
  return read<Read<std::int64_t>>(
      call, [&](Connection& connection) { return count_rows(connection, *sdk::find_table(table), where); });
}

Read<std::string> SqliteStore::put_blob(Call const& call, sdk::BlobKey const& key, std::string_view bytes,
                                        Durability durability) {
  auto const limits = info();
  auto no = checks::check_blob(key, limits);
  if (!no && bytes.size() > limits.max_blob_bytes)
    no = checks::too_large("the document in bytes", bytes.size(), limits.max_blob_bytes);
  if (no) return failed<Read<std::string>>(no->outcome, no->text);
  auto const generation = sdk::random_id();
  auto const parts = parts_of(bytes.size());
  Read<int> step;
  for (std::size_t first = 0; first < parts; first += parts_at_once) {
    auto const piece = bytes.substr(first * part_bytes, parts_at_once * part_bytes);
    bool const last = first + parts_at_once >= parts;
    // One full sync at the end covers the pieces before it.
    step = write<Read<int>>(call, last ? durability : Durability::relaxed, piece.size(),
                            [key, generation, first, parts, piece = std::string(piece)](Transaction& transaction) {
                              put_parts(transaction, {key.table, key.id, key.kind}, generation, first, parts, piece);
                              Read<int> done;
                              done.outcome = Outcome::ok;
                              return done;
                            });
    if (!step) break;
  }
  return {step.outcome, step ? generation : std::string(), std::move(step.text)};
}

Written SqliteStore::write_with_documents(Call const& call, sdk::Mutation const& mutation,
                                          std::span<sdk::DocumentPut const> documents, std::string_view op,
                                          Durability durability) {
  auto const limits = info();
  if (auto const no = fault_of(mutation, documents, op, limits)) return failed<Written>(no->outcome, no->text);
  std::size_t bytes = 0;
  for (auto const& document : documents) bytes += document.bytes.size();
  return write<Written>(
      call, durability, bytes,
      [mutation, op = std::string(op), all = std::vector<sdk::DocumentPut>(documents.begin(), documents.end()),
       most = limits.max_record_bytes](Transaction& transaction) {
        return apply_with_documents(transaction, mutation, all, op, most);
      });
}

Read<std::string> SqliteStore::get_blob(Call const& call, sdk::BlobKey const& key, std::string_view generation) {
  if (auto no = checks::check_blob(key, info())) return failed<Read<std::string>>(no->outcome, no->text);
  return read<Read<std::string>>(call, [&](Connection& connection) {
    return read_blob(connection, {key.table, key.id, key.kind}, generation);
  });
}

Read<std::int64_t> SqliteStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  using Loose = Read<std::vector<LooseBlob>>;
  auto const before = host_.clock().wall_ms() - age.count();
  auto const loose = read<Loose>(call, [&](Connection& connection) {
    return Loose{Outcome::ok, loose_blobs(connection, before, limit), {}};
  });
  Read<std::int64_t> result{loose.outcome, 0, loose.text};
  for (auto const& blob : loose.value) {
    auto const freed = write<Read<bool>>(call, Durability::relaxed, part_bytes, [blob](Transaction& transaction) {
      return Read<bool>{Outcome::ok, free_blob(transaction.connection, blob), {}};
    });
    if (!freed) return {freed.outcome, result.value, freed.text};
    if (freed.value) ++result.value;
  }
  return result;
}

Read<std::string> SqliteStore::cursor(Call const& call) {
  return read<Read<std::string>>(call, [](Connection& connection) {
    return Read<std::string>{Outcome::ok, cursor_text(installation(connection), newest_event(connection)), {}};
  });
}

Read<std::unique_ptr<sdk::Watch>> SqliteStore::watch(Call const& call, sdk::WatchFilter const& filter,
                                                     std::string const& from_cursor,
                                                     std::function<void(sdk::Event const&)> sink) {
  using Handle = Read<std::unique_ptr<sdk::Watch>>;
  for (auto const& table : filter.tables)
    if (auto no = checks::check_table(table)) return failed<Handle>(no->outcome, no->text);
  if (auto const expired = call.expired(host_.clock())) return failed<Handle>(Outcome::cancelled, expired->text);
  auto* const open = parts();
  if (open == nullptr) return failed<Handle>(Outcome::unavailable, "store/sqlite: " + file_.string() + " is not open");
  try {
    return {Outcome::ok, open->feed->watch(filter, from_cursor, std::move(sink)), {}};
  } catch (SqlError const& error) {
    auto const failure = failure_of(error, file_);
    return failed<Handle>(failure.outcome, failure.text);
  } catch (std::system_error const& error) {
    return failed<Handle>(Outcome::unavailable, std::string("store/sqlite: watch: ") + error.what());
  }
}

Written SqliteStore::worker_register(Call const& call, sdk::WorkerInfo const& worker) {
  sdk::Values const columns{{"seq", worker.seq}, {"ttl_ms", worker.ttl_ms}, {"info", worker.info}};
  return insert(call, sdk::tables::workers.name, worker.id, columns, sdk::random_id(), Durability::full);
}

Written SqliteStore::worker_beat(Call const& call, std::string_view id) {
  if (auto no = checks::check_id("the worker id", id, info().max_id_bytes))
    return failed<Written>(no->outcome, no->text);
  return write<Written>(call, Durability::relaxed, 0,
                        [id = std::string(id)](Transaction& transaction) { return apply_beat(transaction, id); });
}

Written SqliteStore::worker_close(Call const& call, std::string_view id) {
  sdk::Expect expect;
  expect.unconditional = true;
  return remove(call, sdk::tables::workers.name, id, expect, sdk::random_id(), Durability::relaxed);
}

Read<std::vector<sdk::WorkerInfo>> SqliteStore::workers(Call const& call) {
  return read<Read<std::vector<sdk::WorkerInfo>>>(call,
                                                  [](Connection& connection) { return read_workers(connection); });
}

Read<sdk::Resolution> SqliteStore::resolve(Call const& call, std::string_view table, std::string_view id,
                                           std::string_view op) {
  if (auto no = checks::check_insert(table, id, {}, op, info()))
    return failed<Read<sdk::Resolution>>(no->outcome, no->text);
  return read<Read<sdk::Resolution>>(call, [&](Connection& connection) {
    return Read<sdk::Resolution>{Outcome::ok, sqlite::resolve(connection, *sdk::find_table(table), id, op), {}};
  });
}

Read<sdk::TextList> SqliteStore::verify(Call const& call) {
  return read<Read<sdk::TextList>>(call, [](Connection& connection) {
    return Read<sdk::TextList>{Outcome::ok, faults_of(connection), {}};
  });
}

Written SqliteStore::import_row(Call const& call, std::string_view table, sdk::Row const& row, Durability durability) {
  if (auto no = checks::check_insert(table, row.id, row.columns, row.op, info()))
    return failed<Written>(no->outcome, no->text);
  return write<Written>(call, durability, 0, [table = sdk::find_table(table), row](Transaction& transaction) {
    return apply_insert(transaction, *table, row.id, row.columns, row.op, RowTimes{row.created_ms, row.updated_ms});
  });
}

}  // namespace conductor::plugins::sqlite

using conductor::plugins::sqlite::SqliteStore;
CONDUCTOR_PLUGIN(SqliteStore, "sqlite", "1.0.0", "Embedded store: one SQLite file shared by the roles of one host");
