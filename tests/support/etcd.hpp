// A real etcd cluster for tests: one member or several as child processes on free loopback ports, their data in a
// directory of their own. Members can be killed, paused and started again; the processes end with the test, however it
// ends. Not thread-safe.
#pragma once
#include "conductor/sdk/call.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace conductor::test {

struct EtcdOptions {
  std::size_t members = 1;
  bool tls = false;                  // https, with a certificate for 127.0.0.1
  bool client_certificates = false;  // demanded; tls only
  bool auth = false;                 // user `conductor`, password `secret`, for keys that begin with `conductor/`
  std::vector<std::string> flags{};  // further ones, such as --quota-backend-bytes=20000000
};

class EtcdCluster {
 public:
  // Whether etcd is installed; else tests say skip_reason() and end.
  static bool installed();
  static std::string skip_reason() { return "skipped: etcd is not installed (package etcd-server)"; }

  // Starts the members and waits until a leader answers. Throws std::runtime_error with the end of a member's log.
  explicit EtcdCluster(EtcdOptions options = {});
  ~EtcdCluster();
  EtcdCluster(EtcdCluster const&) = delete;
  EtcdCluster& operator=(EtcdCluster const&) = delete;

  std::size_t size() const { return members_.size(); }
  std::string url(std::size_t member) const;
  std::string urls() const;  // separated by commas, as [etcd_api] endpoints wants them
  std::vector<std::string> url_list() const;
  std::uint16_t port(std::size_t member) const { return members_[member].client_port; }

  void kill(std::size_t member);    // SIGKILL
  void pause(std::size_t member);   // SIGSTOP
  void resume(std::size_t member);  // SIGCONT
  void start(std::size_t member);   // again, on its old data; returns when it listens, or at once without a majority
  // Until every living member answers, and with one voice.
  void wait_until_healthy(std::chrono::seconds most = std::chrono::seconds(20));
  std::size_t leader();

  // A request to the gateway, as root when logins are on; the body of the answer, whatever its status.
  boost::json::value post(std::size_t member, std::string const& path, boost::json::object const& body);

  // PEM files; empty without TLS. The client certificate has no Common Name problem unless logins are on, too.
  std::string ca_file() const, client_certificate() const, client_key() const;

 private:
  struct Member {
    std::uint16_t client_port = 0, peer_port = 0;
    std::filesystem::path data, log;
    pid_t process = -1;
    bool paused = false;
  };
  struct Client;

  void launch_all();
  void clean_up();
  void launch(Member& member, std::size_t number);
  void signal(Member const& member, int number) const;
  bool answers(std::size_t member);
  void set_up_logins();
  [[noreturn]] void fail(std::string const& what) const;

  EtcdOptions const options_;
  std::filesystem::path directory_;
  std::string initial_cluster_, token_;
  std::vector<Member> members_;
  std::unique_ptr<Client> client_;
};

}  // namespace conductor::test
