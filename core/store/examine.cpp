#include "core/store/examine.hpp"

#include "core/model/status.hpp"
#include "core/store/document.hpp"
#include "core/store/plans.hpp"
#include "core/store/unfinished.hpp"
#include "core/work/lock_file.hpp"

#include "conductor/sdk/claims.hpp"

#include <algorithm>
#include <set>

namespace conductor::store {

using sdk::Outcome;
namespace status = model::status;

namespace {

constexpr std::size_t page_rows = 200, most_findings = 1000;
constexpr std::chrono::minutes patience{2}, verify_patience{60};
constexpr int row_tries = 5;

bool is_working(std::string_view text) {
  return text == status::translating || text == status::solving || text == status::reserving;
}

class Examiner {
 public:
  Examiner(sdk::Store& store, sdk::StoreMaintenance* maintenance, sdk::Clock& clock, std::stop_token stop,
           ExamineOptions const& options)
      : store_(store), maintenance_(maintenance), clock_(clock), stop_(std::move(stop)), options_(options) {}

  sdk::Result<Examination> run() {
    if (auto done = storage(); !done) return done.error();
    if (auto done = workers(); !done) return done.error();
    for (auto const& table : sdk::tables::all)
      if (auto done = whole(table); !done) return done.error();
    return std::move(result_);
  }

 private:
  sdk::Call call(std::chrono::minutes time = patience) const {
    sdk::Call call;
    call.deadline = clock_.now() + time;
    call.cancelled = stop_;
    return call;
  }

  void find(Severity severity, std::string place, std::string text) {
    if (result_.findings.size() < most_findings)
      result_.findings.push_back({severity, std::move(place), std::move(text)});
  }

  sdk::Result<void> storage() {
    auto const mark = unfinished(store_, call());
    if (!mark) return mark.error();
    if (*mark)
      find(Severity::error, "",
           "a restore or migration from " + **mark +
               " was begun and not finished; run the same command again before starting roles");
    if (maintenance_ == nullptr) return {};
    auto const faults = maintenance_->verify(call(verify_patience));
    if (!faults) return error_of(faults.outcome, faults.text, "verifying the storage");
    for (auto const& fault : faults.value) find(Severity::error, "", fault);
    return {};
  }

  sdk::Result<void> workers() {
    auto const workers = store_.workers(call());
    if (!workers) return error_of(workers.outcome, workers.text, "listing the workers");
    for (auto const& worker : workers.value) workers_.insert(worker.id);
    return {};
  }

  sdk::Result<void> whole(sdk::Table const& table) {
    std::optional<std::string> after;
    do {
      auto page = store_.list(call(), table.name, {}, after, page_rows);
      if (!page) return error_of(page.outcome, page.text, "listing " + std::string(table.name));
      for (auto& row : page.value.rows)
        if (auto done = one(table, std::move(row)); !done) return done;
      if (options_.progress) options_.progress(result_);
      after = std::move(page.value.cursor);
    } while (after);
    return {};
  }

  // A row that changes while it is looked at is looked at again: its documents may be those of another version.
  sdk::Result<void> one(sdk::Table const& table, sdk::Row row) {
    for (int tries = 0;; ++tries) {
      auto const before = result_.findings.size();
      auto looked = look(table, row);
      if (!looked) return looked;
      bool const sound = result_.findings.size() == before;
      if (sound || tries == row_tries) break;
      auto again = store_.get(call(), table.name, row.id);
      if (!again && again.outcome != Outcome::not_found)
        return error_of(again.outcome, again.text, "reading " + place_of(table, row));
      if (again && again.value.version == row.version) break;
      result_.findings.resize(before);
      if (!again) return {};
      row = std::move(again.value);
    }
    ++result_.rows;
    ++result_.tables[std::string(table.name)];
    if (table.name == sdk::tables::plans.name) ++result_.statuses[row.text("status")];
    return {};
  }

  static std::string place_of(sdk::Table const& table, sdk::Row const& row) {
    return std::string(table.name) + " '" + row.id + "'";
  }

