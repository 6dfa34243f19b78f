// Direct calls of a process in both directions: TLS material, listener, server, caller, put together as configured.
#pragma once
#include "core/rpc/bus.hpp"
#include "core/rpc/direct_caller.hpp"
#include "core/rpc/listener.hpp"

namespace conductor::rpc {

class Direct {
 public:
  // `server`: null when this process serves nothing. All outlive it.
  Direct(DirectConfig config, std::unique_ptr<Dialer> dialer, sdk::Store& store, work::Lease& lease, sdk::Clock& clock,
         sdk::Log& log);

  // Opens what is configured; connections go to `server`, which outlives the listener.
  sdk::Result<void> open(DirectServer& server);
  // No connections any more.
  void close();
  // Before the first call.
  sdk::Result<void> prepare();
  DirectCaller* caller() { return caller_.get(); }
  DirectCaller const* caller() const { return caller_.get(); }
  sdk::TextMap announcement() const;

 private:
  std::string tls_address() const;

  DirectConfig const config_;
  std::unique_ptr<Dialer> dialer_;  // until prepare()
  sdk::Store& store_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::unique_ptr<PeerTls> tls_;
  std::unique_ptr<DirectCaller> caller_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace conductor::rpc
