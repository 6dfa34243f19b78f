// One watch: an endless request for the changes of rows and the removals of workers, begun anew after the last change
// seen whenever it ends or its member fails. A slow sink makes etcd wait and read from its history later; what was
// compacted meanwhile gives resync.
#pragma once
#include "connection.hpp"

#include <atomic>
#include <thread>

namespace conductor::plugins::etcd {

class EtcdWatch final : public sdk::Watch {
 public:
  // `from`: a cursor; one of another store, or none, begins with a resync or with the present.
  EtcdWatch(Connection& connection, sdk::WatchFilter filter, std::string from,
            std::function<void(sdk::Event const&)> sink);
  ~EtcdWatch() override;

  static std::string cursor(std::int64_t revision);
  static std::optional<std::int64_t> revision_of(std::string_view cursor);

 private:
  void run(std::stop_token const& stop);
  bool begin(std::stop_token const& stop);
  void stream(std::stop_token const& stop);
  bool take(std::string_view bytes, std::string& rest, std::size_t member);
  bool frame(WatchFrame const& frame);
  void tell(WatchEvent const& event, std::int64_t after);
  void resync(std::int64_t revision);
  bool wants(std::string_view table) const;

  Connection& connection_;
  sdk::WatchFilter const filter_;
  std::string const from_;
  std::function<void(sdk::Event const&)> const sink_;

  // Of the thread alone.
  std::optional<std::int64_t> seen_;  // the last revision whose changes were told
  bool heard_ = false;                // something came on this stream
  std::string trouble_;               // why the stream ended
  std::jthread thread_;
};

}  // namespace conductor::plugins::etcd
