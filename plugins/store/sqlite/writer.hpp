// The writer thread: the only one of this process that changes the database. Mutations that wait while a transaction is
// under way are joined into the next one (group commit), each under a savepoint; callers learn their result only after
// COMMIT returned. A single mutation is never held back for company.
#pragma once
#include "conductor/sdk/host.hpp"
#include "failure.hpp"
#include "mutations.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace conductor::plugins::sqlite {

// Changes nothing that matters, and has to be written all the same: SQLite leaves out what stays equal.
inline constexpr char touch[] = R"(UPDATE "meta" SET "updated_ms" = "updated_ms" + 1 WHERE "id" = 'created_by')";

// One queued piece of work; shared by its caller, who may leave at its deadline, and the writer.
class Job {
 public:
  Job(sdk::Durability durability, std::size_t bytes) : durability_(durability), bytes_(bytes) {}
  virtual ~Job() = default;
  // Applies; false when the savepoint is to be undone. Throws SqlError. May be run again after a failed transaction:
  // operations make that harmless.
  virtual bool run(Transaction& transaction) = 0;
  virtual void fail(sdk::Outcome outcome, std::string text) = 0;

  bool is_full() const { return durability_ == sdk::Durability::full; }
  std::size_t bytes() const { return bytes_; }

 private:
  friend class Writer;
  sdk::Durability durability_;
  std::size_t bytes_;  // of large values, to bound a transaction
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
};

class Writer {
 public:
  // Called on the writer thread after a commit that appended events, with all of them in their order; or, after
  // trouble, with none: some may have been appended.
  using Committed = std::function<void(std::vector<LoggedEvent> events)>;
  Writer(sdk::Host& host, std::filesystem::path file, bool sync_normal, Committed committed);
  ~Writer();  // finishes what is queued

  // Runs `work` inside a write transaction and returns its result: a struct with `outcome` and `text`. `work` owns what
  // it uses. Blocks until the commit, or until the call's deadline: then `unavailable` if it had not begun, else
  // `ambiguous`.
  template <class R>
  R execute(sdk::Call const& call, sdk::Durability durability, std::size_t bytes, std::function<R(Transaction&)> work) {
    auto job = std::make_shared<Typed<R>>(durability, bytes, std::move(work));
    auto const left = submit(call, job);
    return left ? failed<R>(left->outcome, left->text) : std::move(job->result);
  }

  bool corrupt() const { return corrupt_; }
  // Whether the last transaction failed because the disk is full, or the file cannot be written.
  bool refused() const { return refused_; }

 private:
  template <class R>
  struct Typed final : Job {
    Typed(sdk::Durability durability, std::size_t bytes, std::function<R(Transaction&)> w)
        : Job(durability, bytes), work(std::move(w)) {}
    bool run(Transaction& transaction) override {
      result = work(transaction);
      return static_cast<bool>(result);
    }
    void fail(sdk::Outcome outcome, std::string text) override { result = failed<R>(outcome, std::move(text)); }
    std::function<R(Transaction&)> work;
    R result;
  };
  using Jobs = std::vector<std::shared_ptr<Job>>;

  std::optional<Failure> submit(sdk::Call const& call, std::shared_ptr<Job> const& job);
  bool withdraw(std::shared_ptr<Job> const& job);

  void loop();
  bool wait_for_work();
  void one_transaction();
  bool begin();
  void begin_now();
  std::shared_ptr<Job> next(bool with_full, bool& last);
  std::vector<LoggedEvent> apply(Jobs& jobs, bool with_full);
  void apply_one(Job& job, Transaction& transaction, bool alone);
  void commit();
  void roll_back() noexcept;
  void retry(Job& job, bool doubtful);
  void fail_all(Jobs const& jobs, Failure const& failure);
  static void finish(Jobs const& jobs);
  void open();
  void tidy();
  void give_back_wal();
  bool keep_waiting(int times);

  sdk::Host& host_;
  std::filesystem::path const file_;
  bool const sync_normal_;
  Committed committed_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::shared_ptr<Job>> queue_;
  std::size_t full_ = 0;  // how many of the queued are full
  bool stopping_ = false;

  // Of the writer thread alone.
  std::unique_ptr<Connection> connection_;
  bool connection_is_full_ = true;  // synchronous = FULL
  bool committing_ = false;
  bool unsynced_ = false;  // a commit may stand in the file whose sync has failed
  bool patient_ = false;   // waits for the lock though nobody is queued
  int wal_pages_ = 0, checkpoint_at_ = 1000;
  std::size_t untrimmed_events_ = 0;
  std::chrono::steady_clock::time_point busy_since_{};
  std::mt19937_64 random_{std::random_device{}()};
  std::atomic<bool> corrupt_ = false, refused_ = false;
  std::jthread thread_;
};

}  // namespace conductor::plugins::sqlite
