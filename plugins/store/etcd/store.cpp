#include "store.hpp"

#include "compaction.hpp"
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/claims.hpp"
#include "mutator.hpp"
#include "options.hpp"
#include "reader.hpp"
#include "schema.hpp"
#include "watch.hpp"
#include "workers.hpp"

#include <array>

namespace conductor::plugins::etcd {

namespace checks = sdk::checks;
using sdk::Call;
using sdk::Durability;
using sdk::Errc;
using sdk::Error;
using sdk::Mutation;
using sdk::Outcome;
using sdk::Read;
using sdk::Written;
using sdk::answers::failed;

namespace {
// Each takes up to three keys and two questions about its row; documents that do not fit are written before.
constexpr std::size_t steps_per_mutation = 8;
constexpr std::size_t max_record_bytes = 256U << 10U;

sdk::Table const& table_of(std::string_view name) { return *sdk::find_table(name); }
}  // namespace

struct EtcdStore::Parts {
  Parts(sdk::Host& host, sdk::Settings const& settings)
      : problem(problem_of(settings)),
        connection(host, gateway_config(settings), prefix_of(settings), limits_of(settings)),
        documents(connection),
        reader(connection, documents),
        mutator(connection, documents, max_record_bytes),
        workers(connection),
        compaction(connection, std::chrono::seconds(settings.integer("compact_interval"))) {}

