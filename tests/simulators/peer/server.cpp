// The only file here that includes Beast.
#include "server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <condition_variable>
#include <deque>
#include <list>
#include <set>
#include <thread>

namespace conductor::simulators::peer {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;

namespace {

constexpr std::size_t remembered_requests = 10'000;
constexpr std::uint32_t longest_head = 1U << 20U;

sdk::HttpRequest from_beast(bhttp::request<bhttp::string_body> const& message) {
  sdk::HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (auto const& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.body = message.body();
  return request;
}

bhttp::response<bhttp::string_body> to_beast(sdk::HttpReply const& reply, bool keep_alive) {
  bhttp::response<bhttp::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(reply.status));
  for (auto const& [name, value] : reply.headers) message.insert(name, value);
  message.body() = reply.body;
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

sdk::HttpReply plain(int status, std::string body) { return {status, {{"Content-Type", "application/json"}}, body}; }

FaultyAnswer with_general_faults(Answer answer) {
  return [answer = std::move(answer)](sdk::HttpRequest const& request, std::optional<Fault> const& fault) {
    auto reply = answer(request);
    if (fault && fault->kind == Fault::Kind::status) reply = plain(fault->status, "{}");
    if (fault && fault->kind == Fault::Kind::garbage) reply.body = "<html>not what you asked for";
    return reply;
  };
}

}  // namespace

struct Server::State {
  State(FaultyAnswer answer_of_peer, ServerConfig c)
      : answer(std::move(answer_of_peer)), config(std::move(c)), acceptor(io), tls(asio::ssl::context::tls_server) {}

