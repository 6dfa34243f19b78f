// See guarded_store.hpp. The methods differ only in what they copy.
#include "core/plugin/guarded_store.hpp"

#include "core/work/failpoint.hpp"

namespace conductor::plugin {

using sdk::Call;
using sdk::Errc;
using sdk::Outcome;
using std::string;
using std::string_view;

namespace {

// A change between its two fail-points, which are named by the table: `plans.before_update`.
template <class Change>
auto change(string_view table, string_view before, string_view after, Change made) {
  work::failpoint(table, before);
  auto answer = made();
  work::failpoint(table, after);
  return answer;
}

}  // namespace

template <class Answer>
Answer GuardedStore::guarded(Call const& call, string_view what, bool changes, std::function<Answer(sdk::Store&)> work,
                             bool reads) const {
  auto answer = changes && !reads && writes_here_
                    ? guard_.run_here<Answer>(call, what, [&]() -> sdk::Result<Answer> { return work(*store_); })
                    : guard_.run<Answer>(call, what, [store = store_, work = std::move(work)]() -> sdk::Result<Answer> {
                        return work(*store);
                      });
  if (answer) return std::move(*answer);
  Answer failed;
  failed.text = answer.error().text;
  switch (answer.error().code) {
    case Errc::timed_out:
      failed.outcome = changes ? Outcome::ambiguous : Outcome::unavailable;
      break;
    case Errc::cancelled:
      failed.outcome = changes ? Outcome::ambiguous : Outcome::cancelled;
      break;
    case Errc::unavailable:
      failed.outcome = Outcome::unavailable;
      break;
    default:
      failed.outcome = changes ? Outcome::ambiguous : Outcome::invalid;
  }
  if (call.cancelled.stop_requested() && !changes) failed.outcome = Outcome::cancelled;
  return failed;
}

sdk::Result<void> GuardedStore::health(Call const& call) {
  if (auto ready = guard_.ready(); !ready) return ready;
  return guard_.run<void>(call, "health", [store = store_, call] { return store->health(call); });
}

sdk::Read<int> GuardedStore::ensure_schema(Call const& call) {
  return guarded<sdk::Read<int>>(call, "ensure_schema", false, [call](sdk::Store& s) { return s.ensure_schema(call); });
}

sdk::Written GuardedStore::insert(Call const& call, string_view table, string_view id, sdk::Values const& columns,
                                  string_view op, sdk::Durability durability) {
  return guarded<sdk::Written>(
      call, "insert", true, [=, t = string(table), i = string(id), o = string(op)](sdk::Store& s) {
        return change(t, "before_insert", "after_insert", [&] { return s.insert(call, t, i, columns, o, durability); });
      });
}

sdk::Read<sdk::Row> GuardedStore::get(Call const& call, string_view table, string_view id, sdk::Strength strength) {
  return guarded<sdk::Read<sdk::Row>>(call, "get", false, [=, t = string(table), i = string(id)](sdk::Store& s) {
    return s.get(call, t, i, strength);
  });
}

sdk::Read<std::vector<sdk::Row>> GuardedStore::get_many(Call const& call, string_view table,
                                                        std::span<string const> ids, sdk::Strength strength) {
  return guarded<sdk::Read<std::vector<sdk::Row>>>(
      call, "get_many", false,
      [=, t = string(table), wanted = std::vector<string>(ids.begin(), ids.end())](sdk::Store& s) {
        return s.get_many(call, t, wanted, strength);
      });
}

sdk::Written GuardedStore::update(Call const& call, string_view table, string_view id, sdk::Values const& set,
                                  sdk::Expect const& expect, string_view op, sdk::Durability durability) {
  return guarded<sdk::Written>(call, "update", true,
                               [=, t = string(table), i = string(id), o = string(op)](sdk::Store& s) {
                                 return change(t, "before_update", "after_update",
                                               [&] { return s.update(call, t, i, set, expect, o, durability); });
                               });
}

sdk::Written GuardedStore::remove(Call const& call, string_view table, string_view id, sdk::Expect const& expect,
                                  string_view op, sdk::Durability durability) {
  return guarded<sdk::Written>(
      call, "remove", true, [=, t = string(table), i = string(id), o = string(op)](sdk::Store& s) {
        return change(t, "before_remove", "after_remove", [&] { return s.remove(call, t, i, expect, o, durability); });
      });
}

sdk::Read<sdk::Page> GuardedStore::list(Call const& call, string_view table, sdk::Values const& where,
                                        std::optional<string> const& after, std::size_t limit) {
  return guarded<sdk::Read<sdk::Page>>(
      call, "list", false, [=, t = string(table)](sdk::Store& s) { return s.list(call, t, where, after, limit); });
}

sdk::Read<std::int64_t> GuardedStore::count(Call const& call, string_view table, sdk::Values const& where) {
  return guarded<sdk::Read<std::int64_t>>(call, "count", false,
                                          [=, t = string(table)](sdk::Store& s) { return s.count(call, t, where); });
}

sdk::MultiWritten GuardedStore::multi(Call const& call, std::span<sdk::Mutation const> mutations, string_view op,
                                      sdk::Durability durability) {
  return guarded<sdk::MultiWritten>(
      call, "multi", true,
      [=, all = std::vector<sdk::Mutation>(mutations.begin(), mutations.end()), o = string(op)](sdk::Store& s) {
        return change("group", "before_write", "after_write", [&] { return s.multi(call, all, o, durability); });
      });
}

sdk::Read<string> GuardedStore::put_blob(Call const& call, sdk::BlobKey const& key, string_view bytes,
                                         sdk::Durability durability) {
  return guarded<sdk::Read<string>>(call, "put_blob", true, [=, b = string(bytes)](sdk::Store& s) {
    return change("documents", "before_put", "after_put", [&] { return s.put_blob(call, key, b, durability); });
  });
}

sdk::Written GuardedStore::write_with_documents(Call const& call, sdk::Mutation const& mutation,
                                                std::span<sdk::DocumentPut const> documents, string_view op,
                                                sdk::Durability durability) {
  if (documents_ == nullptr) {
    sdk::Written none;
    none.outcome = Outcome::invalid;
    none.text = "this store does not claim the capability document_writes";
    return none;
  }
  bool const inserts = mutation.kind == sdk::Mutation::Kind::insert;
  auto const write = [to = documents_, call, mutation, inserts, o = string(op), durability,
                      all = std::vector<sdk::DocumentPut>(documents.begin(), documents.end())](sdk::Store&) {
    auto const both = [&] {
      return change(mutation.table, inserts ? "before_insert" : "before_update",
                    inserts ? "after_insert" : "after_update",
                    [&] { return to->write_with_documents(call, mutation, all, o, durability); });
    };
    return all.empty() ? both() : change("documents", "before_put", "after_put", both);
  };
  return guarded<sdk::Written>(call, "write_with_documents", true, write);
}

sdk::Read<string> GuardedStore::get_blob(Call const& call, sdk::BlobKey const& key, string_view generation) {
  return guarded<sdk::Read<string>>(call, "get_blob", false,
                                    [=, g = string(generation)](sdk::Store& s) { return s.get_blob(call, key, g); });
}

sdk::Read<std::int64_t> GuardedStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  return guarded<sdk::Read<std::int64_t>>(
      call, "sweep_blobs", true, [=](sdk::Store& s) { return s.sweep_blobs(call, age, limit); }, true);
}

