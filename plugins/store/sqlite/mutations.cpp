#include "mutations.hpp"
#include "blobs.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "failure.hpp"
#include "history.hpp"
#include "rows.hpp"

namespace conductor::plugins::sqlite {

using sdk::ColumnType;
using sdk::Expect;
using sdk::Outcome;
using sdk::Table;
using sdk::Values;
using sdk::Written;
using sdk::answers::name_of;
using sdk::answers::written;

namespace {

Written missing(Table const& table, std::string_view id) {
  return failed<Written>(Outcome::not_found, name_of(table.name, id) + " does not exist");
}

int position(Table const& table, std::string_view name) {
  return system_column::count + static_cast<int>(table.column(name) - table.columns.data());
}

// Why the row does not meet the expectation; empty when it does.
std::string mismatch(Statement const& row, Table const& table, Expect const& expect) {
  if (expect.version && read_version(row) != *expect.version) return "the version has moved on";
  if (expect.claim && row.text(position(table, "claim")) != *expect.claim) return "the claim is another's";
  for (auto const& [name, value] : expect.columns)
    if (value_at(row, position(table, name), table.column(name)->type) != value)
      return "column '" + name + "' has another value";
  return {};
}

Written conflict(Statement const& row, Table const& table, std::string_view id, std::string const& why) {
  auto result = failed<Written>(Outcome::conflict, name_of(table.name, id) + ": " + why);
  result.row = read_row(row, table);
  return result;
}

// The outcome of a mutation whose operation this row has seen before.
std::optional<Written> repeated(Statement const& row, std::string_view op) {
  auto const age = op_age(row.text(system_column::ops), op);
  if (!age) return std::nullopt;
  auto version = read_version(row);
  version.number -= *age;
  return written(std::move(version));
}

// The same for a row that is gone since: its incarnation went with it.
std::optional<Written> repeated_and_removed(Connection& connection, Table const& table, std::string_view id,
                                            std::string_view op) {
  auto const removed = removed_with(connection, table.name, id, op);
  if (!removed) return std::nullopt;
  return written({"", removed->version - *op_age(removed->ops, op)});
}

std::size_t bytes_after(Statement const& row, Table const& table, Values const& set) {
  std::size_t total = 0;
  int index = system_column::count;
  for (auto const& column : table.columns) {
    int const at = index++;
    if (auto const found = set.find(column.name); found != set.end())
      total += sdk::checks::scalar_bytes(found->second);
    else if (column.type == ColumnType::text || column.type == ColumnType::document)
      total += row.text(at).size();
    else
      total += sdk::checks::scalar_bytes(sdk::checks::default_of(column.type));
  }
  return total;
}

// Generations that the row does no longer refer to become loose, those that it now refers to are held.
void settle_documents(Transaction& transaction, Statement const* old_row, Table const& table, std::string_view id,
                      Values const* now) {
  int index = system_column::count;
  for (auto const& column : table.columns) {
    int const at = index++;
    if (column.type != ColumnType::document) continue;
    std::string_view const before = old_row == nullptr ? std::string_view() : old_row->text(at);
    std::string_view after;
    if (now != nullptr) {
      auto const found = now->find(column.name);
      if (found == now->end()) continue;
      after = std::get<std::string>(found->second);
    }
    if (before == after) continue;
    BlobName const name{table.name, id, column.name};
    if (!before.empty()) loosen_blob(transaction.connection, name, before, transaction.now_ms);
    if (!after.empty()) hold_blob(transaction.connection, name, after);
  }
}

void insert_row(Transaction& transaction, TableSql const& sql, std::string_view id, Values const& columns,
                std::string_view op, std::int64_t incarnation, RowTimes const& times) {
  auto statement = transaction.connection.use(sql.insert);
  statement.bind(id, incarnation, 1, times.created_ms, times.updated_ms, op);
  std::vector<std::string> buffers(sql.table->columns.size());
  std::vector<sdk::Value> defaults;
  defaults.reserve(buffers.size());
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    auto const& column = sql.table->columns[i];
    auto const found = columns.find(column.name);
    if (found == columns.end()) defaults.push_back(sdk::checks::default_of(column.type));
    bind_value(statement, found == columns.end() ? defaults.back() : found->second, buffers[i]);
  }
  statement.run();
}

void update_row(Transaction& transaction, Table const& table, std::string_view id, Values const& set,
                std::int64_t version, std::int64_t updated_ms, std::string const& ops) {
  std::string sql = "UPDATE " + quote(table.name) + R"( SET "ver" = ?, "updated_ms" = ?, "ops" = ?)";
  for (auto const& [name, value] : set) sql.append(", \"").append(name).append("\" = ?");
  sql += R"( WHERE "id" = ?)";
  auto statement = transaction.connection.use(sql);
  statement.bind(version, updated_ms, ops);
  std::vector<std::string> buffers(set.size());
  std::size_t i = 0;
  for (auto const& [name, value] : set) bind_value(statement, value, buffers[i++]);
  statement.bind(id).run();
}

}  // namespace

Written apply_insert(Transaction& transaction, Table const& table, std::string_view id, Values const& columns,
                     std::string_view op, std::optional<RowTimes> const& times) {
  auto const& sql = sql_of(table);
  auto& connection = transaction.connection;
  {
    auto row = connection.use(sql.by_id);
    row.bind(id);
    if (row.step()) {
      if (auto again = repeated(row, op)) return *again;
      auto result = failed<Written>(Outcome::exists, name_of(table.name, id) + " exists already");
      result.row = read_row(row, table);
      return result;
    }
  }
  if (auto again = repeated_and_removed(connection, table, id, op)) return *again;
  auto const incarnation = static_cast<std::int64_t>(transaction.random());
  insert_row(transaction, sql, id, columns, op, incarnation,
             times.value_or(RowTimes{transaction.now_ms, transaction.now_ms}));
  settle_documents(transaction, nullptr, table, id, &columns);
  transaction.events.push_back(append_put(connection, table.name, id, 1, transaction.now_ms));
  return written({incarnation_text(incarnation), 1});
}