  std::optional<std::string> problem;
  Connection connection;
  Documents documents;
  Reader reader;
  Mutator mutator;
  Workers workers;
  Compaction compaction;
};

void EtcdStore::describe(sdk::Schema& schema) { describe_options(schema); }

EtcdStore::EtcdStore(sdk::Host& host, sdk::Settings const& settings)
    : host_(host), parts_(std::make_unique<Parts>(host, settings)) {}

EtcdStore::~EtcdStore() = default;

template <class R, class Work>
R EtcdStore::checked(Call const& call, checks::Checked const& refusal, Work const& work) {
  if (refusal) return failed<R>(refusal->outcome, refusal->text);
  if (auto const expired = call.expired(host_.clock())) return failed<R>(Outcome::cancelled, expired->text);
  return work();
}

// Whether the cluster answers is found out by ensure_schema, which the host repeats until it does.
sdk::Result<void> EtcdStore::start(Call const&) {
  if (parts_->problem) return Error{Errc::unsupported, *parts_->problem};
  return {};
}

sdk::Result<void> EtcdStore::health(Call const& call) {
  Range range;
  range.key = parts_->connection.keys.schema();
  auto const answer = parts_->connection.range(call, range);
  if (!answer) return Error{Errc::unavailable, answer.reply.text};
  measure(call);
  return alarmed(call);
}

// What the member in use says of itself, as metrics; one that says nothing is none the worse for it.
void EtcdStore::measure(Call const& call) {
  auto const reply = parts_->connection.gateway.post(call, "/v3/maintenance/status", "{}", Gateway::Use::read);
  if (!reply) return;
  auto const show = [&](std::string_view name, std::string_view help, double value) {
    host_.gauge(name, help, {}).set(value);
  };
  auto const number = [&](std::string_view name) { return static_cast<double>(number_at(reply.body, name)); };
  show("conductor_etcd_db_bytes", "Size of the database of the etcd member in use.", number("dbSize"));
  show("conductor_etcd_db_used_bytes", "What of it is in use; defragmentation gives back the rest.",
       number("dbSizeInUse"));
  show("conductor_etcd_raft_term", "Term of the cluster; it grows with every election.", number("raftTerm"));
  show("conductor_etcd_has_leader", "Whether the member knows a leader.",
       text_at(reply.body, "leader").empty() ? 0 : 1);
}

// A cluster that is full answers questions, and yet is not healthy.
sdk::Result<void> EtcdStore::alarmed(Call const& call) {
  auto const said = parts_->connection.gateway.get(call, "/health");
  if (!said) return {};
  auto const content = json_of(said->body);
  if (!content || text_at(*content, "health") != "false") return {};
  return Error{Errc::unavailable,
               "etcd answers and calls itself unhealthy; when it has raised the alarm NOSPACE (etcdctl alarm list), "
               "compact, defragment and disarm it"};
}

sdk::StoreInfo EtcdStore::info() const {
  sdk::StoreInfo info;
  info.name = "etcd";
  info.version = "1.0.0";
  info.max_record_bytes = max_record_bytes;
  info.max_multi_ops = parts_->connection.limits.txn_ops / steps_per_mutation;
  info.lease_resolution = std::chrono::seconds(2);
  return info;
}

Read<int> EtcdStore::ensure_schema(Call const& call) {
  return checked<Read<int>>(call, {}, [&] { return etcd::ensure_schema(parts_->connection, call); });
}

Written EtcdStore::insert(Call const& call, std::string_view table, std::string_view id, sdk::Values const& columns,
                          std::string_view op, Durability) {
  return checked<Written>(call, checks::check_insert(table, id, columns, op, info()), [&] {
    return parts_->mutator.apply(call, {Mutation::Kind::insert, std::string(table), std::string(id), columns, {}}, op);
  });
}

Written EtcdStore::update(Call const& call, std::string_view table, std::string_view id, sdk::Values const& set,
                          sdk::Expect const& expect, std::string_view op, Durability) {
  return checked<Written>(call, checks::check_update(table, id, set, expect, op, info()), [&] {
    return parts_->mutator.apply(call, {Mutation::Kind::update, std::string(table), std::string(id), set, expect}, op);
  });
}

Written EtcdStore::remove(Call const& call, std::string_view table, std::string_view id, sdk::Expect const& expect,
                          std::string_view op, Durability) {
  return checked<Written>(call, checks::check_remove(table, id, expect, op, info()), [&] {
    return parts_->mutator.apply(call, {Mutation::Kind::remove, std::string(table), std::string(id), {}, expect}, op);
  });
}

sdk::MultiWritten EtcdStore::multi(Call const& call, std::span<Mutation const> mutations, std::string_view op,
                                   Durability) {
  return checked<sdk::MultiWritten>(call, checks::check_multi(mutations, op, info()),
                                    [&] { return parts_->mutator.apply_all(call, mutations, op); });
}

Read<sdk::Row> EtcdStore::get(Call const& call, std::string_view table, std::string_view id, sdk::Strength strength) {
  auto no = checks::check_table(table);
  if (!no) no = checks::check_id("the id", id, info().max_id_bytes);
  return checked<Read<sdk::Row>>(call, no, [&] { return parts_->reader.get(call, table_of(table), id, strength); });
}

Read<std::vector<sdk::Row>> EtcdStore::get_many(Call const& call, std::string_view table,
                                                std::span<std::string const> ids, sdk::Strength strength) {
  return checked<Read<std::vector<sdk::Row>>>(
      call, checks::check_table(table), [&] { return parts_->reader.get_many(call, table_of(table), ids, strength); });
}

Read<sdk::Page> EtcdStore::list(Call const& call, std::string_view table, sdk::Values const& where,
                                std::optional<std::string> const& after, std::size_t limit) {
  return checked<Read<sdk::Page>>(call, checks::check_list(table, where, limit),
                                  [&] { return parts_->reader.list(call, table_of(table), where, after, limit); });
}

Read<std::int64_t> EtcdStore::count(Call const& call, std::string_view table, sdk::Values const& where) {
  return checked<Read<std::int64_t>>(call, checks::check_where(table, where),
                                     [&] { return parts_->reader.count(call, table_of(table), where); });
}

Read<std::string> EtcdStore::put_blob(Call const& call, sdk::BlobKey const& key, std::string_view bytes,
                                      Durability durability) {
  auto const limits = info();
  auto no = checks::check_blob(key, limits);
  if (!no && bytes.size() > limits.max_blob_bytes)
    no = checks::too_large("the document in bytes", bytes.size(), limits.max_blob_bytes);
  return checked<Read<std::string>>(call, no, [&] { return parts_->documents.put(call, key, bytes, durability); });
}

Read<std::string> EtcdStore::get_blob(Call const& call, sdk::BlobKey const& key, std::string_view generation) {
  return checked<Read<std::string>>(call, checks::check_blob(key, info()),
                                    [&] { return parts_->documents.get(call, key, generation); });
}

Read<std::int64_t> EtcdStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  return checked<Read<std::int64_t>>(call, {}, [&] {
    // Whoever sweeps has seen changes, which are what makes history.
    parts_->compaction.look(call);
    return parts_->documents.sweep(call, age, limit);
  });
}

