// Where things lie in etcd. All keys of an installation begin with its prefix:
//
//   meta/schema                              the version of this layout
//   r/<table>/<id>                           a row, and nothing else: watched
//   a/<table>/<created>/<id>                 the list of all rows of a table; no value
//   i/<table>/<values>/<created>/<id>        the list of the rows with these values of the index; no value
//   d/<table>/<id>                           the operations of a removed row, for an hour (on a lease)
//   b/<table>/<id>/<kind>/<generation>/<n>   part n of a document, or of a row too long for one request (record.hpp)
//   g/<since>/<table>/<id>/<kind>/<generation>   a document that no row refers to, since when; no value
//   w/<worker>                               a living worker, on its lease: removals are watched
//
// Parts in the middle are percent-escaped, so that '/' separates; an id at the end stands as it is, so that keys sort
// as ids do. Times are milliseconds in 17 digits.
#pragma once
#include "conductor/sdk/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace conductor::plugins::etcd {

// The end of the range of all keys that begin with `prefix`.
std::string end_of(std::string prefix);

class Keys {
 public:
  explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string const& prefix() const { return prefix_; }
  std::string schema() const { return prefix_ + "meta/schema"; }
  std::string rows() const { return prefix_ + "r/"; }
  std::string row(std::string_view table, std::string_view id) const { return named("r/", table, id); }
  std::string removal(std::string_view table, std::string_view id) const { return named("d/", table, id); }
  std::string workers() const { return prefix_ + "w/"; }
  std::string worker(std::string_view id) const { return workers().append(id); }

  // The prefix of a list: of all rows when `where` is empty, else `where` names the columns of the table's index.
  std::string list(sdk::Table const& table, sdk::Values const& where) const;
  static std::string place(std::string const& list, std::int64_t created_ms, std::string_view id);
  // Parts of documents: this, and the number of the part in 4 digits.
  std::string document(sdk::BlobKey const& key, std::string_view generation) const;
  static std::string part(std::string const& document, std::size_t number);
  std::string loose() const { return prefix_ + "g/"; }
  std::string loose(std::int64_t since_ms, sdk::BlobKey const& key, std::string_view generation) const;

  // What keys say. Nothing when it is no such key.
  std::optional<std::pair<std::string, std::string>> row_of(std::string_view key) const;  // table, id
  std::optional<std::string> worker_of(std::string_view key) const;
  struct Loose {
    std::int64_t since_ms = 0;
    sdk::BlobKey document;
    std::string generation;
  };
  std::optional<Loose> loose_of(std::string_view key) const;
  // The id at the end of a place in the list with this prefix.
  static std::string_view id_in(std::string_view place, std::string_view list);

 private:
  std::string named(std::string_view kind, std::string_view table, std::string_view id) const;

  std::string prefix_;
};

// A time in 17 digits: sorts as the number does.
std::string digits(std::int64_t ms);

}  // namespace conductor::plugins::etcd
