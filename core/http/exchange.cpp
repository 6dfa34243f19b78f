// Beast parses the replies.
#include "core/http/exchange.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace conductor::http {

namespace {

namespace beast = boost::beast;
using net::awaitable;
using net::error_code;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::uint32_t max_head_bytes = 64U << 10U;

// What is known of a reply while it comes.
class Receiving {
 public:
  Receiving(net::Wire& wire, Transfer const& transfer) : wire_(wire), transfer_(transfer) {}

  awaitable<Attempt> run(bool& reusable) {
    begin();
    for (bool done = false; !done;) done = co_await step();
    reusable = attempt_.failure == Failure::none && parser_->is_done() && parser_->keep_alive() && in_.empty();
    co_return std::move(attempt_);
  }

 private:
  void begin() {
    parser_.emplace();
    parser_->header_limit(max_head_bytes);
    parser_->body_limit(boost::none);
    parser_->eager(false);
    parser_->skip(transfer_.is_head);
    headed_ = false;
  }

  // Parses what is there, then reads more; true at the end.
  awaitable<bool> step() {
    error_code error;
    if (!in_.empty()) in_.erase(0, parser_->put(net::asio::buffer(in_), error));
    if (error && error != beast::http::error::need_more) co_return fail(error);
    if (parser_->is_header_done() && !headed_) {
      if (auto const status = parser_->get().result_int(); status >= 100 && status < 200) {
        // 100 Continue, 103 Early Hints: the reply is still to come.
        begin();
        co_return false;
      }
      take_head();
      if (attempt_.failure != Failure::none) co_return true;
      if (!parser_->is_done()) co_return false;
    }
    if (headed_) co_await take_body();
    if (parser_->is_done()) co_return true;
    if (!error && !in_.empty() && progressed()) co_return false;
    // An endless chunk extension, for instance.
    if (in_.size() > max_head_bytes + chunk_.size()) co_return fail(beast::http::error::header_limit);
    co_return co_await read();
  }

  bool progressed() {
    bool const smaller = in_.size() < last_size_;
    last_size_ = in_.size();
    return smaller;
  }

  void take_head() {
    headed_ = true;
    auto const& message = parser_->get();
    attempt_.reply.status = static_cast<int>(message.result_int());
    for (auto const& field : message) attempt_.reply.headers.emplace_back(field.name_string(), field.value());
    streamed_ = transfer_.pipe != nullptr && attempt_.reply.status < 300;
    if (streamed_) {
      transfer_.pipe->begin(attempt_.reply);
    } else {
      parser_->body_limit(transfer_.max_reply_bytes);
      // The parser looks at the announced length only together with the head, when the limit was not set yet.
      if (!transfer_.is_head && parser_->content_length().value_or(0) > transfer_.max_reply_bytes)
        fail(beast::http::error::body_limit);
    }
    parser_->eager(true);
    last_size_ = in_.size() + 1;
  }

  awaitable<void> take_body() {
    auto& body = parser_->get().body();
    if (!streamed_) {
      if (parser_->is_done()) attempt_.reply.body = std::move(body);
      co_return;
    }
    if (body.empty()) co_return;
    auto piece = std::exchange(body, {});
    co_await transfer_.pipe->put(std::move(piece));
  }

  awaitable<bool> read() {
    if (streamed_) wire_.set_deadline(std::chrono::steady_clock::now() + transfer_.idle);
    error_code error;
    auto const count = co_await wire_.read_some(net::asio::buffer(chunk_), error);
    in_.append(chunk_.data(), count);
    last_size_ = in_.size() + 1;
    attempt_.silent = attempt_.silent && count == 0;
    if (count > 0 || !error) co_return false;
    if (error == net::asio::error::eof && parser_->got_some()) {
      // A reply without a length ends with its connection. With TLS only a proper goodbye counts, hence not
      // stream_truncated.
      parser_->put_eof(error);
      if (!error) {
        co_await take_body();
        co_return true;
      }
    }
    co_return fail(error);
  }

  bool fail(error_code const& cause) {
    using beast::http::error;
    if (wire_.timed_out()) {
      attempt_.failure = Failure::timed_out;
      attempt_.cause = streamed_
                           ? "no further piece of the reply within " + std::to_string(transfer_.idle.count()) + " ms"
                           : "no complete reply in time; raise the time-out if the service is slow";
    } else if (cause == error::body_limit || cause == error::header_limit) {
      attempt_.failure = Failure::invalid;
      attempt_.cause = "the reply is larger than " +
                       std::to_string(cause == error::body_limit ? transfer_.max_reply_bytes : max_head_bytes) +
                       " bytes; ask for less or raise the limit";
    } else if (cause.category() == make_error_code(error::bad_version).category() && cause != error::partial_message &&
               cause != error::end_of_stream) {
      attempt_.failure = Failure::invalid;
      attempt_.cause = "the reply is not HTTP/1.1 (" + cause.message() + "); check scheme and port of the URL";
    } else {
      describe_break(cause);
    }
    return true;
  }

  void describe_break(error_code const& error) {
    bool const tls_alert = error.category() == net::asio::error::get_ssl_category() && attempt_.silent;
    attempt_.failure = tls_alert ? Failure::denied : Failure::broken;
    if (tls_alert)
      attempt_.cause = "the peer ended the TLS session (" + error.message() + "); check the client certificate";
    else if (attempt_.silent)
      attempt_.cause = "the connection was closed before a reply came (" + error.message() + ")";
    else
      attempt_.cause = "the connection was closed in the middle of the reply (" + error.message() + ")";
  }

  net::Wire& wire_;
  Transfer const& transfer_;
  std::optional<Parser> parser_;
  Attempt attempt_;
  std::string in_;
  std::array<char, 16U << 10U> chunk_{};
  std::size_t last_size_ = 0;
  bool headed_ = false, streamed_ = false;
};

}  // namespace

void Pipe::begin(sdk::HttpReply reply) {
  {
    std::lock_guard const lock(mutex);
    head = std::move(reply);
  }
  changed();
}

awaitable<void> Pipe::put(std::string piece) {
  {
    std::lock_guard const lock(mutex);
    data += piece;
  }
  changed();
  for (;;) {
    {
      std::lock_guard const lock(mutex);
      if (data.size() <= limit) co_return;
    }
    co_await drained_.wait();
  }
}

awaitable<Attempt> exchange(net::Wire& wire, Transfer const& transfer, bool& reusable) {
  reusable = false;
  wire.set_deadline(transfer.deadline);
  auto const written = co_await wire.write(transfer.head, transfer.body);
  // A peer that refuses a body may answer and close while we still write: its answer is worth reading.
  auto const receiving = std::make_unique<Receiving>(wire, transfer);
  auto attempt = co_await receiving->run(reusable);
  if (written) {
    reusable = false;
    if (attempt.failure == Failure::broken) attempt.cause = "sending failed (" + written.message() + ")";
  }
  co_return attempt;
}

}  // namespace conductor::http
