// Mutations: each, and each group, is one transaction that compares the revisions of the rows as they were seen and
// carries an operation id. When it does not hold, it answers with the rows as they stand, and the mutation is decided
// anew: conflict, or applied before, or once more.
#pragma once
#include "change.hpp"

namespace conductor::plugins::etcd {

// The lease on which the operations of removed rows are kept for a while: granted when it is needed, never renewed.
class RemovalLease {
 public:
  explicit RemovalLease(Connection& connection) : connection_(connection) {}
  // 0: there is none to be had now.
  std::int64_t id(sdk::Call const& call);
  void lost();

 private:
  Connection& connection_;
  std::mutex mutex_;
  std::int64_t id_ = 0;
  sdk::Time granted_{};
};

class Mutator {
 public:
  Mutator(Connection& connection, Documents& documents, std::size_t max_record_bytes)
      : connection_(connection), documents_(documents), lease_(connection), max_record_bytes_(max_record_bytes) {}

  // `imported`: an inserted row gets these times and not those of now.
  sdk::Written apply(sdk::Call const& call, sdk::Mutation const& mutation, std::string_view op,
                     std::optional<RowTimes> const& imported = std::nullopt);
  sdk::MultiWritten apply_all(sdk::Call const& call, std::span<sdk::Mutation const> mutations, std::string_view op);
  sdk::Read<sdk::Resolution> resolve(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                                     std::string_view op);

 private:
  struct Done {
    sdk::Outcome outcome = sdk::Outcome::ok;
    std::size_t which = 0;
    std::vector<sdk::Version> versions;
    std::optional<sdk::Row> row;
    std::string text;
  };
  struct Attempt;

  Done run(sdk::Call const& call, std::span<sdk::Mutation const> mutations, std::string_view op,
           std::optional<RowTimes> const& imported = std::nullopt);
  void guess(Attempt& attempt) const;
  bool look(sdk::Call const& call, Attempt& attempt, Done& done);
  bool decide(sdk::Call const& call, Attempt& attempt, Done& done, bool& again);
  bool fit(sdk::Call const& call, Attempt& attempt, Done& done, bool& again);
  bool lay_rows_aside(sdk::Call const& call, Attempt& attempt, Done& done);
  bool take_rows(sdk::Call const& call, std::span<Ranged const> answers, Attempt& attempt, Done& done);
  bool send(sdk::Call const& call, Attempt& attempt, Done& done);
  bool recover(Attempt& attempt, Reply const& reply, Done& done);
  void applied(Attempt const& attempt, std::int64_t revision, Done& done);
  void settle(Change const& change);

  Connection& connection_;
  Documents& documents_;
  RemovalLease lease_;
  std::size_t const max_record_bytes_;
};

}  // namespace conductor::plugins::etcd
