#include "tests/support/etcd.hpp"

#include "conductor/sdk/base64.hpp"
#include "core/http/client.hpp"
#include "core/work/system_clock.hpp"
#include "tests/simulators/certificates/certificates.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace conductor::test {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr char program[] = "/usr/bin/etcd";

// A port that nobody uses now, below those that the system gives to whoever connects: a member must find it free again
// when it is started anew.
std::uint16_t free_port() {
  std::random_device random;
  for (int tries = 0; tries < 1000; ++tries) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(12'000 + random() % 20'000));
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool const bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (bound) return ntohs(address.sin_port);
  }
  throw std::runtime_error("no free loopback port");
}

class Silent final : public sdk::Log {
  void write(sdk::Level, sdk::Call const*, std::string_view) override {}
  bool enabled(sdk::Level) const override { return false; }
};

}  // namespace

struct EtcdCluster::Client {
  work::SystemClock clock;
  Silent log;
  std::unique_ptr<http::ClientPool> pool = http::make_client_pool(clock, log);

  sdk::Result<sdk::HttpReply> send(EtcdCluster const& cluster, std::size_t member, sdk::HttpRequest const& request) {
    sdk::HttpConfig config;
    config.base_url = cluster.url(member);
    config.ca_file = cluster.ca_file();
    config.certificate_file = cluster.client_certificate();
    config.certificate_key_file = cluster.client_key();
    config.attempts = 1;
    config.read_timeout = 5s;
    sdk::Call call;
    call.deadline = clock.now() + 10s;
    return pool->client(config).send(call, request);
  }
};

bool EtcdCluster::installed() { return ::access(program, X_OK) == 0; }

EtcdCluster::EtcdCluster(EtcdOptions options) : options_(std::move(options)), client_(std::make_unique<Client>()) {
  std::string pattern = (fs::temp_directory_path() / "conductor-etcd-XXXXXX").string();
  directory_ = ::mkdtemp(pattern.data());
  if (options_.tls) simulators::certificates::ensure(directory_ / "certificates");
  // Two clusters that start at the same time may choose the same port.
  for (int tries = 1;; ++tries) try {
      launch_all();
      if (options_.auth) set_up_logins();
      return;
    } catch (std::exception const&) {
      clean_up();
      if (tries < 3) continue;
      fs::remove_all(directory_);
      throw;
    }
}

void EtcdCluster::launch_all() {
  members_.resize(options_.members);
  initial_cluster_.clear();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    auto& member = members_[i];
    member.client_port = free_port();
    member.peer_port = free_port();
    member.data = directory_ / ("data" + std::to_string(i));
    member.log = directory_ / ("log" + std::to_string(i));
    initial_cluster_ +=
        (i == 0 ? "m" : ",m") + std::to_string(i) + "=http://127.0.0.1:" + std::to_string(member.peer_port);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) launch(members_[i], i);
  wait_until_healthy(30s);
}

void EtcdCluster::clean_up() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    kill(i);
    fs::remove_all(members_[i].data);
  }
  members_.clear();
}

