#include "mutator.hpp"

#include <algorithm>
#include <random>

namespace conductor::plugins::etcd {

using namespace std::chrono_literals;
using sdk::Mutation;
using sdk::Outcome;
using sdk::answers::failed;
using sdk::answers::name_of;

namespace {
constexpr auto removals_kept = 3600s;
constexpr std::size_t long_row = 64U << 10U;  // shorter ones gain nothing by lying aside
}  // namespace

std::int64_t RemovalLease::id(sdk::Call const& call) {
  std::lock_guard const lock(mutex_);
  auto const now = connection_.host.clock().now();
  if (id_ != 0 && now - granted_ < removals_kept / 2) return id_;
  auto const reply = connection_.lease(call, "grant", {{"TTL", std::to_string(removals_kept.count())}});
  if (!reply) return 0;
  id_ = number_at(reply.body, "ID");
  granted_ = now;
  return id_;
}

void RemovalLease::lost() {
  std::lock_guard const lock(mutex_);
  id_ = 0;
}

// One run of mutations: how the rows stand, as far as is known, and what follows.
struct Mutator::Attempt {
  std::span<Mutation const> mutations;
  std::string_view op;
  std::vector<Stored> rows;
  bool fresh = false;         // rows are as etcd gave them, not as we remember them
  bool keep_removals = true;  // off when there is no space for them
  bool removes = false, doubted = false;
  std::int64_t removal_lease = 0;
  std::vector<Change> changes;
  Transaction transaction;
  std::optional<RowTimes> imported;
};

sdk::Written Mutator::apply(sdk::Call const& call, Mutation const& mutation, std::string_view op,
                            std::optional<RowTimes> const& imported) {
  auto done = run(call, std::span(&mutation, 1), op, imported);
  sdk::Written written;
  written.outcome = done.outcome;
  written.text = std::move(done.text);
  written.row = std::move(done.row);
  if (!done.versions.empty()) written.version = std::move(done.versions.front());
  return written;
}

sdk::MultiWritten Mutator::apply_all(sdk::Call const& call, std::span<Mutation const> mutations, std::string_view op) {
  for (std::size_t i = 0; i < mutations.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (mutations[i].table == mutations[j].table && mutations[i].id == mutations[j].id)
        return {
            Outcome::invalid, i, {}, name_of(mutations[i].table, mutations[i].id) + " is changed twice by one multi"};
  auto done = run(call, mutations, op);
  bool const unexpected = done.outcome == Outcome::exists || done.outcome == Outcome::not_found;
  return {unexpected ? Outcome::conflict : done.outcome, done.which, std::move(done.versions), std::move(done.text)};
}

Mutator::Done Mutator::run(sdk::Call const& call, std::span<Mutation const> mutations, std::string_view op,
                           std::optional<RowTimes> const& imported) {
  Attempt attempt{mutations, op, {}, false, true, false, false, 0, {}, {}, imported};
  for (auto const& mutation : mutations) attempt.removes = attempt.removes || mutation.kind == Mutation::Kind::remove;
  Done done;
  guess(attempt);
  static thread_local std::minstd_rand random{std::random_device{}()};
  for (int tries = 0;; ++tries) {
    bool again = false;
    if (!decide(call, attempt, done, again)) return done;
    if (again) continue;
    if (send(call, attempt, done)) return done;
    // Others are at the same rows: whoever loses steps back for a moment.
    if (tries >= 2) connection_.host.clock().sleep_for(std::chrono::milliseconds(random() % 8), call.cancelled);
    if (auto const expired = call.expired(connection_.host.clock())) {
      done.outcome = attempt.doubted ? Outcome::ambiguous : Outcome::unavailable;
      done.text = name_of(mutations[done.which].table, mutations[done.which].id) + ": " + expired->text +
                  " while others changed the same row";
      return done;
    }
  }
}

// As this process saw the rows last; rows to be inserted are not there.
void Mutator::guess(Attempt& attempt) const {
  attempt.rows.resize(attempt.mutations.size());
  for (std::size_t i = 0; i < attempt.rows.size(); ++i) {
    auto const& mutation = attempt.mutations[i];
    if (mutation.kind == Mutation::Kind::insert) continue;
    if (auto seen = connection_.cache.find(connection_.keys.row(mutation.table, mutation.id)))
      attempt.rows[i] = std::move(seen->row);
  }
}

bool Mutator::look(sdk::Call const& call, Attempt& attempt, Done& done) {
  std::vector<Operation> questions;
  for (auto const& mutation : attempt.mutations) {
    questions.push_back(read(connection_.keys.row(mutation.table, mutation.id)));
    questions.push_back(read(connection_.keys.removal(mutation.table, mutation.id)));
  }
  auto const answer = connection_.read(call, std::move(questions));
  if (!answer || answer.value->answers.size() != 2 * attempt.rows.size()) {
    done.outcome = answer.reply.outcome == Outcome::ok ? Outcome::unavailable : answer.reply.outcome;
    done.text = answer.reply.text;
    return false;
  }
  return take_rows(call, answer.value->answers, attempt, done);
}

// The rows as etcd has them: two answers for each.
bool Mutator::take_rows(sdk::Call const& call, std::span<Ranged const> answers, Attempt& attempt, Done& done) {
  for (std::size_t i = 0; i < attempt.rows.size(); ++i) {
    auto const& mutation = attempt.mutations[i];
    auto row = documents_.whole(call, mutation.table, mutation.id, stored_of(answers[2 * i], &answers[2 * i + 1]));
    if (!row) {
      // not_found: changed since, while others were read.
      done.outcome = row.outcome == Outcome::not_found ? Outcome::unavailable : row.outcome;
      if (attempt.doubted) done.outcome = Outcome::ambiguous;
      done.which = i;
      done.text = std::move(row.text);
      return false;
    }
    attempt.rows[i] = std::move(row.value);
    connection_.cache.put(connection_.keys.row(mutation.table, mutation.id), attempt.rows[i],
                          connection_.host.clock().now());
  }
  attempt.fresh = true;
  return true;
}

// What is to be written; false: nothing, `done` says why. `again`: the rows were read anew, decide once more.
bool Mutator::decide(sdk::Call const& call, Attempt& attempt, Done& done, bool& again) {
  if (attempt.removes && attempt.keep_removals) attempt.removal_lease = lease_.id(call);
  ChangeParts const parts{connection_.keys,
                          documents_,
                          connection_.host.clock().wall_ms(),
                          attempt.keep_removals ? attempt.removal_lease : 0,
                          max_record_bytes_,
                          attempt.imported};
  attempt.changes.clear();
  attempt.transaction = {};
  std::size_t applied_before = 0;
  for (std::size_t i = 0; i < attempt.mutations.size(); ++i) {
    auto change = change_of(parts, attempt.mutations[i], attempt.op, attempt.rows[i]);
    if (change.kind == Change::Kind::refused) {
      if (!attempt.fresh) return again = look(call, attempt, done);
      // A removal in doubt whose row is gone was ours, or somebody wanted the same.
      if (change.outcome == Outcome::not_found && attempt.doubted && attempt.mutations.size() == 1 && attempt.removes) {
        done.versions.assign(1, {});
        return false;
      }
      done.outcome = change.outcome;
      done.which = i;
      done.row = std::move(change.row);
      done.text = std::move(change.text);
      done.versions.clear();
      return false;
    }
    if (change.kind == Change::Kind::applied) ++applied_before;
    attempt.changes.push_back(std::move(change));
  }
  if (applied_before > 0) {
    // All or nothing: what one row shows holds for all of them.
    for (auto const& change : attempt.changes) {
      settle(change);
      done.versions.push_back(change.version);
    }
    return false;
  }
  return fit(call, attempt, done, again);
}

// Puts the transaction together. Documents that make it too large are written before it, then rows that do.
bool Mutator::fit(sdk::Call const& call, Attempt& attempt, Done& done, bool& again) {
  auto& transaction = attempt.transaction;
  for (std::size_t i = 0; i < attempt.changes.size(); ++i) {
    auto& change = attempt.changes[i];
    for (auto& compare : change.compares) transaction.compares.push_back(std::move(compare));
    for (auto& operation : change.operations) transaction.success.push_back(std::move(operation));
    transaction.failure.push_back(read(connection_.keys.row(attempt.mutations[i].table, attempt.mutations[i].id)));
    transaction.failure.push_back(read(connection_.keys.removal(attempt.mutations[i].table, attempt.mutations[i].id)));
  }
  auto const& limits = connection_.limits;
  auto const bytes = [&] {
    std::size_t sum = 0;
    for (auto const& operation : transaction.success) sum += bytes_of(operation);
    return sum;
  };
  auto const fits = [&] { return bytes() <= limits.request_bytes && transaction.success.size() <= limits.txn_ops; };
  if (fits()) return true;
  for (auto const& change : attempt.changes)
    for (auto const& [key, generation] : change.referred) {
      if (!documents_.waiting(key, generation)) continue;
      auto const reply = documents_.write_now(call, key, generation);
      if (!reply) {
        done.outcome = reply.outcome;
        done.text = reply.text;
        return false;
      }
      again = true;
    }
  if (again) return true;
  if (!lay_rows_aside(call, attempt, done)) return false;
  if (fits()) return true;
  done.outcome = Outcome::too_large;
  done.text = "the change has " + std::to_string(bytes()) + " bytes and " + std::to_string(transaction.success.size()) +
              " steps; etcd takes " + std::to_string(limits.request_bytes) + " and " + std::to_string(limits.txn_ops) +
              " ([etcd_api] max_request_bytes and max_txn_ops, as the server's own options)";
  return false;
}

// Written before the transaction like documents, which only names them: who dies in between leaves what is swept.
bool Mutator::lay_rows_aside(sdk::Call const& call, Attempt& attempt, Done& done) {
  auto& steps = attempt.transaction.success;
  for (std::size_t i = 0; i < attempt.changes.size(); ++i) {
    auto const& value = attempt.changes[i].value;
    if (value.size() < long_row) continue;
    auto const& mutation = attempt.mutations[i];
    sdk::BlobKey const key{mutation.table, mutation.id, std::string(row_kind)};
    auto const laid = documents_.put(call, key, value, sdk::Durability::full);
    if (!laid) {
      done.outcome = laid.outcome;
      done.which = i;
      done.text = laid.text;
      return false;
    }
    auto const row = connection_.keys.row(mutation.table, mutation.id);
    std::find_if(steps.begin(), steps.end(), [&](auto const& step) { return step.key == row; })->value =
        aside(laid.value);
    steps.push_back(erase(documents_.loose_since_made(key, laid.value)));
  }
  return true;
}

// True: `done` is complete.
bool Mutator::send(sdk::Call const& call, Attempt& attempt, Done& done) {
  auto const answer = connection_.write(call, attempt.transaction);
  attempt.doubted = attempt.doubted || answer.reply.doubted;
  if (!answer) return !recover(attempt, answer.reply, done);
  if (answer.value->succeeded) {
    applied(attempt, answer.value->revision, done);
    return true;
  }
  if (answer.value->answers.size() != 2 * attempt.rows.size()) {
    done.outcome = Outcome::unavailable;
    done.text = "etcd's answer to a transaction cannot be understood; is it etcd 3.4 or later?";
    return true;
  }
  return !take_rows(call, answer.value->answers, attempt, done);
}

// Whether the transaction can be sent anew after this failure.
bool Mutator::recover(Attempt& attempt, Reply const& reply, Done& done) {
  if (reply.verdict == Verdict::no_lease && attempt.removal_lease != 0) {
    lease_.lost();
    return true;
  }
  // Removing must go on when etcd is full; what makes its repetition harmless is worth less.
  if (reply.outcome == Outcome::no_space && attempt.removes && attempt.keep_removals) {
    attempt.keep_removals = false;
    return true;
  }
  done.outcome = reply.outcome;
  done.text = reply.text;
  return false;
}

void Mutator::applied(Attempt const& attempt, std::int64_t revision, Done& done) {
  for (std::size_t i = 0; i < attempt.changes.size(); ++i) {
    auto const& change = attempt.changes[i];
    auto const key = connection_.keys.row(attempt.mutations[i].table, attempt.mutations[i].id);
    auto version = change.version;
    if (version.incarnation.empty()) version.incarnation = version_of(revision, 0).incarnation;
    if (change.value.empty()) {
      connection_.cache.drop(key);
    } else {
      auto const create = version.number == 1 ? revision : attempt.rows[i].create;
      connection_.cache.put(key, {change.value, create, revision, version.number, 0, {}},
                            connection_.host.clock().now());
    }
    settle(change);
    done.versions.push_back(std::move(version));
  }
  done.outcome = Outcome::ok;
}

void Mutator::settle(Change const& change) {
  for (auto const& [key, generation] : change.referred) documents_.written(key, generation);
  for (auto const& [key, generation] : change.dropped) documents_.forget(key, generation);
}

sdk::Read<sdk::Resolution> Mutator::resolve(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                                            std::string_view op) {
  auto const answer = connection_.read(
      call, {read(connection_.keys.row(table.name, id)), read(connection_.keys.removal(table.name, id))});
  if (!answer) return failed_as<sdk::Read<sdk::Resolution>>(answer.reply);
  if (answer.value->answers.size() != 2)
    return failed<sdk::Read<sdk::Resolution>>(Outcome::unavailable, "etcd's answer cannot be understood");
  auto const found =
      documents_.whole(call, table.name, id, stored_of(answer.value->answers[0], &answer.value->answers[1]));
  if (!found) return failed<sdk::Read<sdk::Resolution>>(found.outcome, found.text);
  auto const& stored = found.value;
  auto const resolved = [](sdk::Resolution resolution) {
    return sdk::Read<sdk::Resolution>{Outcome::ok, resolution, {}};
  };
  if (op_age(removal_of(stored.removal).ops, op)) return resolved(sdk::Resolution::applied);
  if (!stored.exists()) return resolved(sdk::Resolution::not_applied);
  auto const record = decode(stored.value);
  if (!record) return failed<sdk::Read<sdk::Resolution>>(Outcome::corrupt, name_of(table.name, id) + " is damaged");
  if (op_age(record->ops, op)) return resolved(sdk::Resolution::applied);
  // An operation may have been pushed out of the history by later ones.
  return resolved(stored.version > static_cast<std::int64_t>(kept_ops) ? sdk::Resolution::unknown
                                                                       : sdk::Resolution::not_applied);
}

}  // namespace conductor::plugins::etcd
