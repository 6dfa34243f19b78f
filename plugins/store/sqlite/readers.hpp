// A few connections for reading, lent to one call at a time. A read is one statement, so it sees one moment of the
// database; it is interrupted at its call's deadline.
#pragma once
#include "conductor/sdk/host.hpp"
#include "connection.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace conductor::plugins::sqlite {

class Readers {
 public:
  Readers(sdk::Clock& clock, std::filesystem::path file, std::size_t most);

  class Lent {
   public:
    Lent(Readers& owner, std::unique_ptr<Connection> connection) : owner_(&owner), connection_(std::move(connection)) {}
    Lent(Lent&&) = default;
    ~Lent() {
      if (connection_) owner_->take_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // Not to be used again.
    void discard();

   private:
    Readers* owner_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free one until the call's deadline. Throws SqlError: SQLITE_INTERRUPT when it has come.
  Lent lend(sdk::Call const& call);

 private:
  void take_back(std::unique_ptr<Connection> connection);
  bool wait_for_one(sdk::Call const& call, std::unique_ptr<Connection>& connection);
  sdk::Clock& clock_;
  std::filesystem::path const file_;
  std::size_t const most_;
  std::mutex mutex_;
  std::condition_variable_any returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;
};

}  // namespace conductor::plugins::sqlite
