// Addresses as texts, and servers that listen on several of them.
#include "core/http/address.hpp"
#include "core/http/listener.hpp"
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>

namespace conductor::http {

namespace {

using namespace testing;
namespace fs = std::filesystem;

// A directory that goes with the object.
struct Directory {
  Directory() {
    std::string pattern = (fs::temp_directory_path() / "conductor-socket-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Directory() { fs::remove_all(path); }
  std::string file(std::string const& name) const { return (path / name).string(); }
  fs::path path;
};

// A socket file with its process: `listening` or bound only, as after a crash.
int bound_socket(std::string const& path, bool listening) {
  int const descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  BOOST_REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  if (listening) ::listen(descriptor, 1);
  return descriptor;
}

RawSocket connect_unix(std::string const& path) {
  int const descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  RawSocket socket(descriptor);
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) socket.close();
  return socket;
}

ServerConfig listening_on(std::vector<std::string> const& texts) {
  ServerConfig config;
  for (auto const& text : texts) {
    auto address = parse_address(text);
    BOOST_REQUIRE(address);
    config.listen.push_back(*address);
  }
  return config;
}

Response who(sdk::Call const&, Request const& request, Caller const&) { return text_response(request.remote_address); }

std::string failure_to_open(std::string const& text) {
  net::asio::io_context io;
  Listener listener(io);
  auto const opened = listener.open(*parse_address(text));
  return opened ? std::string() : opened.error().text;
}

using conductor::tests::has;

constexpr auto ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(listening)

BOOST_AUTO_TEST_CASE(reads_and_writes_addresses) {
  for (auto const* text : {"127.0.0.1:8091", "[::1]:0", "unix:/run/conductor/api.sock", "localhost:65535"}) {
    auto const address = parse_address(text);
    BOOST_REQUIRE(address);
    BOOST_TEST(address->text() == text);
    BOOST_TEST(address->is_local(), text);
  }
  for (auto const* text : {"0.0.0.0:1", "[::]:1", "has.example.org:80"}) BOOST_TEST(!parse_address(text)->is_local());
}

BOOST_AUTO_TEST_CASE(says_what_an_address_lacks) {
  for (auto const& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"8091", "there is no port"},
                                                        {":8091", "there is no host"},
                                                        {"::1:8091", "square brackets"},
                                                        {"a:65536", "0 to 65535"},
                                                        {"a:", "0 to 65535"},
                                                        {"a:+1", "0 to 65535"},
                                                        {"unix:api.sock", "must begin with '/'"},
                                                        {"unix:/" + std::string(200, 'a'), "at most 107 bytes"}}) {
    auto const address = parse_address(text);
    BOOST_REQUIRE(!address);
    BOOST_TEST(has(address.error().text, "'" + text + "'"));
    BOOST_TEST(has(address.error().text, why), address.error().text);
  }
}

BOOST_AUTO_TEST_CASE(serves_tcp_and_unix_side_by_side) {
  Directory const directory;
  auto const path = directory.file("api.sock");
  {
    Served const served(who, listening_on({"127.0.0.1:0", "unix:" + path}));
    auto tcp = RawSocket::connect(served.port());
    tcp.send(ask);
    BOOST_TEST(has(tcp.receive_reply(), "127.0.0.1"));
    auto local = connect_unix(path);
    local.send(ask);
    BOOST_TEST(has(local.receive_reply(), "\r\n\r\nunix:"));
    struct stat found {};
    BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 0777U) == 0660U);
    BOOST_TEST(served.server->addresses().back().text() == "unix:" + path);
  }
  BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_CASE(replaces_a_socket_that_was_left_behind) {
  Directory const directory;
  auto const path = directory.file("api.sock");
  ::close(bound_socket(path, false));
  Served const served(who, listening_on({"unix:" + path}));
  auto client = connect_unix(path);
  client.send(ask);
  BOOST_TEST(has(client.receive_reply(), "unix:"));
}