Written apply_update(Transaction& transaction, Table const& table, std::string_view id, Values const& set,
                     Expect const& expect, std::string_view op, std::size_t max_record_bytes) {
  auto& connection = transaction.connection;
  auto row = connection.use(sql_of(table).by_id);
  row.bind(id);
  if (!row.step()) return repeated_and_removed(connection, table, id, op).value_or(missing(table, id));
  if (auto again = repeated(row, op)) return *again;
  if (auto const why = mismatch(row, table, expect); !why.empty()) return conflict(row, table, id, why);
  if (auto const bytes = bytes_after(row, table, set); bytes > max_record_bytes)
    return failed<Written>(Outcome::too_large,
                           sdk::checks::too_large(name_of(table.name, id) + " in bytes", bytes, max_record_bytes).text);
  auto version = read_version(row);
  ++version.number;
  auto const updated = std::max(transaction.now_ms, row.integer(system_column::updated) + 1);
  update_row(transaction, table, id, set, version.number, updated, with_op(row.text(system_column::ops), op));
  settle_documents(transaction, &row, table, id, &set);
  transaction.events.push_back(append_put(connection, table.name, id, version.number, transaction.now_ms));
  return written(std::move(version));
}

Written apply_remove(Transaction& transaction, Table const& table, std::string_view id, Expect const& expect,
                     std::string_view op) {
  auto const& sql = sql_of(table);
  auto& connection = transaction.connection;
  auto row = connection.use(sql.by_id);
  row.bind(id);
  if (!row.step()) return repeated_and_removed(connection, table, id, op).value_or(missing(table, id));
  if (auto again = repeated(row, op)) return *again;
  if (auto const why = mismatch(row, table, expect); !why.empty()) return conflict(row, table, id, why);
  auto version = read_version(row);
  ++version.number;
  settle_documents(transaction, &row, table, id, nullptr);
  transaction.events.push_back(append_remove(connection, table.name, id, version.number, transaction.now_ms,
                                             with_op(row.text(system_column::ops), op)));
  connection.use(sql.remove).bind(id).run();
  return written(std::move(version));
}

namespace {
Written apply_one(Transaction& transaction, sdk::Mutation const& mutation, std::string_view op,
                  std::size_t max_record_bytes) {
  auto const& table = *sdk::find_table(mutation.table);
  switch (mutation.kind) {
    case sdk::Mutation::Kind::insert:
      return apply_insert(transaction, table, mutation.id, mutation.values, op);
    case sdk::Mutation::Kind::update:
      return apply_update(transaction, table, mutation.id, mutation.values, mutation.expect, op, max_record_bytes);
    case sdk::Mutation::Kind::remove:
      break;
  }
  return apply_remove(transaction, table, mutation.id, mutation.expect, op);
}
}  // namespace

sdk::MultiWritten apply_multi(Transaction& transaction, std::span<sdk::Mutation const> mutations, std::string_view op,
                              std::size_t max_record_bytes) {
  sdk::MultiWritten result;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    // A row's history must tell the steps of one multi apart, and a repetition of the whole from its first run.
    std::string const step = std::string(op) + step_mark + std::to_string(i);
    auto one = apply_one(transaction, mutations[i], step, max_record_bytes);
    if (!one) {
      result.outcome =
          one.outcome == Outcome::exists || one.outcome == Outcome::not_found ? Outcome::conflict : one.outcome;
      result.which = i;
      result.text = std::move(one.text);
      result.versions.clear();
      return result;
    }
    result.versions.push_back(std::move(one.version));
  }
  result.outcome = Outcome::ok;
  return result;
}

Written apply_beat(Transaction& transaction, std::string_view id) {
  auto statement = transaction.connection.use(
      R"(UPDATE "workers" SET "seq" = "seq" + 1, "ver" = "ver" + 1, "updated_ms" = max("updated_ms" + 1, ?))"
      R"( WHERE "id" = ? RETURNING "inc", "ver")");
  statement.bind(transaction.now_ms, id);
  if (!statement.step())
    return failed<Written>(Outcome::conflict, "worker '" + std::string(id) + "' is registered no more");
  sdk::Version version{incarnation_text(statement.integer(0)), statement.integer(1)};
  statement.run();
  return written(std::move(version));
}

sdk::Resolution resolve(Connection& connection, Table const& table, std::string_view id, std::string_view op) {
  std::string const step = std::string(op) + step_mark;
  auto const shows = [&](std::string_view ops) {
    return op_age(ops, op) || ops.starts_with(step) || ops.find(" " + step) != std::string_view::npos;
  };
  auto row = connection.use(sql_of(table).by_id);
  row.bind(id);
  if (row.step()) {
    if (shows(row.text(system_column::ops))) return sdk::Resolution::applied;
    // An operation may have been pushed out of the history by later ones.
    if (row.integer(system_column::version) > static_cast<std::int64_t>(kept_ops)) return sdk::Resolution::unknown;
  }
  auto removed = connection.use(R"(SELECT "ops" FROM "events" WHERE "kind" = 1 AND "tbl" = ? AND "id" = ?)");
  removed.bind(table.name, id);
  while (removed.step())
    if (shows(removed.text(0))) return sdk::Resolution::applied;
  return sdk::Resolution::not_applied;
}

}  // namespace conductor::plugins::sqlite