  void listen() {
    if (!config.certificate.empty()) {
      tls.use_certificate_chain_file(config.certificate.string());
      tls.use_private_key_file(config.key.string(), asio::ssl::context::pem);
      if (!config.client_authority.empty()) {
        tls.load_verify_file(config.client_authority.string());
        tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
      }
    }
    tcp::endpoint const endpoint(asio::ip::make_address(config.address), config.port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    port = acceptor.local_endpoint().port();
    accepting = std::thread([this] { accept(); });
  }

  void accept() {
    for (;;) {
      tcp::socket socket(io);
      boost::system::error_code failed;
      acceptor.accept(socket, failed);
      std::unique_lock lock(mutex);
      if (stopping) return;
      if (failed) continue;
      socket.set_option(tcp::no_delay(true), failed);
      auto const handle = socket.native_handle();
      open.insert(handle);
      ++running;
      std::thread([this, handle, connection = std::move(socket)]() mutable {
        serve(connection, handle);
        std::lock_guard const done(mutex);
        --running;
        idle.notify_all();
      }).detach();  // the destructor waits until none is running
    }
  }

  void serve(tcp::socket& socket, tcp::socket::native_handle_type handle) {
    boost::system::error_code failed;
    if (config.certificate.empty()) {
      converse(socket, socket);
    } else {
      beast::ssl_stream<tcp::socket&> stream(socket, tls);
      stream.handshake(asio::ssl::stream_base::server, failed);
      if (!failed) converse(stream, socket);
    }
    std::lock_guard const lock(mutex);
    open.erase(handle);
    controlling.erase(handle);
    socket.close(failed);
  }

  // Requests of one connection, until an end or a fault.
  template <class Stream>
  void converse(Stream& stream, tcp::socket& socket) {
    beast::flat_buffer buffer;
    boost::system::error_code failed;
    for (bool going = true; going;) {
      bhttp::request_parser<bhttp::string_body> parser;  // of requests as long as clients like
      parser.body_limit(boost::none);
      parser.header_limit(longest_head);
      bhttp::read(stream, buffer, parser, failed);
      if (failed) return;
      auto const message = parser.release();
      auto const request = from_beast(message);
      if (config.control && request.target.starts_with("/-/")) {
        note_control(socket.native_handle());
        bhttp::write(stream, to_beast(controlled(request), message.keep_alive()), failed);
      } else if (!exchange(stream, socket, request, message.keep_alive())) {
        return;
      }
      going = !failed && message.keep_alive();
    }
  }

  // One request that is the peer's. False when the connection is to end.
  template <class Stream>
  bool exchange(Stream& stream, tcp::socket& socket, sdk::HttpRequest const& request, bool keep_alive) {
    if (is_down()) return false;
    auto const fault = faults.next(request.method, request.target);
    note(request);
    if (fault && !wait(fault->delay)) return false;
    if (fault && fault->kind == Fault::Kind::drop_request) return end(socket);
    auto const reply = answer(request, fault);
    if (fault && fault->kind == Fault::Kind::drop) return end(socket);
    if (is_down()) return false;
    auto const out = to_beast(reply, keep_alive);
    if (fault && fault->kind == Fault::Kind::truncate) return truncate(stream, socket, out);
    boost::system::error_code failed;
    bhttp::write(stream, out, failed);
    return !failed;
  }

  static bool end(tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    return false;
  }

  // The head with the whole length, half of the body, and an end.
  template <class Stream>
  static bool truncate(Stream& stream, tcp::socket& socket, bhttp::response<bhttp::string_body> const& message) {
    std::ostringstream text;
    text << message;
    auto const whole = text.str();
    boost::system::error_code failed;
    asio::write(stream, asio::buffer(whole, whole.size() - message.body().size() / 2 - 1), failed);
    return end(socket);
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
    ++count;
    if (seen.size() == remembered_requests) seen.pop_front();
    seen.push_back(request.method + " " + request.target);
  }

  sdk::HttpReply controlled(sdk::HttpRequest const& request) {
    try {
      if (request.target == "/-/faults" && request.method == "POST") {
        add_fault(json::parse(request.body));
        return plain(200, "{}");
      }
      if (request.target == "/-/faults" && request.method == "DELETE") {
        faults.clear();
        return plain(200, "{}");
      }
      if (request.target == "/-/settings" && request.method == "POST") {
        auto const settings = json::parse(request.body);
        for (auto const& [name, value] : settings.as_object()) set(name, value);
        return plain(200, "{}");
      }
      if (request.target == "/-/count" && request.method == "GET") {
        std::lock_guard const lock(mutex);
        return plain(200, json::serialize(json::object{{"requests", count}}));
      }
      if (request.target == "/-/requests" && request.method == "GET") {
        std::lock_guard const lock(mutex);
        json::array list;
        for (auto const& one : seen) list.emplace_back(one);
        return plain(200, json::serialize(list));
      }
    } catch (std::exception const& bad) {
      return plain(400, json::serialize(json::object{{"error", bad.what()}}));
    }
    return plain(404, "{}");
  }

  void add_fault(json::value const& document) { faults.add(Fault::from_json(document, config.kinds)); }

  void set(std::string_view name, json::value const& value) {
    if (name == "down") return set_down(value.as_bool());
    if (!config.set) throw std::invalid_argument(std::string("unknown setting: ").append(name));
    config.set(name, value);
  }

  void set_down(bool now_down) {
    std::lock_guard const lock(mutex);
    down = now_down;
    if (!down) return;
    for (auto const handle : open)
      if (!controlling.contains(handle)) ::shutdown(handle, SHUT_RDWR);
  }

  // Who controls the simulator is answered while it is down.
  void note_control(tcp::socket::native_handle_type handle) {
    std::lock_guard const lock(mutex);
    controlling.insert(handle);
  }

  void stop() {
    {
      std::lock_guard const lock(mutex);
      stopping = true;
      for (auto const handle : open) ::shutdown(handle, SHUT_RDWR);
      ::shutdown(acceptor.native_handle(), SHUT_RDWR);  // wakes a blocked accept
    }
    idle.notify_all();
    if (accepting.joinable()) accepting.join();
    std::unique_lock lock(mutex);
    idle.wait(lock, [&] { return running == 0; });
  }

  FaultyAnswer const answer;
  ServerConfig const config;
  Faults faults;
  asio::io_context io;
  tcp::acceptor acceptor;
  asio::ssl::context tls;
  unsigned short port = 0;
  std::thread accepting;
  std::mutex mutex;  // guards what follows
  std::condition_variable idle;
  std::set<tcp::socket::native_handle_type> open, controlling;
  std::deque<std::string> seen;
  std::uint64_t count = 0;  // of all requests
  std::size_t running = 0;
  bool stopping = false, down = false;
};

Server::Server(Answer answer, ServerConfig const& config) : Server(with_general_faults(std::move(answer)), config) {}

Server::Server(FaultyAnswer answer, ServerConfig const& config)
    : state_(std::make_unique<State>(std::move(answer), config)) {
  state_->listen();
}

Server::~Server() { state_->stop(); }

unsigned short Server::port() const { return state_->port; }
Faults& Server::faults() { return state_->faults; }
void Server::add_fault(json::value const& document) { state_->add_fault(document); }
void Server::set_down(bool down) { state_->set_down(down); }

std::vector<std::string> Server::requests() const {
  std::lock_guard const lock(state_->mutex);
  return {state_->seen.begin(), state_->seen.end()};
}

}  // namespace conductor::simulators::peer
