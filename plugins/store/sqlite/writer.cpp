#include "writer.hpp"

#include "conductor/sdk/waiting.hpp"

#include <pthread.h>

#include <algorithm>

namespace conductor::plugins::sqlite {

using namespace std::chrono_literals;
using sdk::Outcome;

namespace {
// One transaction: so many jobs, so many bytes, or so long.
constexpr std::size_t max_jobs = 64, max_bytes = 1U << 20U;
constexpr auto max_time = 2ms;
// The write lock of another process is waited for in pieces of this length.
constexpr auto max_busy = 5s;
// A caller at its deadline waits so much longer for a commit under way.
constexpr auto grace = 50ms;
constexpr std::size_t trim_after = 256;
// Pages in the WAL at which it is copied back, emptied, and reported.
constexpr int checkpoint_step = 1000, truncate_at = 16'384, warn_at = 65'536;
}  // namespace

Writer::Writer(sdk::Host& host, std::filesystem::path file, bool sync_normal, Committed committed)
    : host_(host), file_(std::move(file)), sync_normal_(sync_normal), committed_(std::move(committed)) {
  open();
  thread_ = std::jthread([this] { loop(); });
}

Writer::~Writer() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
}

void Writer::open() {
  connection_.reset();
  auto fresh = std::make_unique<Connection>(file_);
  fresh->on_busy([this](int times) { return keep_waiting(times); });
  busy_since_ = std::chrono::steady_clock::now();
  patient_ = true;
  fresh->configure();
  patient_ = false;
  connection_is_full_ = true;
  // Instead of the automatic checkpoint inside COMMIT, which would be paid by the callers: see tidy().
  auto const note = [](void* self, sqlite3*, char const*, int pages) {
    static_cast<Writer*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(fresh->handle(), note, this);
  connection_ = std::move(fresh);
}

// --- the callers' side ---

std::optional<Failure> Writer::submit(sdk::Call const& call, std::shared_ptr<Job> const& job) {
  if (auto const error = call.expired(host_.clock())) return Failure{Outcome::cancelled, error->text};
  if (corrupt_) return Failure{Outcome::corrupt, "store/sqlite: " + file_.string() + " is damaged; restore a backup"};
  {
    std::lock_guard const lock(mutex_);
    if (stopping_) return Failure{Outcome::unavailable, "the store is stopped"};
    queue_.push_back(job);
    if (job->is_full()) ++full_;
  }
  work_.notify_one();
  auto const left = call.remaining(host_.clock());
  auto const until = left > std::chrono::hours(24) ? std::chrono::steady_clock::now() + std::chrono::hours(24)
                                                   : std::chrono::steady_clock::now() + left;
  auto const done = [&] { return job->done_; };
  if (sdk::wait_until(job->changed_, job->mutex_, call.cancelled, until, done)) return std::nullopt;
  if (withdraw(job)) {
    if (call.cancelled.stop_requested()) return Failure{Outcome::cancelled, "the call was cancelled"};
    return Failure{Outcome::unavailable,
                   "store/sqlite: " + file_.string() + " was locked by another process until the call's deadline"};
  }
  std::unique_lock lock(job->mutex_);
  if (job->changed_.wait_until(lock, until + grace, done)) return std::nullopt;
  return Failure{Outcome::ambiguous,
                 "store/sqlite: the commit had not returned at the call's deadline; check the disk"};
}

// Takes a job out of the queue; false when the writer has it already.
bool Writer::withdraw(std::shared_ptr<Job> const& job) {
  std::lock_guard const lock(mutex_);
  auto const found = std::find(queue_.begin(), queue_.end(), job);
  if (found == queue_.end()) return false;
  queue_.erase(found);
  if (job->is_full()) --full_;
  return true;
}

void Writer::finish(Jobs const& jobs) {
  for (auto const& job : jobs) {
    {
      std::lock_guard const lock(job->mutex_);
      job->done_ = true;
    }
    job->changed_.notify_all();
  }
}

void Writer::fail_all(Jobs const& jobs, Failure const& failure) {
  if (failure.outcome == Outcome::corrupt && !corrupt_.exchange(true)) host_.log().error(failure.text);
  if ((failure.outcome == Outcome::no_space || failure.reopen) && !refused_.exchange(true))
    host_.log().error(failure.text);
  for (auto const& job : jobs) job->fail(failure.outcome, failure.text);
  finish(jobs);
}

// --- the writer thread ---

void Writer::loop() {
  ::pthread_setname_np(::pthread_self(), "sqlite-writer");
  while (wait_for_work()) one_transaction();
  connection_.reset();
}

bool Writer::wait_for_work() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  return !queue_.empty();
}

