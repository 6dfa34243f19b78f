#include "server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <set>
#include <system_error>
#include <thread>

namespace conductor::simulators::music {

namespace {

constexpr std::size_t remembered_requests = 10'000;

// One connection: requests are read into a buffer, replies written whole.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  // The next request; nothing at the end, or when it is no HTTP.
  std::optional<sdk::HttpRequest> next() {
    auto head_end = std::string::npos;
    while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return std::nullopt;
    sdk::HttpRequest request;
    std::string_view head = std::string_view(buffer_).substr(0, head_end);
    auto const line = head.substr(0, head.find("\r\n"));
    auto const first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    std::size_t length = 0;
    for (head.remove_prefix(std::min(line.size() + 2, head.size())); !head.empty();) {
      auto const one = head.substr(0, head.find("\r\n"));
      head.remove_prefix(std::min(one.size() + 2, head.size()));
      auto const colon = std::min(one.find(':'), one.size());
      auto value = one.substr(std::min(colon + 1, one.size()));
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers.emplace_back(one.substr(0, colon), value);
    }
    sdk::HttpReply headers;
    headers.headers = request.headers;
    if (auto const text = headers.header("Content-Length"); !text.empty()) length = std::stoul(text);
    while (buffer_.size() < head_end + 4 + length)
      if (!more()) return std::nullopt;
    request.body = buffer_.substr(head_end + 4, length);
    buffer_.erase(0, head_end + 4 + length);
    return request;
  }

  bool write(sdk::HttpReply const& reply) {
    auto text = "HTTP/1.1 " + std::to_string(reply.status) + " Simulated\r\nContent-Length: ";
    text.append(std::to_string(reply.body.size())).append("\r\n");
    for (auto const& [name, value] : reply.headers) text.append(name).append(": ").append(value).append("\r\n");
    text.append("\r\n").append(reply.body);
    for (std::string_view rest = text; !rest.empty();) {
      auto const sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  bool more() {
    char piece[65'536];
    auto const got = ::recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  int socket_;
  std::string buffer_;
};

sdk::HttpReply plain(int status, json::value const& body) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

[[noreturn]] void fail(std::string const& doing) { throw std::system_error(errno, std::generic_category(), doing); }

}  // namespace

struct Server::State {
  State(Music& m, ServerConfig c) : music(m), config(std::move(c)) {}

  void listen() {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(config.port);
    ::inet_pton(AF_INET, config.address.c_str(), &address.sin_addr);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 128) != 0)
      fail("listening on " + config.address + ":" + std::to_string(config.port));
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    accepting = std::thread([this] { accept(); });
  }

  void accept() {
    for (;;) {
      int const socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      std::lock_guard const lock(mutex);
      if (stopping) return;
      if (socket < 0) continue;
      int const on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      open.insert(socket);
      ++running;
      std::thread([this, socket] {
        converse(socket);
        std::lock_guard const done(mutex);
        open.erase(socket);
        controlling.erase(socket);
        ::close(socket);
        --running;
        idle.notify_all();
      }).detach();  // the destructor waits until none is running
    }
  }

  void converse(int socket) {
    Connection connection(socket);
    while (auto const request = connection.next()) {
      bool const control = config.control && request->target.starts_with("/-/");
      if (control) {
        note_control(socket);
        if (!connection.write(controlled(*request))) return;
        continue;
      }
      if (is_down()) return;
      auto const fault = faults.next(request->method, request->target);
      note(*request);
      if (fault && !wait(fault->delay)) return;
      if (fault && fault->kind == Fault::Kind::drop_request) return;
      auto const reply = music.answer(*request, fault);
      if (fault && fault->kind == Fault::Kind::drop_reply) return;
      if (is_down() || !connection.write(reply)) return;
    }
  }

  bool is_down() {
    std::lock_guard const lock(mutex);
    return down || stopping;
  }

  // False when the server ends meanwhile.
  bool wait(std::chrono::milliseconds delay) {
    std::unique_lock lock(mutex);
    return !idle.wait_for(lock, delay, [&] { return stopping; });
  }

  void note(sdk::HttpRequest const& request) {
    std::lock_guard const lock(mutex);
    if (seen.size() == remembered_requests) seen.pop_front();
    seen.push_back(request.method + " " + request.target);
  }

  sdk::HttpReply controlled(sdk::HttpRequest const& request) {
    try {
      if (request.target == "/-/faults" && request.method == "POST")
        return faults.add(Fault::from_json(json::parse(request.body))), plain(200, json::object{});
      if (request.target == "/-/faults" && request.method == "DELETE")
        return faults.clear(), plain(200, json::object{});
      if (request.target == "/-/settings" && request.method == "POST")
        return set(json::parse(request.body).as_object());
      if (request.target == "/-/requests" && request.method == "GET") {
        std::lock_guard const lock(mutex);
        return plain(200, json::array(seen.begin(), seen.end()));
      }
    } catch (std::exception const& bad) {
      return plain(400, json::object{{"error", bad.what()}});
    }
    return plain(404, json::object{});
  }

  sdk::HttpReply set(json::object const& settings) {
    for (auto const& [name, value] : settings) {
      if (name == "lag_ms")
        music.set_lag(std::chrono::milliseconds(value.as_int64()));
      else if (name == "down")
        set_down(value.as_bool());
      else if (name == "cassandra")
        music.set_cassandra(value.as_bool());
      else if (name == "expire_locks")
        music.expire_locks();
      else
        throw std::invalid_argument("unknown setting: " + std::string(name));
    }
    return plain(200, json::object{});
  }

  void set_down(bool now_down) {
    std::lock_guard const lock(mutex);
    down = now_down;
    if (!down) return;
    for (auto const socket : open)
      if (!controlling.contains(socket)) ::shutdown(socket, SHUT_RDWR);
  }

  // Who controls the simulator is answered while it is down.
  void note_control(int socket) {
    std::lock_guard const lock(mutex);
    controlling.insert(socket);
  }

  void stop() {
    {
      std::lock_guard const lock(mutex);
      stopping = true;
      for (auto const socket : open) ::shutdown(socket, SHUT_RDWR);
      ::shutdown(listener, SHUT_RDWR);  // wakes a blocked accept
    }
    idle.notify_all();
    if (accepting.joinable()) accepting.join();
    std::unique_lock lock(mutex);
    idle.wait(lock, [&] { return running == 0; });
    ::close(listener);
  }

  Music& music;
  ServerConfig const config;
  Faults faults;
  int listener = -1;
  unsigned short port = 0;
  std::thread accepting;
  std::mutex mutex;  // guards what follows
  std::condition_variable idle;
  std::set<int> open, controlling;
  std::deque<std::string> seen;
  std::size_t running = 0;
  bool stopping = false, down = false;
};

Server::Server(Music& music, ServerConfig const& config) : state_(std::make_unique<State>(music, config)) {
  state_->listen();
}

Server::~Server() { state_->stop(); }

unsigned short Server::port() const { return state_->port; }
Faults& Server::faults() { return state_->faults; }
void Server::set_down(bool down) { state_->set_down(down); }

std::vector<std::string> Server::requests() const {
  std::lock_guard const lock(state_->mutex);
  return {state_->seen.begin(), state_->seen.end()};
}

}  // namespace conductor::simulators::music