  sdk::Result<void> look(sdk::Table const& table, sdk::Row const& row) {
    for (auto const& column : table.columns)
      if (column.type == sdk::ColumnType::document && !row.text(column.name).empty())
        if (auto done = document(table, row, std::string(column.name)); !done) return done;
    if (table.name == sdk::tables::plans.name) plan(table, row);
    bool const belongs = table.name == sdk::tables::attempts.name || table.name == sdk::tables::deliveries.name;
    return belongs ? owner(table, row) : sdk::Result<void>();
  }

  sdk::Result<void> document(sdk::Table const& table, sdk::Row const& row, std::string const& column) {
    auto const bytes = store_.get_blob(call(), {std::string(table.name), row.id, column}, row.text(column));
    if (bytes.outcome == Outcome::not_found) {
      find(Severity::error, place_of(table, row), "its document " + column + " is not there; restore it from a backup");
      return {};
    }
    if (bytes.outcome == Outcome::corrupt) {
      find(Severity::error, place_of(table, row), "its document " + column + " is damaged: " + bytes.text);
      return {};
    }
    if (!bytes) return error_of(bytes.outcome, bytes.text, "reading document " + column);
    ++result_.documents;
    result_.document_bytes += static_cast<std::int64_t>(bytes.value.size());
    if (auto const content = decode_document(bytes.value, "its document " + column); !content)
      find(Severity::error, place_of(table, row), content.error().text);
    return {};
  }

  void plan(sdk::Table const& table, sdk::Row const& row) {
    auto const& state = row.text("status");
    auto const& claim = row.text("claim");
    auto const place = place_of(table, row);
    if (std::find(status::all.begin(), status::all.end(), state) == status::all.end())
      return find(Severity::error, place, "its status '" + state + "' is none that a plan can have");
    if (row.text("template").empty()) find(Severity::error, place, "it has no template; it can only be deleted");
    if (state == status::done && row.text("solution").empty())
      find(Severity::error, place, "it is done and has no solution");
    if (is_working(state) && claim.empty())
      return find(Severity::error, place, "it is " + state + " and nobody has claimed it; it would stay so for ever");
    if (status::is_final(state) && !claim.empty())
      return find(Severity::warning, place, "it is final and still claimed by " + std::string(sdk::claim_owner(claim)));
    if (is_working(state)) claimed(place, std::string(sdk::claim_owner(claim)));
  }

  void claimed(std::string const& place, std::string const& owner) {
    bool const listed = workers_.contains(owner);
    bool const plain = !owner.empty() && owner.find('/') == std::string::npos;
    auto const lock = plain && !options_.state_path.empty()
                          ? work::probe_lock(work::lock_file_path(options_.state_path, owner), false)
                          : work::LockState::unknown;
    if (lock == work::LockState::held || (listed && lock != work::LockState::free)) return;
    find(Severity::warning, place, "its worker " + owner + " is dead; the next process of that role takes it over");
  }

  sdk::Result<void> owner(sdk::Table const& table, sdk::Row const& row) {
    auto const& plan = row.text("plan_id");
    auto const found = store_.get(call(), sdk::tables::plans.name, plan);
    if (found.outcome == Outcome::not_found)
      find(Severity::warning, place_of(table, row), "its plan '" + plan + "' is gone");
    else if (!found)
      return error_of(found.outcome, found.text, "reading plan " + plan);
    return {};
  }

  sdk::Store& store_;
  sdk::StoreMaintenance* maintenance_;
  sdk::Clock& clock_;
  std::stop_token stop_;
  ExamineOptions const& options_;
  std::set<std::string, std::less<>> workers_;
  Examination result_;
};

}  // namespace

sdk::Result<Examination> examine_store(sdk::Store& store, sdk::StoreMaintenance* maintenance, sdk::Clock& clock,
                                       std::stop_token stop, ExamineOptions const& options) {
  return Examiner(store, maintenance, clock, std::move(stop), options).run();
}

}  // namespace conductor::store
