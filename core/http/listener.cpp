// Binding. Unix sockets need the most care: the file outlives its process.
#include "core/http/listener.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace conductor::http {

namespace {

namespace asio = net::asio;
using net::error_code;

constexpr mode_t socket_mode = 0660;  // the group is the one of the web server in front

sdk::Error fail(Address const& address, error_code const& error, std::string const& remedy) {
  return {sdk::Errc::unavailable, "cannot listen on " + address.text() + ": " + error.message() + "; " + remedy};
}

error_code last_error() { return {errno, boost::system::system_category()}; }

// Two processes that start at the same moment look at a left-behind socket one after the other.
class DirectoryLock {
 public:
  explicit DirectoryLock(std::filesystem::path const& directory)
      : descriptor_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ~DirectoryLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  DirectoryLock(DirectoryLock const&) = delete;
  DirectoryLock& operator=(DirectoryLock const&) = delete;

 private:
  int descriptor_;
};

}  // namespace

sdk::Result<void> Listener::open(Address address) {
  address_ = std::move(address);
  auto opened = address_.is_unix() ? open_unix() : open_tcp();
  if (!opened) {
    error_code ignored;
    acceptor_.close(ignored);
  }
  return opened;
}

sdk::Result<void> Listener::open_tcp() {
  error_code error;
  net::tcp::resolver resolver(acceptor_.get_executor());
  auto const found = resolver.resolve(address_.host, std::to_string(address_.port), net::tcp::resolver::passive, error);
  if (error || found.empty()) return fail(address_, error, "set the host to an address of this machine");
  auto const endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(net::tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use)
    return sdk::Error{sdk::Errc::unavailable, "port " + std::to_string(address_.port) +
                                                  " is in use; is a web server already serving the API? (" +
                                                  fail(address_, error, "stop it or set another port").text + ")"};
  if (error) return fail(address_, error, "set host and port to what this process may use");
  net::tcp::endpoint bound;
  auto const generic = acceptor_.local_endpoint(error);
  bound.resize(generic.size());
  std::memcpy(bound.data(), generic.data(), generic.size());
  address_.port = bound.port();
  return {};
}

sdk::Result<void> Listener::open_unix() {
  std::filesystem::path const path = address_.path;
  DirectoryLock const lock(path.parent_path());
  asio::local::stream_protocol::endpoint const endpoint(address_.path);
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode))
      return fail(address_, make_error_code(boost::system::errc::file_exists),
                  "the path leads to something that is no socket; remove it or set another path");
    asio::local::stream_protocol::socket probe(acceptor_.get_executor());
    error_code error;
    probe.connect(endpoint, error);
    if (error != asio::error::connection_refused)
      return fail(address_, error ? error : make_error_code(asio::error::address_in_use),
                  "another process serves this socket; stop it or set another path");
    if (::unlink(path.c_str()) != 0) return fail(address_, last_error(), "remove the socket that was left behind");
  }
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (error) return fail(address_, error, "the directory must exist and be writable for this process");
  if (::lstat(path.c_str(), &found) == 0) {
    device_ = found.st_dev;
    inode_ = found.st_ino;
  }
  // Until listen() the system refuses connections: nobody gets in with the mode that the umask gave.
  if (::chmod(path.c_str(), socket_mode) != 0) error = last_error();
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  auto const failed = fail(address_, error, "set another path");
  close();
  return failed;
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  struct stat found {};
  if (inode_ != 0 && ::lstat(address_.path.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_)
    ::unlink(address_.path.c_str());
  inode_ = 0;
}

}  // namespace conductor::http
