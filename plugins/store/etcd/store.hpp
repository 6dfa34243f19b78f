// The plugin: checks arguments and hands each call to the part that does it.
#pragma once
#include "conductor/sdk/store.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "conductor/sdk/store_writes.hpp"

#include <memory>

namespace conductor::plugins::etcd {

class EtcdStore final : public sdk::Store, public sdk::StoreMaintenance {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::atomic_multi | sdk::native_watch |
                                                    sdk::native_lease | sdk::strong_list | sdk::multi_host |
                                                    sdk::maintenance | sdk::own_writer;
  static void describe(sdk::Schema& schema);

  EtcdStore(sdk::Host& host, sdk::Settings const& settings);
  ~EtcdStore() override;

  sdk::Result<void> start(sdk::Call const& call) override;
  sdk::Result<void> health(sdk::Call const& call) override;

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

 private:
  struct Parts;
  // Runs `work` unless the arguments were refused or the call has expired.
  template <class R, class Work>
  R checked(sdk::Call const& call, sdk::checks::Checked const& refusal, Work const& work);
  sdk::Result<void> alarmed(sdk::Call const& call);
  void measure(sdk::Call const& call);

  sdk::Host& host_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace conductor::plugins::etcd