bool Writer::keep_waiting(int times) {
  if (std::chrono::steady_clock::now() - busy_since_ > max_busy) return false;
  {
    std::lock_guard const lock(mutex_);
    if (queue_.empty() && !patient_) return false;  // the callers have left
  }
  auto const ceiling = std::min(50U << std::min(times, 6), 2000U);
  std::this_thread::sleep_for(std::chrono::microseconds(ceiling / 2 + random_() % ceiling));
  return true;
}

std::shared_ptr<Job> Writer::next(bool with_full, bool& last) {
  std::lock_guard const lock(mutex_);
  auto const found =
      std::find_if(queue_.begin(), queue_.end(), [&](auto const& job) { return with_full || !job->is_full(); });
  if (found == queue_.end()) return nullptr;
  auto job = std::move(*found);
  queue_.erase(found);
  if (job->is_full()) --full_;
  last = queue_.empty();
  return job;
}

// Sets the sync of the transaction to come and takes the write lock. True when full mutations may go into it.
bool Writer::begin() {
  if (!connection_) open();
  bool full = false;
  {
    std::lock_guard const lock(mutex_);
    full = full_ > 0;
  }
  bool const sync = full && !sync_normal_;
  if (sync != connection_is_full_) {
    connection_->execute(sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    connection_is_full_ = sync;
  }
  busy_since_ = std::chrono::steady_clock::now();
  begin_now();
  return full || sync_normal_;
}

// What a commit has written whose sync then failed is made durable by the next one that is synced, if that has
// something to write.
void Writer::begin_now() {
  connection_->use("BEGIN IMMEDIATE").run();
  if (unsynced_ && connection_is_full_) connection_->execute(touch);
}

void Writer::one_transaction() {
  bool with_full = false;
  try {
    with_full = begin();
  } catch (SqlError const& error) {
    // Busy: those who still have time stay in the queue.
    if (error.primary() == SQLITE_BUSY || error.primary() == SQLITE_LOCKED) return;
    auto const failure = failure_of(error, file_);
    roll_back();
    if (failure.reopen) connection_.reset();
    Jobs jobs;
    for (bool last = false; auto job = next(true, last);) jobs.push_back(std::move(job));
    return fail_all(jobs, failure);
  }
  Jobs jobs;
  try {
    auto events = apply(jobs, with_full);
    commit();
    finish(jobs);
    if (!events.empty()) committed_(std::move(events));
    tidy();
  } catch (SqlError const& error) {
    bool const doubtful = committing_ && error.primary() != SQLITE_BUSY && error.primary() != SQLITE_FULL;
    unsynced_ = unsynced_ || doubtful;
    roll_back();
    if (error.primary() == SQLITE_FULL) give_back_wal();
    if (failure_of(error, file_).reopen) connection_.reset();
    for (auto const& job : jobs) retry(*job, doubtful);
    finish(jobs);
    committed_({});
  }
}

std::vector<LoggedEvent> Writer::apply(Jobs& jobs, bool with_full) {
  Transaction transaction{*connection_, host_.clock().wall_ms(), random_};
  auto const start = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  bool last = false;
  while (auto job = next(with_full, last)) {
    jobs.push_back(job);
    bool const alone = jobs.size() == 1 && last;
    apply_one(*job, transaction, alone);
    bytes += job->bytes();
    if (alone || jobs.size() >= max_jobs || bytes >= max_bytes || std::chrono::steady_clock::now() - start > max_time)
      break;
  }
  untrimmed_events_ += transaction.events.size();
  if (untrimmed_events_ >= trim_after) {
    trim_events(*connection_, transaction.now_ms);
    untrimmed_events_ = 0;
  }
  return std::move(transaction.events);
}

void Writer::apply_one(Job& job, Transaction& transaction, bool alone) {
  auto const events = transaction.events.size();
  if (!alone) connection_->use("SAVEPOINT job").run();
  bool applied = false;
  try {
    applied = job.run(transaction);
  } catch (SqlError const& error) {
    // What concerns this job alone; anything else ends the transaction.
    if (error.primary() != SQLITE_TOOBIG && error.primary() != SQLITE_ERROR) throw;
    if (!connection_->in_transaction()) throw;
    auto const failure = failure_of(error, file_);
    job.fail(failure.outcome, failure.text);
  } catch (std::exception const& error) {
    job.fail(Outcome::unavailable, std::string("store/sqlite: ") + error.what());
  }
  if (!applied) {
    transaction.events.resize(events);
    connection_->use(alone ? "ROLLBACK" : "ROLLBACK TO job").run();
  }
  if (!alone) connection_->use("RELEASE job").run();
}

void Writer::commit() {
  if (!connection_->in_transaction()) return;  // a lone job was not applied
  committing_ = patient_ = true;
  connection_->use("COMMIT").run();
  committing_ = patient_ = false;
  refused_ = false;
  if (connection_is_full_) unsynced_ = false;
}

void Writer::roll_back() noexcept {
  committing_ = patient_ = false;
  if (!connection_ || !connection_->in_transaction()) return;
  try {
    connection_->execute("ROLLBACK");
  } catch (SqlError const&) {
    connection_.reset();
  }
}

// After a failed transaction each job gets one of its own, so that one that cannot succeed does not stop the others.
// Operations make it harmless that the failed COMMIT may have been carried out.
void Writer::retry(Job& job, bool doubtful) {
  try {
    if (!connection_) open();
    connection_->execute(sync_normal_ ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL");
    connection_is_full_ = !sync_normal_;
    busy_since_ = std::chrono::steady_clock::now();
    patient_ = true;  // the job has left the queue
    begin_now();
    Transaction transaction{*connection_, host_.clock().wall_ms(), random_};
    apply_one(job, transaction, true);
    commit();
  } catch (SqlError const& error) {
    auto const failure = failure_of(error, file_);
    if (failure.reopen) connection_.reset();
    roll_back();
    if (failure.outcome == Outcome::corrupt) corrupt_ = true;
    bool const unsure = doubtful && failure.outcome == Outcome::unavailable;
    job.fail(unsure ? Outcome::ambiguous : failure.outcome, failure.text);
    bool const refusal = failure.outcome == Outcome::no_space || failure.reopen;
    // Every job of a full disk says the same.
    if (!refusal || !refused_.exchange(true)) host_.log().error(failure.text);
  }
}

// On a full disk the WAL is space that can be had, when what it holds fits into the file.
void Writer::give_back_wal() {
  if (!connection_) return;
  busy_since_ = std::chrono::steady_clock::now() - max_busy + 200ms;
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

// Copies the WAL back after the callers have been answered. A long reader keeps it from being emptied; then it is tried
// again only when it has grown on.
void Writer::tidy() {
  if (wal_pages_ < checkpoint_at_ - checkpoint_step) checkpoint_at_ = checkpoint_step;  // it has begun anew
  if (wal_pages_ < checkpoint_at_) return;
  checkpoint_at_ = wal_pages_ + checkpoint_step;
  int const mode = wal_pages_ >= truncate_at ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  busy_since_ = std::chrono::steady_clock::now() - max_busy + 200ms;
  int const code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  if (mode == SQLITE_CHECKPOINT_TRUNCATE && code == SQLITE_OK) wal_pages_ = 0;
  if (wal_pages_ >= warn_at)
    host_.log().warning("store/sqlite: " + file_.string() + "-wal has " + std::to_string(wal_pages_ / 256) +
                        " MiB; a reader that stays open for long keeps it from being emptied");
}

}  // namespace conductor::plugins::sqlite
