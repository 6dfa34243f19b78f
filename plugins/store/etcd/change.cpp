#include "change.hpp"

#include "conductor/sdk/store_checks.hpp"
#include "reader.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::plugins::etcd {

namespace checks = sdk::checks;
using sdk::BlobKey;
using sdk::ColumnType;
using sdk::Outcome;
using sdk::answers::name_of;

namespace {

class Builder {
 public:
  Builder(ChangeParts const& parts, sdk::Mutation const& mutation, std::string_view op, Stored const& stored)
      : parts_(parts), mutation_(mutation), table_(*sdk::find_table(mutation.table)), op_(op), stored_(stored) {}

  Change build() {
    if (stored_.exists()) {
      auto record = decode(stored_.value);
      if (!record)
        return refused(Outcome::corrupt, " is damaged or was written by another program; restore it from a backup");
      before_ = std::move(*record);
    }
    if (applied_before()) return std::move(change_);
    switch (mutation_.kind) {
      case sdk::Mutation::Kind::insert:
        return insert();
      case sdk::Mutation::Kind::update:
        return update();
      case sdk::Mutation::Kind::remove:
        break;
    }
    return remove();
  }

 private:
  Change refused(Outcome outcome, std::string const& why) {
    change_.kind = Change::Kind::refused;
    change_.outcome = outcome;
    change_.text = name_of(table_.name, mutation_.id) + why;
    return std::move(change_);
  }

  Change refused_with_row(Outcome outcome, std::string const& why) {
    change_.row = row_of(before_, table_, mutation_.id, version());
    return refused(outcome, why);
  }

  sdk::Version version() const { return version_of(stored_.create, stored_.version); }

  bool applied_before() {
    auto const removal = removal_of(stored_.removal);
    auto const age = op_age(stored_.exists() ? before_.ops : removal.ops, op_);
    if (!age) return false;
    change_.kind = Change::Kind::applied;
    // The incarnation of a row that is gone went with it.
    change_.version = stored_.exists() ? version() : sdk::Version{"", removal.number};
    change_.version.number -= *age;
    for (auto const& [name, value] : mutation_.values)
      if (table_.column(name)->type == ColumnType::document) refer({}, name, std::get<std::string>(value), false);
    return true;
  }

  // Why the row does not meet the expectation; empty when it does.
  std::string mismatch() const {
    auto const& expect = mutation_.expect;
    if (expect.version && version() != *expect.version) return ": the version has moved on";
    if (expect.claim && before_.text("claim") != *expect.claim) return ": the claim is another's";
    for (auto const& [name, value] : expect.columns)
      if (before_.get(*table_.column(name)) != value) return ": column '" + name + "' has another value";
    return {};
  }

  bool is_listed() const { return table_.name != sdk::tables::plans.name || mutation_.id != checks::health_row; }

  std::vector<std::string> places(Record const& record) const {
    if (!is_listed()) return {};
    std::vector<std::string> keys{Keys::place(parts_.keys.list(table_, {}), record.created_ms, mutation_.id)};
    if (table_.index.empty()) return keys;
    sdk::Values where;
    for (auto const column : table_.index) where.emplace(std::string(column), record.get(*table_.column(column)));
    keys.push_back(Keys::place(parts_.keys.list(table_, where), record.created_ms, mutation_.id));
    return keys;
  }

