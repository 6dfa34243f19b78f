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
Answer GuardedStore::guarded(Call const& call, string_view what, bool changes,
                             std::function<Answer(sdk::Store&)> work) const {
  return outcome_of<Answer>(
      call, changes, guard_.run<Answer>(call, what, [store = store_, work = std::move(work)]() -> sdk::Result<Answer> {
        return work(*store);
      }));
}

// What an argument becomes that has to outlive the caller.
template <class T>
struct Owned {
  using Type = T;
};
template <>
struct Owned<string_view> {
  using Type = string;
};
template <class T>
struct Owned<std::span<T const>> {
  using Type = std::vector<T>;
};
template <class T>
typename Owned<T>::Type owned(T const& argument) {
  if constexpr (std::is_same_v<T, typename Owned<T>::Type>)
    return argument;
  else
    return {argument.begin(), argument.end()};
}

template <class Answer, class Work, class... Arguments>
Answer GuardedStore::mutation(Call const& call, string_view what, Work work, Arguments const&... arguments) const {
  if (writes_here_)
    return outcome_of<Answer>(call, true, guard_.run_here<Answer>(call, what, [&]() -> sdk::Result<Answer> {
      return work(*store_, call, arguments...);
    }));
  return guarded<Answer>(call, what, true, [call, work, all = std::make_tuple(owned(arguments)...)](sdk::Store& store) {
    return std::apply([&](auto const&... each) { return work(store, call, each...); }, all);
  });
}

template <class Answer>
Answer GuardedStore::outcome_of(Call const& call, bool changes, sdk::Result<Answer> answer) {
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
  auto const insert = [](sdk::Store& s, Call const& c, string_view t, string_view i, sdk::Values const& values,
                         string_view o, sdk::Durability d) {
    return change(t, "before_insert", "after_insert", [&] { return s.insert(c, t, i, values, o, d); });
  };
  return mutation<sdk::Written>(call, "insert", insert, table, id, columns, op, durability);
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
  auto const update = [](sdk::Store& s, Call const& c, string_view t, string_view i, sdk::Values const& values,
                         sdk::Expect const& e, string_view o, sdk::Durability d) {
    return change(t, "before_update", "after_update", [&] { return s.update(c, t, i, values, e, o, d); });
  };
  return mutation<sdk::Written>(call, "update", update, table, id, set, expect, op, durability);
}

sdk::Written GuardedStore::remove(Call const& call, string_view table, string_view id, sdk::Expect const& expect,
                                  string_view op, sdk::Durability durability) {
  auto const remove = [](sdk::Store& s, Call const& c, string_view t, string_view i, sdk::Expect const& e,
                         string_view o, sdk::Durability d) {
    return change(t, "before_remove", "after_remove", [&] { return s.remove(c, t, i, e, o, d); });
  };
  return mutation<sdk::Written>(call, "remove", remove, table, id, expect, op, durability);
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
  auto const multi = [](sdk::Store& s, Call const& c, std::span<sdk::Mutation const> all, string_view o,
                        sdk::Durability d) {
    return change("group", "before_write", "after_write", [&] { return s.multi(c, all, o, d); });
  };
  return mutation<sdk::MultiWritten>(call, "multi", multi, mutations, op, durability);
}

sdk::Read<string> GuardedStore::put_blob(Call const& call, sdk::BlobKey const& key, string_view bytes,
                                         sdk::Durability durability) {
  auto const put = [](sdk::Store& s, Call const& c, sdk::BlobKey const& k, string_view b, sdk::Durability d) {
    return change("documents", "before_put", "after_put", [&] { return s.put_blob(c, k, b, d); });
  };
  return mutation<sdk::Read<string>>(call, "put_blob", put, key, bytes, durability);
}

sdk::Written GuardedStore::write_with_documents(Call const& call, sdk::Mutation const& row,
                                                std::span<sdk::DocumentPut const> documents, string_view op,
                                                sdk::Durability durability) {
  if (documents_ == nullptr) {
    sdk::Written none;
    none.outcome = Outcome::invalid;
    none.text = "this store does not claim the capability document_writes";
    return none;
  }
  auto const write = [to = documents_](sdk::Store&, Call const& c, sdk::Mutation const& m,
                                       std::span<sdk::DocumentPut const> all, string_view o, sdk::Durability d) {
    bool const inserts = m.kind == sdk::Mutation::Kind::insert;
    auto const both = [&] {
      return change(m.table, inserts ? "before_insert" : "before_update", inserts ? "after_insert" : "after_update",
                    [&] { return to->write_with_documents(c, m, all, o, d); });
    };
    return all.empty() ? both() : change("documents", "before_put", "after_put", both);
  };
  return mutation<sdk::Written>(call, "write_with_documents", write, row, documents, op, durability);
}

sdk::Read<string> GuardedStore::get_blob(Call const& call, sdk::BlobKey const& key, string_view generation) {
  return guarded<sdk::Read<string>>(call, "get_blob", false,
                                    [=, g = string(generation)](sdk::Store& s) { return s.get_blob(call, key, g); });
}

sdk::Read<std::int64_t> GuardedStore::sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) {
  // Reads first what it then removes.
  return guarded<sdk::Read<std::int64_t>>(call, "sweep_blobs", true,
                                          [=](sdk::Store& s) { return s.sweep_blobs(call, age, limit); });
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
  auto const enter = [](sdk::Store& s, Call const& c, sdk::WorkerInfo const& w) {
    return change("workers", "before_register", "after_register", [&] { return s.worker_register(c, w); });
  };
  return mutation<sdk::Written>(call, "worker_register", enter, worker);
}

sdk::Written GuardedStore::worker_beat(Call const& call, string_view id) {
  auto const beat = [](sdk::Store& s, Call const& c, string_view i) {
    return change("workers", "before_beat", "after_beat", [&] { return s.worker_beat(c, i); });
  };
  return mutation<sdk::Written>(call, "worker_beat", beat, id);
}

sdk::Written GuardedStore::worker_close(Call const& call, string_view id) {
  auto const close = [](sdk::Store& s, Call const& c, string_view i) {
    return change("workers", "before_close", "after_close", [&] { return s.worker_close(c, i); });
  };
  return mutation<sdk::Written>(call, "worker_close", close, id);
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
