// A store behind its guard: arguments are copied, because a call that overruns its deadline outlives the caller.
#pragma once
#include "conductor/sdk/store_writes.hpp"
#include "core/plugin/guard.hpp"

namespace conductor::plugin {

class GuardedStore final : public sdk::Store,
                           public sdk::ChangeStamp,
                           public sdk::StoreMaintenance,
                           public sdk::DocumentWrites {
 public:
  // Both outlive it; `store` even the guard's stuck threads (plugins are destroyed last). Not `notifies`: it is as a
  // store that cannot tell of changes.
  GuardedStore(std::shared_ptr<sdk::Store> store, sdk::Capabilities capabilities, Guard& guard, bool notifies = true)
      : store_(std::move(store)),
        stamp_(dynamic_cast<sdk::ChangeStamp*>(store_.get())),
        maintenance_(dynamic_cast<sdk::StoreMaintenance*>(store_.get())),
        documents_(dynamic_cast<sdk::DocumentWrites*>(store_.get())),
        writes_here_((capabilities & sdk::own_writer) != 0),
        notifies_(notifies),
        guard_(guard) {}

  bool writes_documents() const override { return documents_ != nullptr; }

  sdk::Result<void> health(sdk::Call const& call) override;
  // Not guarded: a thread of its own would cost more than what it is there to save.
  std::optional<std::uint64_t> stamp() noexcept override { return stamp_ ? stamp_->stamp() : std::nullopt; }
  sdk::StoreInfo info() const override { return store_->info(); }
  sdk::Read<int> ensure_schema(sdk::Call const& call) override;
  sdk::Written insert(sdk::Call const& call, std::string_view table, std::string_view id, sdk::Values const& columns,
                      std::string_view op, sdk::Durability durability) override;
  sdk::Read<sdk::Row> get(sdk::Call const& call, std::string_view table, std::string_view id,
                          sdk::Strength strength) override;
  sdk::Read<std::vector<sdk::Row>> get_many(sdk::Call const& call, std::string_view table,
                                            std::span<std::string const> ids, sdk::Strength strength) override;
  sdk::Written update(sdk::Call const& call, std::string_view table, std::string_view id, sdk::Values const& set,
                      sdk::Expect const& expect, std::string_view op, sdk::Durability durability) override;
  sdk::Written remove(sdk::Call const& call, std::string_view table, std::string_view id, sdk::Expect const& expect,
                      std::string_view op, sdk::Durability durability) override;
  sdk::Read<sdk::Page> list(sdk::Call const& call, std::string_view table, sdk::Values const& where,
                            std::optional<std::string> const& after, std::size_t limit) override;
  sdk::Read<std::int64_t> count(sdk::Call const& call, std::string_view table, sdk::Values const& where) override;
  sdk::MultiWritten multi(sdk::Call const& call, std::span<sdk::Mutation const> mutations, std::string_view op,
                          sdk::Durability durability) override;
  sdk::Read<std::string> put_blob(sdk::Call const& call, sdk::BlobKey const& key, std::string_view bytes,
                                  sdk::Durability durability) override;
  sdk::Read<std::string> get_blob(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation) override;
  sdk::Read<std::int64_t> sweep_blobs(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit) override;
  sdk::Read<std::string> cursor(sdk::Call const& call) override;
  sdk::Read<std::unique_ptr<sdk::Watch>> watch(sdk::Call const& call, sdk::WatchFilter const& filter,
                                               std::string const& from_cursor,
                                               std::function<void(sdk::Event const&)> sink) override;
  sdk::Written worker_register(sdk::Call const& call, sdk::WorkerInfo const& worker) override;
  sdk::Written worker_beat(sdk::Call const& call, std::string_view id) override;
  sdk::Written worker_close(sdk::Call const& call, std::string_view id) override;
  sdk::Read<std::vector<sdk::WorkerInfo>> workers(sdk::Call const& call) override;
  sdk::Read<sdk::Resolution> resolve(sdk::Call const& call, std::string_view table, std::string_view id,
                                     std::string_view op) override;
  // Of a store that does not claim the capability: invalid.
  sdk::Read<sdk::TextList> verify(sdk::Call const& call) override;
  sdk::Written import_row(sdk::Call const& call, std::string_view table, sdk::Row const& row,
                          sdk::Durability durability) override;
  // Of a store that does not claim the capability: invalid.
  sdk::Written write_with_documents(sdk::Call const& call, sdk::Mutation const& mutation,
                                    std::span<sdk::DocumentPut const> documents, std::string_view op,
                                    sdk::Durability durability) override;

 private:
  // Runs `work` under the guard, on a thread of the plugin's. `changes`: a mutation that was abandoned may still be
  // applied.
  template <class Answer>
  Answer guarded(sdk::Call const& call, std::string_view what, bool changes,
                 std::function<Answer(sdk::Store&)> work) const;
  // work(store, call, arguments...), for a mutation that leaves everything to the store's writer: then here, without
  // copies of the arguments, when the store has one.
  template <class Answer, class Work, class... Arguments>
  Answer mutation(sdk::Call const& call, std::string_view what, Work work, Arguments const&... arguments) const;
  // A failure of the guard becomes the outcome that says as much.
  template <class Answer>
  static Answer outcome_of(sdk::Call const& call, bool changes, sdk::Result<Answer> answer);

  std::shared_ptr<sdk::Store> store_;
  sdk::ChangeStamp* stamp_;             // null when the store cannot tell
  sdk::StoreMaintenance* maintenance_;  // null when the store has none
  sdk::DocumentWrites* documents_;      // null when the store writes them one by one
  bool const writes_here_;              // mutations on the caller's thread
  bool const notifies_;
  Guard& guard_;
};

}  // namespace conductor::plugin