  // The lists that the row leaves and those that it enters.
  void enlist(std::vector<std::string> const& before, std::vector<std::string> const& after) {
    auto const in = [](std::vector<std::string> const& keys, std::string const& key) {
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    for (auto const& key : before)
      if (!in(after, key)) change_.operations.push_back(erase(key));
    for (auto const& key : after)
      if (!in(before, key)) change_.operations.push_back(put(key, {}));
  }

  // The row refers to another document than before.
  void refer(std::string_view before, std::string const& kind, std::string const& generation, bool write = true) {
    if (before == generation) return;
    BlobKey const key{std::string(table_.name), mutation_.id, kind};
    if (!before.empty() && write) change_.operations.push_back(put(parts_.keys.loose(parts_.now_ms, key, before), {}));
    if (generation.empty()) return;
    change_.referred.emplace_back(key, generation);
    if (!write) return;
    if (auto waiting = parts_.documents.waiting(key, generation))
      change_.operations.push_back(std::move(*waiting));
    else if (auto loose = parts_.documents.loose_since_made(key, generation); !loose.empty())
      change_.operations.push_back(erase(std::move(loose)));
  }

  void write_row(Record const& after) {
    change_.kind = Change::Kind::write;
    change_.value = encode(after);
    change_.operations.push_back(put(parts_.keys.row(table_.name, mutation_.id), change_.value));
    if (!stored_.aside.empty())
      change_.operations.push_back(put(parts_.keys.loose(parts_.now_ms, aside_key(), stored_.aside), {}));
    enlist(stored_.exists() ? places(before_) : std::vector<std::string>(), places(after));
    for (auto const& column : table_.columns)
      if (column.type == ColumnType::document)
        refer(before_.text(column.name), std::string(column.name), std::string(after.text(column.name)));
  }

  void expect_as_stored() {
    change_.compares.push_back({Compare::Target::mod, parts_.keys.row(table_.name, mutation_.id), stored_.mod});
  }

  Change insert() {
    if (stored_.exists()) return refused_with_row(Outcome::exists, " exists already");
    change_.compares.push_back({Compare::Target::version, parts_.keys.row(table_.name, mutation_.id), 0});
    // A try that comes late must not bring back what was removed meanwhile.
    change_.compares.push_back(
        {Compare::Target::mod, parts_.keys.removal(table_.name, mutation_.id), stored_.removal_mod});
    auto const times = parts_.imported.value_or(RowTimes{parts_.now_ms, parts_.now_ms});
    Record record{times.created_ms, times.updated_ms, std::string(op_), {}};
    for (auto const& [name, value] : mutation_.values) record.set(*table_.column(name), value);
    write_row(record);
    change_.version.number = 1;
    return std::move(change_);
  }

  Change update() {
    if (!stored_.exists()) return refused(Outcome::not_found, " does not exist");
    if (auto const why = mismatch(); !why.empty()) return refused_with_row(Outcome::conflict, why);
    auto after = before_;
    for (auto const& [name, value] : mutation_.values) after.set(*table_.column(name), value);
    if (auto const bytes = bytes_of(after); bytes > parts_.max_record_bytes) {
      change_.kind = Change::Kind::refused;
      change_.outcome = Outcome::too_large;
      change_.text = checks::too_large(name_of(table_.name, mutation_.id), bytes, parts_.max_record_bytes).text;
      return std::move(change_);
    }
    after.updated_ms = std::max(parts_.now_ms, before_.updated_ms + 1);
    after.ops = with_op(before_.ops, op_);
    expect_as_stored();
    write_row(after);
    change_.version = version();
    ++change_.version.number;
    return std::move(change_);
  }

  Change remove() {
    if (!stored_.exists()) return refused(Outcome::not_found, " does not exist");
    if (auto const why = mismatch(); !why.empty()) return refused_with_row(Outcome::conflict, why);
    change_.kind = Change::Kind::write;
    expect_as_stored();
    change_.operations.push_back(erase(parts_.keys.row(table_.name, mutation_.id)));
    enlist(places(before_), {});
    if (!stored_.aside.empty()) erase_document(aside_key(), stored_.aside);
    for (auto const& column : table_.columns) {
      if (column.type != ColumnType::document || before_.text(column.name).empty()) continue;
      BlobKey key{std::string(table_.name), mutation_.id, std::string(column.name)};
      std::string generation(before_.text(column.name));
      erase_document(key, generation);
      change_.dropped.emplace_back(std::move(key), std::move(generation));
    }
    change_.version = version();
    ++change_.version.number;
    if (parts_.removal_lease != 0)
      change_.operations.push_back(put(parts_.keys.removal(table_.name, mutation_.id),
                                       text_of({change_.version.number, with_op(before_.ops, op_)}),
                                       parts_.removal_lease));
    return std::move(change_);
  }

  BlobKey aside_key() const { return {std::string(table_.name), mutation_.id, std::string(row_kind)}; }

  void erase_document(BlobKey const& key, std::string const& generation) {
    auto document = parts_.keys.document(key, generation);
    auto end = end_of(document);
    change_.operations.push_back(erase(std::move(document), std::move(end)));
  }

  std::size_t bytes_of(Record const& record) const {
    std::size_t total = 0;
    for (auto const& column : table_.columns)
      total += column.type == ColumnType::text || column.type == ColumnType::document
                   ? record.text(column.name).size()
                   : checks::scalar_bytes(checks::default_of(column.type));
    return total;
  }

  ChangeParts const& parts_;
  sdk::Mutation const& mutation_;
  sdk::Table const& table_;
  std::string_view const op_;
  Stored const& stored_;
  Record before_;
  Change change_;
};

}  // namespace

Change change_of(ChangeParts const& parts, sdk::Mutation const& mutation, std::string_view op, Stored const& stored) {
  return Builder(parts, mutation, op, stored).build();
}

Removal removal_of(std::string_view text) {
  Removal removal;
  auto const end = std::min(text.find(' '), text.size());
  std::from_chars(text.data(), text.data() + end, removal.number);
  text.remove_prefix(std::min(end + 1, text.size()));
  removal.ops = text;
  return removal;
}

std::string text_of(Removal const& removal) { return std::to_string(removal.number) + " " + removal.ops; }

}  // namespace conductor::plugins::etcd
