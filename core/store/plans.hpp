// Plans as the roles see them, over any store: typed rows, documents (JSON, compressed with zstd, kept as blobs),
// creation, deletion, lists.
#pragma once
#include "core/store/notifier.hpp"
#include "core/store/recent_documents.hpp"
#include "core/store/relay.hpp"

#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/store_writes.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conductor::store {

// One row of table `plans`; `row` keeps what a conditional update needs.
struct Plan {
  std::string id, name, status, message;
  std::int64_t created_ms = 0, updated_ms = 0;
  std::int64_t timeout_s = 0;  // 0: the client sent none
  std::string recommend_max;   // digits or `all`
  std::int64_t translation_counter = 0, solver_counter = 0, reservation_counter = 0;
  std::int64_t translation_begin_ms = 0;
  std::int64_t fencing = 0, returns = 0, deadline_ms = 0;
  std::string request_id, transaction_id, submitter;
  bool deleted = false;
  sdk::Row row;
  Documents at_hand{};  // that came with the plan; the store may not have them yet

  static Plan from(sdk::Row row);
};

// What POST /v1/plans stores.
struct NewPlan {
  std::string id, name, recommend_max;
  std::int64_t timeout_s = 0;
  std::string request_id, transaction_id, submitter;
  boost::json::value template_document;  // {"template": ..., "files": {...}} - object, or text in a string
  boost::json::value extras;  // further request fields (solver, callback_url, idempotency digest, ...); null: none
};

enum class Created { created, exists };

class Plans {
 public:
  // Both outlive it. Thread-safe; calls block like those of the store. `longest_pause`: [DEFAULT] delay_time, between
  // two looks on a store that cannot notify.
  Plans(sdk::Store& store, sdk::Clock& clock, std::chrono::milliseconds longest_pause = std::chrono::seconds(2));

  // `exists`: `plan` in the result is the stored one, which the caller compares. A plan that was created may be in the
  // hands of a worker of this process already.
  struct CreateResult {
    Created outcome;
    Plan plan;
  };
  sdk::Result<CreateResult> create(sdk::Call const& call, NewPlan const& plan);
  // not_found when there is none or it is deleted.
  sdk::Result<Plan> get(sdk::Call const& call, std::string const& id);
  // Where a row stands in every list: by creation time, then id.
  using Place = std::pair<std::int64_t, std::string>;
  struct Listed {
    std::vector<Plan> plans;
    std::optional<std::string> cursor;
    Place last{};  // of the last row read, which may be a deleted one
  };
  // Plans of a status (empty: all), oldest first, without deleted ones. `after`: a cursor, or a place after which to
  // begin (sdk::list_position).
  sdk::Result<Listed> list(sdk::Call const& call, std::string const& status, std::optional<std::string> const& after,
                           std::size_t limit);
  sdk::Result<Listed> list(sdk::Call const& call, std::optional<std::string> const& after, std::size_t limit) {
    return list(call, "", after, limit);
  }
  // Content of a document column; null when the plan has none.
  sdk::Result<boost::json::value> document(sdk::Call const& call, Plan const& plan, std::string const& column);
  // The same for who only reads: without a copy when this process wrote the document just now. Never null.
  sdk::Result<Document> shared_document(sdk::Call const& call, Plan const& plan, std::string const& column);
  // Stores a document and returns the generation to put into the column.
  sdk::Result<std::string> put_document(sdk::Call const& call, std::string const& plan_id, std::string const& column,
                                        boost::json::value const& content,
                                        sdk::Durability durability = sdk::Durability::full);
  using DocumentPuts = std::vector<sdk::DocumentPut>;
  // For a row that is about to be written: generations of its documents.
  static void name_documents(Documents const& contents, sdk::Values& values);
  // The documents that are so named and go with the row (write()). Where the store cannot do that, they are too large
  // or the caller does not want it (`with_row`), they are stored now, relaxed, under other names.
  sdk::Result<DocumentPuts> put_documents(sdk::Call const& call, std::string const& plan_id, Documents const& contents,
                                          sdk::Values& values, bool with_row = true);
  // An insert or update of a plan, with such documents.
  sdk::Written write(sdk::Call const& call, sdk::Mutation const& mutation, DocumentPuts const& documents,
                     std::string_view op, sdk::Durability durability);
  // Keeps documents that are put from now on for shared_document, so much of them; not at all unless called. For a
  // process whose roles read what others of them write. Called before the first use.
  void keep_documents(std::size_t bytes) { recent_.limit(bytes); }
  // Forgets kept documents beyond that: after a plan has been passed on, as it takes time.
  void make_room() { recent_.make_room(); }
  // Removes the plan in whatever state; a worker that holds it finds its claim gone. not_found when there is none.
  sdk::Result<void> remove(sdk::Call const& call, std::string const& id);

  // As sdk::ChangeStamp has it; nothing for a store without. Does not block.
  std::optional<std::uint64_t> stamp() noexcept { return stamp_ ? stamp_->stamp() : std::nullopt; }

  sdk::Store& store() { return store_; }
  // Changes of rows, for all parts of the process.
  Notifier& notifier() { return notifier_; }
  // Workers of this process that take plans with the write that brings them to a state.
  Relay& relay() { return relay_; }

 private:
  sdk::Store& store_;
  sdk::ChangeStamp* stamp_;
  sdk::DocumentWrites* documents_;  // null when the store writes them one by one
  sdk::Clock& clock_;
  Notifier notifier_;
  Relay relay_;
  RecentDocuments recent_;
};

// The error a role reports for a store outcome that is not ok; `what` names the operation and row.
sdk::Error error_of(sdk::Outcome outcome, std::string const& text, std::string const& what);

}  // namespace conductor::store
