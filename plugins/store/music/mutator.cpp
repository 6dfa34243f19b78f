#include "mutator.hpp"
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/expectations.hpp"
#include "conductor/sdk/store_checks.hpp"

#include <algorithm>

namespace conductor::plugins::music {

namespace checks = sdk::checks;
using sdk::Call;
using sdk::Expect;
using sdk::Outcome;
using sdk::Read;
using sdk::Strength;
using sdk::Table;
using sdk::Values;
using sdk::Written;
using sdk::answers::failed;
using sdk::answers::name_of;
using sdk::answers::written;

namespace {

bool shows(sdk::Row const& row, Values const& set) {
  return std::all_of(set.begin(), set.end(),
                     [&](auto const& one) { return row.columns.find(one.first)->second == one.second; });
}

Values defaults(Table const& table) {
  Values columns;
  for (auto const& column : table.columns) columns[std::string(column.name)] = checks::default_of(column.type);
  return columns;
}

// What an operation that is in the row's history made.
std::optional<Written> repeated(std::optional<Stored> const& stored, std::string_view op) {
  auto const age = stored ? op_age(stored->ops, op) : std::nullopt;
  if (!age) return std::nullopt;
  auto version = stored->row.version;
  version.number -= *age;
  return written(std::move(version));
}

}  // namespace

Written Mutator::given_up(Task const& task, Verdict verdict, std::string const& text) const {
  auto const what = name_of(task.table.name, task.id);
  if (task.doubt || verdict == Verdict::doubtful)
    return failed<Written>(Outcome::ambiguous,
                           what + ": whether it was written could not be found out in time: " + text);
  return failed<Written>(outcome_of(verdict), "store/music: " + what + " was not written: " + text);
}

// Two may have held the lock, and the other's row may be the one that stayed.
bool Mutator::stands(Call const& call, Table const& table, std::string_view id, sdk::Version const& version) {
  auto const found = rows_.read(call, table, id, Strength::strong);
  return found && found.stored && found.stored->row.version.incarnation == version.incarnation;
}

Written Mutator::insert(Call const& call, Table const& table, std::string_view id, Values const& columns,
                        std::string_view op, std::optional<RowTimes> const& imported) {
  Expect const none;
  Task task{call, table, id, &columns, none, op};
  std::optional<Written> end;
  bool made_here = false;
  auto const begin = wire_.host().clock().now();
  auto const fresh = [&](std::optional<Stored> const& stored) -> std::optional<Stored> {
    made_here = false;
    end = repeated(stored, op);
    if (end) return std::nullopt;
    if (stored && !stored->gone) {
      end = failed<Written>(Outcome::exists, name_of(table.name, id) + " exists already");
      end->row = stored->row;
      return std::nullopt;
    }
    auto const now = wire_.hosts().now_ms();
    Stored made;
    auto const times = imported.value_or(RowTimes{now, now});
    made.row = {std::string(id),  {sdk::random_id(), 1}, times.created_ms,
                times.updated_ms, std::string(op),       defaults(table)};
    for (auto const& [name, value] : columns) made.row.columns[name] = value;
    made.ops = op;
    rows_.renumber(table, made);
    end = written(made.row.version);
    made_here = true;
    return made;
  };
  for (int tries = 0;; ++tries) {
    auto const answer = rows_.insert(call, table, id, fresh);
    if (answer && (!made_here || !wire_.options().claim_readback)) return *end;
    if (answer && stands(call, table, id, end->version)) return *end;
    task.doubt = task.doubt || answer || answer.verdict == Verdict::doubtful;
    bool const dead = answer.verdict == Verdict::unavailable || answer.verdict == Verdict::garbage;
    bool const passes = answer || answer.verdict == Verdict::contended || answer.verdict == Verdict::doubtful ||
                        (dead && !wire_.gives_up(begin) && wire_.may_repeat());
    if (!passes || !wire_.pause(call, tries)) return given_up(task, answer.verdict, answer.text);
  }
}

Written Mutator::update(Call const& call, Table const& table, std::string_view id, Values const& set,
                        Expect const& expect, std::string_view op) {
  return mutate({call, table, id, &set, expect, op});
}

Written Mutator::remove(Call const& call, Table const& table, std::string_view id, Expect const& expect,
                        std::string_view op) {
  return mutate({call, table, id, nullptr, expect, op});
}

std::optional<Written> Mutator::settled(Task const& task, std::optional<Stored> const& stored) const {
  if (auto again = repeated(stored, task.op)) return again;
  if (task.doubt && !rows_.keeps_operations(task.table)) {
    // Written, or not, by a try of this call; nobody else sets the same, a claim's token least of all.
    if (task.set == nullptr && !stored) return written({});
    if (task.set != nullptr && stored && shows(stored->row, *task.set)) return written(stored->row.version);
  }
  if (!stored || stored->gone)
    return failed<Written>(Outcome::not_found, name_of(task.table.name, task.id) + " does not exist");
  if (!sdk::is_as_expected(stored->row, task.expect)) {
    auto conflict =
        failed<Written>(Outcome::conflict, name_of(task.table.name, task.id) + " is not as expected any more");
    conflict.row = stored->row;
    return conflict;
  }
  if (task.set == nullptr) return std::nullopt;
  auto columns = stored->row.columns;
  for (auto const& [name, value] : *task.set) columns[name] = value;
  auto const bytes = checks::record_bytes(task.table, columns);
  if (bytes <= rows_.max_record_bytes()) return std::nullopt;
  return failed<Written>(Outcome::too_large,
                         checks::too_large(name_of(task.table.name, task.id), bytes, rows_.max_record_bytes()).text);
}

std::optional<Written> Mutator::beyond_history(Task const& task, std::optional<Stored> const& stored) const {
  if (!task.attempted || !rows_.keeps_operations(task.table)) return std::nullopt;
  if (stored && stored->row.version.incarnation == task.attempted->incarnation &&
      stored->row.version.number - task.attempted->number < count_ops(stored->ops))
    return std::nullopt;
  // Many have written since, or the row is another one. None of them could have begun without the version that this
  // try made, if MUSIC's word is good.
  if (task.told) return written(*task.attempted);
  return given_up(task, Verdict::doubtful, "too many others have written since");
}

Stored Mutator::changed(Task const& task, Stored const& before) const {
  auto after = before;
  auto& row = after.row;
  row.version.number++;
  row.updated_ms = std::max(wire_.hosts().now_ms(), row.updated_ms + 1);
  row.op = task.op;
  after.ops = with_op(before.ops, task.op);
  after.gone = task.set == nullptr;
  if (after.gone)
    row.columns = defaults(task.table);
  else
    for (auto const& [name, value] : *task.set) row.columns[name] = value;
  rows_.renumber(task.table, after);
  return after;
}

bool Mutator::drop_documents(Task const& task, Stored const& before, Stored const& after) const {
  std::vector<std::pair<sdk::BlobKey, std::string>> dropped;
  for (auto const& column : task.table.columns) {
    if (column.type != sdk::ColumnType::document) continue;
    auto const& old = before.row.text(column.name);
    if (old.empty() || old == after.row.text(column.name)) continue;
    dropped.push_back({{std::string(task.table.name), std::string(task.id), std::string(column.name)}, old});
  }
  return dropped.empty() || dropped_(task.call, dropped);
}

bool Mutator::must_read_back(Task const& task, Answer const& answer) const {
  if (wire_.is_late(answer)) return true;
  if (!wire_.options().claim_readback) return false;
  // A beat and the end of a message are their owner's alone, and are looked at by whoever takes over.
  bool const owners = task.table.name == sdk::tables::workers.name || task.table.name == sdk::tables::messages.name;
  auto const claim = task.set == nullptr ? Values::const_iterator{} : task.set->find("claim");
  bool const claims = task.set != nullptr && claim != task.set->end() && !std::get<std::string>(claim->second).empty();
  return claims || !owners;
}

// Each round begins with the row as it stands. The first may take a stale one: the condition of the write finds out,
// and no refusal rests on it.
Written Mutator::mutate(Task task) {
  auto strength = Strength::relaxed;
  for (int tries = 0;; ++tries) {
    auto found = rows_.read(task.call, task.table, task.id, strength);
    if (!found) return given_up(task, found.verdict, found.text);
    if (strength == Strength::strong)
      if (auto end = beyond_history(task, found.stored)) return *end;
    if (auto end = settled(task, found.stored)) {
      if (strength == Strength::strong) return *end;
      strength = Strength::strong;
      continue;
    }
    auto const after = changed(task, *found.stored);
    if (!drop_documents(task, *found.stored, after))
      return given_up(task, Verdict::unavailable, "its documents could not be set free");
    auto const answer = rows_.write(task.call, task.table, *found.stored, after);
    if (answer && !must_read_back(task, answer)) return written(after.row.version);
    task.told = static_cast<bool>(answer);
    if (!task.doubt) task.attempted.reset();
    if (answer || answer.verdict == Verdict::doubtful) task.attempted = after.row.version;
    bool const lost = answer.verdict == Verdict::refused || answer.verdict == Verdict::missing;
    task.doubt = task.doubt || answer.verdict == Verdict::doubtful || answer.verdict == Verdict::done;
    if (!answer && !lost && answer.verdict != Verdict::doubtful) return given_up(task, answer.verdict, answer.text);
    // Done, lost or doubtful: the row tells.
    strength = Strength::strong;
    bool const at_once = answer || (lost && tries < 3);
    if (!at_once && !wire_.pause(task.call, tries)) return given_up(task, answer.verdict, answer.text);
  }
}

Read<sdk::Resolution> Mutator::resolve(Call const& call, Table const& table, std::string_view id, std::string_view op) {
  auto const found = rows_.read(call, table, id, Strength::strong);
  if (!found) return failed<Read<sdk::Resolution>>(outcome_of(found.verdict), found.text);
  if (found.stored && op_age(found.stored->ops, op)) return {Outcome::ok, sdk::Resolution::applied, {}};
  // What is older than the history cannot be told.
  bool const complete = !found.stored || found.stored->row.version.number <= count_ops(found.stored->ops);
  return {Outcome::ok, complete ? sdk::Resolution::not_applied : sdk::Resolution::unknown, {}};
}

}  // namespace conductor::plugins::music
