// What all parts of the store share: the way to the cluster, the layout, and the rows seen last.
#pragma once
#include "cache.hpp"
#include "conductor/sdk/store_answers.hpp"
#include "gateway.hpp"
#include "keys.hpp"
#include "wire.hpp"

namespace conductor::plugins::etcd {

struct Limits {
  std::size_t request_bytes = 1'500'000;  // of a transaction; the server's own limit is a little higher
  std::size_t txn_ops = 128;              // per list of a transaction
};

class Connection {
 public:
  Connection(sdk::Host& its_host, GatewayConfig config, std::string prefix, Limits its_limits)
      : host(its_host),
        gateway(host, std::move(config)),
        keys(std::move(prefix)),
        limits(its_limits),
        transactions_(host.counter("conductor_etcd_transactions_total", "Transactions that change something.")),
        reads_(host.counter("conductor_etcd_reads_total", "Questions to etcd that change nothing.")) {}

  template <class T>
  struct Answer {
    Reply reply;
    std::optional<T> value;  // set when reply is good
    explicit operator bool() const { return value.has_value(); }
  };
  Answer<Ranged> range(sdk::Call const& call, Range const& wanted) {
    reads_.add();
    return ask<Ranged>(call, "/v3/kv/range", body_of(wanted), Gateway::Use::read, ranged_of);
  }
  Answer<Transacted> read(sdk::Call const& call, std::vector<Operation> operations) {
    reads_.add();
    Transaction transaction;
    transaction.success = std::move(operations);
    return ask<Transacted>(call, "/v3/kv/txn", body_of(transaction), Gateway::Use::read, transacted_of);
  }
  Answer<Transacted> write(sdk::Call const& call, Transaction const& transaction) {
    transactions_.add();
    return ask<Transacted>(call, "/v3/kv/txn", body_of(transaction), Gateway::Use::write, transacted_of);
  }
  Reply lease(sdk::Call const& call, std::string_view what, boost::json::object const& body) {
    return gateway.post(call, "/v3/lease/" + std::string(what), boost::json::serialize(body), Gateway::Use::write);
  }

  sdk::Host& host;
  Gateway gateway;
  Keys const keys;
  Limits const limits;
  Cache cache;

 private:
  template <class T>
  Answer<T> ask(sdk::Call const& call, std::string_view path, std::string const& body, Gateway::Use use,
                std::optional<T> (*parse)(boost::json::value const&)) {
    Answer<T> answer{gateway.post(call, path, body, use), {}};
    if (!answer.reply) return answer;
    answer.value = parse(answer.reply.body);
    answer.reply.body = nullptr;
    if (answer.value) return answer;
    answer.reply.verdict = Verdict::refused;
    answer.reply.outcome = use == Gateway::Use::write ? sdk::Outcome::ambiguous : sdk::Outcome::unavailable;
    answer.reply.text = "etcd's answer cannot be understood; is it etcd 3.4 or later?";
    return answer;
  }

  sdk::Counter& transactions_;
  sdk::Counter& reads_;
};

template <class R>
R failed_as(Reply const& reply) {
  return sdk::answers::failed<R>(reply.outcome, reply.text);
}

inline Stored stored_of(Ranged const& row, Ranged const* removal) {
  Stored stored;
  if (!row.pairs.empty()) {
    auto const& pair = row.pairs.front();
    stored = {pair.value, pair.create, pair.mod, pair.version, 0, {}};
  }
  if (removal != nullptr && !removal->pairs.empty()) {
    stored.removal_mod = removal->pairs.front().mod;
    stored.removal = removal->pairs.front().value;
  }
  return stored;
}

}  // namespace conductor::plugins::etcd