BOOST_AUTO_TEST_CASE(leaves_a_socket_alone_that_another_process_serves) {
  Directory const directory;
  auto const path = directory.file("api.sock");
  int const other = bound_socket(path, true);
  auto const failure = failure_to_open("unix:" + path);
  BOOST_TEST(has(failure, "another process serves this socket"));
  BOOST_TEST(connect_unix(path).send("x"));
  ::close(other);
}

BOOST_AUTO_TEST_CASE(never_removes_what_is_no_socket) {
  Directory const directory;
  auto const path = directory.file("precious");
  std::ofstream(path) << "data";
  BOOST_TEST(has(failure_to_open("unix:" + path), "something that is no socket"));
  BOOST_TEST(fs::file_size(path) == 4U);
}

BOOST_AUTO_TEST_CASE(does_not_remove_a_socket_that_took_its_place) {
  Directory const directory;
  auto const path = directory.file("api.sock");
  int other = -1;
  {
    Served const served(who, listening_on({"unix:" + path}));
    fs::remove(path);
    other = bound_socket(path, true);
  }
  BOOST_TEST(fs::exists(path));
  ::close(other);
}

BOOST_AUTO_TEST_CASE(names_a_directory_that_is_missing) {
  Directory const directory;
  auto const failure = failure_to_open("unix:" + directory.file("none/api.sock"));
  BOOST_TEST(has(failure, directory.file("none/api.sock")));
  BOOST_TEST(has(failure, "directory must exist"));
}

BOOST_AUTO_TEST_CASE(asks_whether_a_web_server_has_the_port) {
  RawServer const other([](RawSocket&, int) {});
  auto const port = std::to_string(other.port());
  auto const failure = failure_to_open("127.0.0.1:" + port);
  BOOST_TEST(failure.starts_with("port " + port + " is in use; is a web server already serving the API?"), failure);
}

BOOST_AUTO_TEST_CASE(closes_all_doors_when_one_cannot_be_opened) {
  Directory const directory;
  RawServer const other([](RawSocket&, int) {});
  auto const path = directory.file("api.sock");
  RealClock clock;
  KeptLog log;
  auto const server = make_server(listening_on({"unix:" + path, "127.0.0.1:" + std::to_string(other.port())}),
                                  admit_all, who, clock, log);
  BOOST_TEST(!server->start());
  BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(filters_of_the_server)

namespace {

struct Marking final : Filter {
  explicit Marking(std::string n) : name(std::move(n)) {}
  std::optional<Response> before(Request& head) const override {
    head.prefix += name;
    if (head.path == "/stop/" + name) return make_reply();
    return std::nullopt;
  }
  void after(Request const&, Response& reply) const override { reply.headers.emplace_back("X-Mark", name); }
  Response make_reply() const { return text_response("stopped by " + name); }
  std::string name;
};

}  // namespace

BOOST_AUTO_TEST_CASE(stand_around_handler_admission_and_the_refusals_of_the_server) {
  ServerConfig config;
  config.filters = {std::make_shared<Marking>("a"), std::make_shared<Marking>("b")};
  config.max_header_bytes = 200;
  Served const served(
      [](sdk::Call const&, Request const& request, Caller const&) { return text_response("prefix " + request.prefix); },
      config);
  auto client = RawSocket::connect(served.port());
  auto const marks = [](std::string const& reply) { return has(reply, "X-Mark: b\r\nX-Mark: a\r\n"); };
  client.send(ask);
  auto reply = client.receive_reply();
  BOOST_TEST(has(reply, "prefix ab"));
  BOOST_TEST(marks(reply));
  client.send("GET /stop/a HTTP/1.1\r\nHost: x\r\n\r\n");
  reply = client.receive_reply();
  BOOST_TEST(has(reply, "stopped by a"));
  BOOST_TEST(marks(reply));
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(300, 'x') + "\r\n\r\n");
  reply = client.receive_all();
  BOOST_TEST(reply.starts_with("HTTP/1.1 431 "));
  BOOST_TEST(marks(reply));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
