// One request and its reply over an open connection. Internal to the client; on its I/O thread.
#pragma once
#include "core/http/net.hpp"
#include "core/http/retry.hpp"

#include <condition_variable>
#include <mutex>

namespace conductor::http {

// A reply on its way from the I/O thread to the thread that called stream().
class Pipe {
 public:
  static constexpr std::size_t limit = 256U << 10U;

  explicit Pipe(net::asio::any_io_executor executor) : drained_(std::move(executor)) {}

  // On the I/O thread. The head comes first; its body is empty.
  void begin(sdk::HttpReply head);
  net::awaitable<void> put(std::string piece);
  net::Event& drained() { return drained_; }

  // On the calling thread, under the lock of the batch.
  std::function<void()> changed;  // set before the transfer begins: something is there
  std::mutex mutex;
  std::string data;
  std::optional<sdk::HttpReply> head;

 private:
  net::Event drained_;
};

struct Transfer {
  std::string_view head{}, body{};
  bool is_head = false;  // the reply has no body
  sdk::Time deadline{};  // for the whole reply, or for its head when it is streamed
  std::size_t max_reply_bytes = 0;
  Pipe* pipe = nullptr;              // where the body of a good reply goes
  std::chrono::milliseconds idle{};  // between two pieces of it
};

// Sets reusable when the connection can carry another request.
net::awaitable<Attempt> exchange(net::Wire& wire, Transfer const& transfer, bool& reusable);

}  // namespace conductor::http
