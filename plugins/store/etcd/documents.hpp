// Documents: immutable, compressed, in parts of at most 512 KiB below a key of their own. A short one waits here for
// the row that refers to it and is written in the same transaction; others are written at once and stand on the list of
// loose documents until a row refers to them. The generation tells when it was made and how many parts it has:
// <milliseconds>-<random>-<parts>.
#pragma once
#include "connection.hpp"

#include <list>
#include <unordered_map>

namespace conductor::plugins::etcd {

class Documents {
 public:
  explicit Documents(Connection& connection) : connection_(connection) {}

  sdk::Read<std::string> put(sdk::Call const& call, sdk::BlobKey const& key, std::string_view bytes,
                             sdk::Durability durability);
  // `revision`: as of then, while it is not compacted; 0: as of now.
  sdk::Read<std::string> get(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation,
                             std::int64_t revision = 0);
  sdk::Read<std::int64_t> sweep(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit);

  // --- for rows
  // The row as it was read from its key, whole also when it lies aside (record.hpp). not_found: it was removed, or
  // written anew, since it was read.
  sdk::Read<Stored> whole(sdk::Call const& call, std::string_view table, std::string_view id, Stored stored,
                          std::int64_t revision = 0);
  // What must be written with the row that refers to this document; nothing when it lies there already.
  std::optional<Operation> waiting(sdk::BlobKey const& key, std::string_view generation) const;
  // It was.
  void written(sdk::BlobKey const& key, std::string_view generation);
  // Writes one that waits at once, for rows too large to take it along.
  Reply write_now(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation);
  // Its row was removed.
  void forget(sdk::BlobKey const& key, std::string_view generation) {
    forget(connection_.keys.document(key, generation));
  }
  // The key under which it stands on the list of loose ones since it was made; empty when it was never there.
  std::string loose_since_made(sdk::BlobKey const& key, std::string_view generation) const;
  // How many are kept in this process: those that wait, and those written lately.
  std::size_t kept() const;

 private:
  // The keys of documents and when they were put; the oldest first.
  using Places = std::list<std::pair<sdk::Time, std::string>>;
  struct Short {
    std::string frame;
    bool waits = true;
    Places::iterator place{};  // in awaiting_ while it waits, then in recent_
  };

  Reply write(sdk::Call const& call, sdk::BlobKey const& key, std::string const& generation, std::string_view frame);
  void drop_forgotten(sdk::Time now);
  bool keep_waiting(std::string const& document, std::string const& frame);
  std::optional<std::string> known(std::string const& document) const;
  sdk::Read<std::string> unpacked(sdk::BlobKey const& key, std::string_view frame) const;
  void forget(std::string const& document);
  // Whether the row as it stands refers to this document.
  sdk::Read<bool> refers(sdk::Call const& call, Stored const& row, Keys::Loose const& loose);
  std::size_t sweep_some(sdk::Call const& call, std::span<KeyValue const> markers, Reply& problem);

  Connection& connection_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Short> short_;  // by the documents' keys
  Places awaiting_, recent_;                      // those that wait; those written
  std::size_t waiting_bytes_ = 0, recent_bytes_ = 0;
};

}  // namespace conductor::plugins::etcd
