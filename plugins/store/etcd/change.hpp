// One mutation of one row, from how the row stands to what is to be written: without I/O.
#pragma once
#include "connection.hpp"
#include "documents.hpp"
#include "record.hpp"

namespace conductor::plugins::etcd {

// What a mutation comes to with the row as it stands.
struct Change {
  enum class Kind {
    write,    // `compares` and `operations` make it
    applied,  // by an earlier try of the same operation: `version` is what it made
    refused   // `outcome` says why, as far as the row given is the present one
  } kind = Kind::refused;
  sdk::Outcome outcome = sdk::Outcome::ok;
  std::string text;
  std::optional<sdk::Row> row;  // exists, conflict

  sdk::Version version;  // its incarnation is empty when an insert makes it
  std::vector<Compare> compares;
  std::vector<Operation> operations;
  std::string value;                                                    // of the row afterwards; empty: removed
  std::vector<std::pair<sdk::BlobKey, std::string>> referred, dropped;  // documents with their generations
};

// When a row was made and last changed, for rows that come from another store.
struct RowTimes {
  std::int64_t created_ms = 0, updated_ms = 0;
};

struct ChangeParts {
  Keys const& keys;
  Documents const& documents;
  std::int64_t now_ms = 0;
  std::int64_t removal_lease = 0;  // for the operations of removed rows; 0: they are not kept
  std::size_t max_record_bytes = 0;
  std::optional<RowTimes> imported{};  // of an inserted row, instead of now_ms
};

Change change_of(ChangeParts const& parts, sdk::Mutation const& mutation, std::string_view op, Stored const& stored);

// The operations of a removed row, with the number of its last version.
struct Removal {
  std::int64_t number = 0;
  std::string ops;
};
Removal removal_of(std::string_view text);
std::string text_of(Removal const& removal);

}  // namespace conductor::plugins::etcd
