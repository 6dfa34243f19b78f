// The plugin: checks arguments and hands each call to the writer, a reader or the feed.
#pragma once
#include "conductor/sdk/store_writes.hpp"
#include "failure.hpp"

#include <atomic>
#include <memory>

namespace conductor::plugins::sqlite {

class SqliteStore final : public sdk::Store,
                          public sdk::ChangeStamp,
                          public sdk::StoreMaintenance,
                          public sdk::DocumentWrites {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::atomic_multi | sdk::native_watch |
                                                    sdk::strong_list | sdk::change_stamp | sdk::maintenance |
                                                    sdk::own_writer | sdk::document_writes;
  static void describe(sdk::Schema& schema);

  SqliteStore(sdk::Host& host, sdk::Settings const& settings);
  ~SqliteStore() override;

  sdk::Result<void> start(sdk::Call const& call) override;
  void stop() noexcept override;
  sdk::Result<void> health(sdk::Call const& call) override;

  std::optional<std::uint64_t> stamp() noexcept override;
  sdk::StoreInfo info() const override;
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
  sdk::Read<sdk::TextList> verify(sdk::Call const& call) override;
  sdk::Written import_row(sdk::Call const& call, std::string_view table, sdk::Row const& row,
                          sdk::Durability durability) override;
  sdk::Written write_with_documents(sdk::Call const& call, sdk::Mutation const& mutation,
                                    std::span<sdk::DocumentPut const> documents, std::string_view op,
                                    sdk::Durability durability) override;

 private:
  struct Parts;  // what exists between start and stop
  sdk::Result<void> open();
  Parts* parts() const;  // null when not open, or opened by the parent of this process
  template <class R, class Work>
  R read(sdk::Call const& call, Work const& work);
  template <class R, class Work>
  R write(sdk::Call const& call, sdk::Durability durability, std::size_t bytes, Work work);

  sdk::Host& host_;
  std::filesystem::path file_;
  bool const sync_normal_;
  std::unique_ptr<Parts> owned_;
  std::atomic<Parts*> parts_ = nullptr;  // owned_, once complete
};

}  // namespace conductor::plugins::sqlite