Read<std::string> EtcdStore::cursor(Call const& call) {
  return checked<Read<std::string>>(call, {}, [&] {
    Range range;
    range.key = parts_->connection.keys.schema();
    auto const answer = parts_->connection.range(call, range);
    if (!answer) return failed_as<Read<std::string>>(answer.reply);
    return Read<std::string>{Outcome::ok, EtcdWatch::cursor(answer.value->revision), {}};
  });
}

Read<std::unique_ptr<sdk::Watch>> EtcdStore::watch(Call const& call, sdk::WatchFilter const& filter,
                                                   std::string const& from_cursor,
                                                   std::function<void(sdk::Event const&)> sink) {
  using Handle = Read<std::unique_ptr<sdk::Watch>>;
  checks::Checked no;
  for (auto const& table : filter.tables)
    if (!no) no = checks::check_table(table);
  return checked<Handle>(call, no, [&] {
    return Handle{
        Outcome::ok, std::make_unique<EtcdWatch>(parts_->connection, filter, from_cursor, std::move(sink)), {}};
  });
}

Written EtcdStore::worker_register(Call const& call, sdk::WorkerInfo const& worker) {
  return checked<Written>(call, checks::check_id("the worker id", worker.id, info().max_id_bytes),
                          [&] { return parts_->workers.add(call, worker); });
}

Written EtcdStore::worker_beat(Call const& call, std::string_view id) {
  return checked<Written>(call, checks::check_id("the worker id", id, info().max_id_bytes),
                          [&] { return parts_->workers.beat(call, id); });
}

Written EtcdStore::worker_close(Call const& call, std::string_view id) {
  return checked<Written>(call, checks::check_id("the worker id", id, info().max_id_bytes),
                          [&] { return parts_->workers.close(call, id); });
}

Read<std::vector<sdk::WorkerInfo>> EtcdStore::workers(Call const& call) {
  return checked<Read<std::vector<sdk::WorkerInfo>>>(call, {}, [&] { return parts_->workers.all(call); });
}

Read<sdk::Resolution> EtcdStore::resolve(Call const& call, std::string_view table, std::string_view id,
                                         std::string_view op) {
  return checked<Read<sdk::Resolution>>(call, checks::check_insert(table, id, {}, op, info()),
                                        [&] { return parts_->mutator.resolve(call, table_of(table), id, op); });
}

// The servers check their files by themselves (and `etcdutl` does); rows and documents are looked at by who asks.
Read<sdk::TextList> EtcdStore::verify(Call const& call) {
  return checked<Read<sdk::TextList>>(call, {}, [] { return Read<sdk::TextList>{Outcome::ok, {}, {}}; });
}

Written EtcdStore::import_row(Call const& call, std::string_view table, sdk::Row const& row, Durability) {
  return checked<Written>(call, checks::check_insert(table, row.id, row.columns, row.op, info()), [&] {
    return parts_->mutator.apply(call, {Mutation::Kind::insert, std::string(table), row.id, row.columns, {}}, row.op,
                                 RowTimes{row.created_ms, row.updated_ms});
  });
}

}  // namespace conductor::plugins::etcd

using conductor::plugins::etcd::EtcdStore;
CONDUCTOR_PLUGIN(EtcdStore, "etcd", "1.0.0", "Store in an etcd cluster (3.4 or later): for several machines");
