#include "readers.hpp"

namespace conductor::plugins::sqlite {

Readers::Readers(sdk::Clock& clock, std::filesystem::path file, std::size_t most)
    : clock_(clock), file_(std::move(file)), most_(most) {}

// True: `connection` is an idle one, or empty and the caller may open one more.
bool Readers::wait_for_one(sdk::Call const& call, std::unique_ptr<Connection>& connection) {
  auto const left = std::min<sdk::Duration>(call.remaining(clock_), std::chrono::hours(24));
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, call.cancelled, left, [&] { return !idle_.empty() || open_ < most_; })) return false;
  if (idle_.empty()) {
    ++open_;
  } else {
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  return true;
}

Readers::Lent Readers::lend(sdk::Call const& call) {
  std::unique_ptr<Connection> connection;
  if (call.expired(clock_) || !wait_for_one(call, connection))
    throw SqlError(SQLITE_INTERRUPT, "the deadline has passed");
  try {
    if (!connection) {
      connection = std::make_unique<Connection>(file_);
      connection->configure();
      connection->execute("PRAGMA query_only=ON");
    }
    connection->interrupt_when([this, stop = call.cancelled, until = call.deadline] {
      return stop.stop_requested() || clock_.now() >= until;
    });
  } catch (SqlError const&) {
    take_back(nullptr);
    throw;
  }
  return {*this, std::move(connection)};
}

void Readers::take_back(std::unique_ptr<Connection> connection) {
  // Left in a transaction, by an interrupted end for instance, it would show what was then for ever.
  if (connection && connection->in_transaction()) connection.reset();
  if (connection) connection->interrupt_when({});
  {
    std::lock_guard const lock(mutex_);
    if (connection)
      idle_.push_back(std::move(connection));
    else
      --open_;
  }
  returned_.notify_one();
}

void Readers::Lent::discard() {
  connection_.reset();
  owner_->take_back(nullptr);
}

}  // namespace conductor::plugins::sqlite