EtcdCluster::~EtcdCluster() {
  for (std::size_t i = 0; i < members_.size(); ++i) kill(i);
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string EtcdCluster::url(std::size_t member) const {
  return (options_.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(members_[member].client_port);
}

std::vector<std::string> EtcdCluster::url_list() const {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < members_.size(); ++i) list.push_back(url(i));
  return list;
}

std::string EtcdCluster::urls() const {
  std::string text;
  for (auto const& one : url_list()) text += (text.empty() ? "" : ",") + one;
  return text;
}

std::string EtcdCluster::ca_file() const {
  return options_.tls ? (directory_ / "certificates" / "authority.pem").string() : std::string();
}
std::string EtcdCluster::client_certificate() const {
  return options_.client_certificates ? (directory_ / "certificates" / "client.pem").string() : std::string();
}
std::string EtcdCluster::client_key() const {
  return options_.client_certificates ? (directory_ / "certificates" / "client_key.pem").string() : std::string();
}

void EtcdCluster::launch(Member& member, std::size_t number) {
  auto const peer = "http://127.0.0.1:" + std::to_string(member.peer_port);
  std::vector<std::string> words{program,
                                 "--name=m" + std::to_string(number),
                                 "--data-dir=" + member.data.string(),
                                 "--listen-client-urls=" + url(number),
                                 "--advertise-client-urls=" + url(number),
                                 "--listen-peer-urls=" + peer,
                                 "--initial-advertise-peer-urls=" + peer,
                                 "--initial-cluster=" + initial_cluster_,
                                 "--initial-cluster-token=" + directory_.filename().string(),
                                 "--initial-cluster-state=new",
                                 "--log-level=warn"};
  if (options_.tls) {
    auto const files = simulators::certificates::ensure(directory_ / "certificates");
    words.push_back("--cert-file=" + files.server.string());
    words.push_back("--key-file=" + files.server_key.string());
    if (options_.client_certificates) {
      words.push_back("--client-cert-auth=true");
      words.push_back("--trusted-ca-file=" + files.authority.string());
    }
  }
  words.insert(words.end(), options_.flags.begin(), options_.flags.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  member.process = ::fork();
  if (member.process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int const log = ::open(member.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::unsetenv("ETCD_NAME");
    ::execv(program, arguments.data());
    ::_exit(127);
  }
}

void EtcdCluster::signal(Member const& member, int number) const {
  if (member.process > 0) ::kill(member.process, number);
}

void EtcdCluster::kill(std::size_t number) {
  auto& member = members_[number];
  if (member.process <= 0) return;
  signal(member, SIGKILL);
  ::waitpid(member.process, nullptr, 0);
  member.process = -1;
  member.paused = false;
}

void EtcdCluster::pause(std::size_t number) {
  signal(members_[number], SIGSTOP);
  members_[number].paused = true;
}

void EtcdCluster::resume(std::size_t number) {
  signal(members_[number], SIGCONT);
  members_[number].paused = false;
}

void EtcdCluster::start(std::size_t number) {
  launch(members_[number], number);
  auto const living = std::count_if(members_.begin(), members_.end(),
                                    [](Member const& member) { return member.process > 0 && !member.paused; });
  // Before a majority is there it does not listen.
  if (2 * static_cast<std::size_t>(living) <= members_.size()) return;
  auto const until = client_->clock.now() + 20s;
  while (!client_->send(*this, number, {.method = "GET", .target = "/version", .headers = {}, .body = {}})) {
    if (client_->clock.now() >= until) fail("a member does not listen again");
    client_->clock.sleep_for(20ms, {});
  }
}

bool EtcdCluster::answers(std::size_t member) {
  auto const reply = client_->send(*this, member, {.method = "GET", .target = "/health", .headers = {}, .body = {}});
  return reply && reply->body.find("true") != std::string::npos;
}

void EtcdCluster::wait_until_healthy(std::chrono::seconds most) {
  auto const until = client_->clock.now() + most;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].process <= 0 || members_[i].paused) continue;
    while (!answers(i)) {
      if (client_->clock.now() >= until) fail("member " + std::to_string(i) + " does not become healthy");
      if (::waitpid(members_[i].process, nullptr, WNOHANG) != 0) fail("a member has ended");
      client_->clock.sleep_for(50ms, {});
    }
  }
}

void EtcdCluster::fail(std::string const& what) const {
  std::ostringstream text;
  text << "etcd: " << what;
  for (auto const& member : members_) {
    std::ifstream file(member.log);
    std::string const log((std::istreambuf_iterator<char>(file)), {});
    text << "\n"
         << member.log.filename().string() << ": " << log.substr(log.size() - std::min<std::size_t>(log.size(), 1500));
  }
  throw std::runtime_error(text.str());
}

json::value EtcdCluster::post(std::size_t member, std::string const& path, json::object const& body) {
  sdk::HttpRequest request;
  request.method = "POST";
  request.target = path;
  request.body = json::serialize(body);
  request.idempotent = true;
  if (!token_.empty()) request.headers.emplace_back("Authorization", token_);
  auto const reply = client_->send(*this, member, request);
  if (!reply) fail(reply.error().text);
  std::error_code failed;
  return json::parse(reply->body, failed);
}

std::size_t EtcdCluster::leader() {
  auto const id_of = [](json::value const& status, char const* where, char const* name) -> std::string {
    auto const& object = where == nullptr ? status.as_object() : status.at(where).as_object();
    auto const* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
  };
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].process <= 0 || members_[i].paused) continue;
    auto const status = post(i, "/v3/maintenance/status", {});
    if (id_of(status, "header", "member_id") == id_of(status, nullptr, "leader")) return i;
  }
  fail("no leader");
}

void EtcdCluster::set_up_logins() {
  post(0, "/v3/auth/user/add", {{"name", "root"}, {"password", "root-secret"}});
  post(0, "/v3/auth/role/add", {{"name", "root"}});
  post(0, "/v3/auth/user/grant", {{"user", "root"}, {"role", "root"}});
  post(0, "/v3/auth/user/add", {{"name", "conductor"}, {"password", "secret"}});
  post(0, "/v3/auth/role/add", {{"name", "conductor"}});
  post(0, "/v3/auth/role/grant",
       {{"name", "conductor"},
        {"perm", json::object{{"permType", "READWRITE"},
                              {"key", sdk::base64("conductor/")},
                              {"range_end", sdk::base64("conductor0")}}}});
  post(0, "/v3/auth/user/grant", {{"user", "conductor"}, {"role", "conductor"}});
  post(0, "/v3/auth/enable", {});
  auto const login = post(0, "/v3/auth/authenticate", {{"name", "root"}, {"password", "root-secret"}});
  if (login.is_object() && login.as_object().contains("token")) token_ = login.at("token").as_string();
}

}  // namespace conductor::test
