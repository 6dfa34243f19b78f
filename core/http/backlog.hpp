// The bytes between the thread that writes a streamed reply and the I/O thread that sends them. Internal to the server.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace conductor::http {

struct Backlog {
  static constexpr std::size_t limit = 1U << 20U;

  // On the writing thread. Waits while more than `limit` bytes are unsent, but not longer than `patience`; false: the
  // stream must end.
  bool put(std::string_view piece, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    auto const room = [&] { return closed_ || data_.empty() || data_.size() + piece.size() <= limit; };
    if (!space_.wait_for(lock, patience, room)) closed_ = true;
    if (closed_) {
      lock.unlock();
      wake();
      return false;
    }
    bool const was_empty = data_.empty();
    data_ += piece;
    lock.unlock();
    if (was_empty && !piece.empty()) wake();
    return true;
  }
  // On the writing thread, last. `failed`: the reply is incomplete, and the client must be able to tell.
  void finish(bool failed) {
    {
      std::lock_guard const lock(mutex_);
      finished_ = true;
      closed_ = closed_ || failed;
    }
    wake();
  }
  // The client is gone.
  void close() {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    space_.notify_all();
  }

  struct State {
    std::string data;
    bool finished = false, closed = false;
  };
  // On the I/O thread: what is there to send.
  State take() {
    std::lock_guard const lock(mutex_);
    State state{std::move(data_), finished_, closed_};
    data_.clear();
    space_.notify_all();
    return state;
  }

  std::function<void()> wake;  // called on the writing thread

 private:
  std::mutex mutex_;
  std::condition_variable space_;
  std::string data_;
  bool finished_ = false, closed_ = false;
};

}  // namespace conductor::http