sdk::Read<string> GuardedStore::cursor(Call const& call) {
  return guarded<sdk::Read<string>>(call, "cursor", false, [call](sdk::Store& s) { return s.cursor(call); });
}

sdk::Read<std::unique_ptr<sdk::Watch>> GuardedStore::watch(Call const& call, sdk::WatchFilter const& filter,
                                                           string const& from_cursor,
                                                           std::function<void(sdk::Event const&)> sink) {
  if (!notifies_) return {sdk::Outcome::invalid, nullptr, "[db_options] watch is false: the store tells of nothing"};
  return guarded<sdk::Read<std::unique_ptr<sdk::Watch>>>(
      call, "watch", false, [=](sdk::Store& s) { return s.watch(call, filter, from_cursor, sink); });
}

sdk::Written GuardedStore::worker_register(Call const& call, sdk::WorkerInfo const& worker) {
  return guarded<sdk::Written>(call, "worker_register", true, [=](sdk::Store& s) {
    return change("workers", "before_register", "after_register", [&] { return s.worker_register(call, worker); });
  });
}

sdk::Written GuardedStore::worker_beat(Call const& call, string_view id) {
  return guarded<sdk::Written>(call, "worker_beat", true, [=, i = string(id)](sdk::Store& s) {
    return change("workers", "before_beat", "after_beat", [&] { return s.worker_beat(call, i); });
  });
}

sdk::Written GuardedStore::worker_close(Call const& call, string_view id) {
  return guarded<sdk::Written>(call, "worker_close", true, [=, i = string(id)](sdk::Store& s) {
    return change("workers", "before_close", "after_close", [&] { return s.worker_close(call, i); });
  });
}

sdk::Read<std::vector<sdk::WorkerInfo>> GuardedStore::workers(Call const& call) {
  return guarded<sdk::Read<std::vector<sdk::WorkerInfo>>>(call, "workers", false,
                                                          [call](sdk::Store& s) { return s.workers(call); });
}

sdk::Read<sdk::Resolution> GuardedStore::resolve(Call const& call, string_view table, string_view id, string_view op) {
  return guarded<sdk::Read<sdk::Resolution>>(
      call, "resolve", false,
      [=, t = string(table), i = string(id), o = string(op)](sdk::Store& s) { return s.resolve(call, t, i, o); });
}

}  // namespace conductor::plugin
