// INS-1 to INS-8: rows that are made, made again, and what of a value survives.
#include "bench.hpp"

#include <atomic>

namespace conductor::sdk::conformance {

namespace {

void returns_what_was_inserted(StoreBench& bench) {
  auto const id = bench.name("ins1");
  Values const columns{{"status", "template"}, {"timeout", std::int64_t{77}}, {"history", TextList{"a", "b"}}};
  auto const written = bench.store().insert(bench.call(), "plans", id, columns, "op-" + id);
  bench.outcome(written, Outcome::ok, "the insert");
  bench.check(written.version.number == 1, "the version begins at 1");
  auto const row = bench.row("plans", id);
  bench.check(row.id == id && row.version == written.version, "get returns the row and its version");
  bench.check(row.op == "op-" + id, "the row shows the operation, not '" + row.op + "'");
  for (auto const& column : tables::plans.columns) {
    auto const wanted = columns.find(column.name);
    auto const seen = row.columns.find(column.name);
    bench.check(seen != row.columns.end() &&
                    seen->second == (wanted == columns.end() ? checks::default_of(column.type) : wanted->second),
                "column '" + std::string(column.name) + "' has the value given, or its default");
  }
}

void keeps_the_first_of_two_inserts(StoreBench& bench) {
  auto const id = bench.name("ins2");
  bench.plan(id, "template", {{"name", "first"}});
  auto const before = bench.row("plans", id);
  auto const second = bench.store().insert(bench.call(), "plans", id, {{"name", "second"}}, random_id());
  bench.outcome(second, Outcome::exists, "the second insert");
  bench.check(second.row && second.row->text("name") == "first", "EXISTS brings the stored row");
  auto const after = bench.row("plans", id);
  bench.check(after.columns == before.columns && after.version == before.version &&
                  after.updated_ms == before.updated_ms && after.op == before.op,
              "the stored row is as before");
}

void lets_one_of_many_inserts_win(StoreBench& bench) {
  for (int round = 0; round < bench.rounds(200, 5); ++round) {
    auto const id = bench.name("ins3-" + std::to_string(round));
    std::mutex mutex;
    std::vector<std::string> winners, shown;
    bench.clients(bench.threads(), [&](unsigned number, Store& store) {
      auto const mine = "client " + std::to_string(number);
      auto const written = store.insert(bench.call(), "plans", id, {{"name", mine}}, random_id());
      std::lock_guard const lock(mutex);
      if (written) winners.push_back(mine);
      if (written.outcome == Outcome::exists && written.row) shown.push_back(written.row->text("name"));
    });
    if (!bench.check(winners.size() == 1, "exactly one of the inserts won, not " + std::to_string(winners.size())))
      return;
    bench.check(shown.size() == bench.threads() - 1, "all others were told EXISTS with the row");
    for (auto const& name : shown) bench.check(name == winners.front(), "the others see the winner's content");
  }
}

void recognises_a_repeated_insert(StoreBench& bench) {
  auto const id = bench.name("ins4");
  auto const op = random_id();
  Values const columns{{"status", "template"}};
  auto const first = bench.store().insert(bench.call(), "plans", id, columns, op);
  bench.outcome(first, Outcome::ok, "the insert");
  for (std::size_t instance : {std::size_t{0}, std::size_t{1}}) {
    auto const again = bench.store(instance).insert(bench.call(), "plans", id, columns, op);
    bool const same = (again && again.version == first.version) ||
                      (again.outcome == Outcome::exists && again.row && again.row->op == op);
    bench.check(same,
                "the same insert with the same operation is recognised, not " + std::string(to_string(again.outcome)));
  }
  bench.check(bench.row("plans", id).version == first.version, "the row was made once");
}

void begins_a_new_incarnation_after_remove(StoreBench& bench) {
  auto const id = bench.name("ins5");
  auto const old = bench.plan(id, "template").version;
  bench.outcome(bench.store().remove(bench.call(), "plans", id, at(old), random_id()), Outcome::ok, "the remove");
  auto const fresh = bench.plan(id, "template").version;
  bench.check(fresh.number == 1, "the version begins at 1 again");
  bench.check(fresh != old, "the incarnation is another");
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"name", "x"}}, at(old), random_id()),
                Outcome::conflict, "an update that expects the removed row");
  bench.outcome(bench.store().remove(bench.call(), "plans", id, at(old), random_id()), Outcome::conflict,
                "a remove that expects the removed row");
}

void refuses_what_is_malformed(StoreBench& bench) {
  auto const id = bench.name("ins6");
  auto const insert = [&](std::string_view table, std::string_view row, Values const& columns) {
    return bench.store().insert(bench.call(), table, row, columns, random_id());
  };
  bench.outcome(insert("no_such_table", id, {}), Outcome::invalid, "an unknown table");
  bench.outcome(insert("plans", id, {{"no_such_column", "x"}}), Outcome::invalid, "an unknown column");
  bench.outcome(insert("plans", id, {{"timeout", "x"}}), Outcome::invalid, "a text for a number");
  bench.outcome(insert("plans", id, {{"status", std::int64_t{1}}}), Outcome::invalid, "a number for a text");
  bench.outcome(insert("plans", id, {{"name", "\xC3\x28"}}), Outcome::invalid, "bytes that are no UTF-8");
  bench.outcome(insert("plans", id, {{"name", std::string("a\0b", 3)}}), Outcome::invalid, "a NUL");
  bench.outcome(insert("plans", "", {}), Outcome::invalid, "an empty id");
  bench.outcome(insert("plans", "\xFF", {}), Outcome::invalid, "an id that is no UTF-8");
  bench.outcome(insert("plans", std::string(bench.store().info().max_id_bytes + 1, 'x'), {}), Outcome::too_large,
                "an id that is too long");
  bench.check(bench.row("plans", id).id.empty(), "nothing was written");
}

void keeps_every_character(StoreBench& bench) {
  TextList const difficult{"/.$%&#+'\" \\ ;?",
                           " leading and trailing ",
                           "null",
                           "{}",
                           "[]",
                           "NULL",
                           "\x01\x1F\t\r\n",
                           "\xF0\x9F\x98\x80",
                           "a,b:c\"d\"{e:[1,2]}",
                           "%41",
                           "--",
                           "'; DROP TABLE plans"};
  int number = 0;
  for (auto const& text : difficult) {
    auto const id = bench.name(std::to_string(number++)) + text;
    Values const columns{{"name", text}, {"history", TextList{text, "", text}}};
    bench.outcome(bench.store().insert(bench.call(), "plans", id, columns, random_id()), Outcome::ok,
                  "insert of " + id);
    auto const row = bench.row("plans", id);
    bench.check(row.id == id && row.text("name") == text && row.list("history") == TextList{text, "", text},
                "id, text and list keep '" + text + "'");
    TextMap const map{{text, text}, {"", "empty key"}};
    bench.outcome(bench.store().insert(bench.call(), "groups", id, {{"countries", map}}, random_id()), Outcome::ok,
                  "insert of a map with " + text);
    bench.check(bench.row("groups", id).map("countries") == map, "keys and values of a map keep '" + text + "'");
  }
  for (auto const value : {INT64_MAX, INT64_MIN, INT64_MAX - 1, (std::int64_t{1} << 53) + 1, std::int64_t{-1}}) {
    auto const id = bench.name("number" + std::to_string(value));
    bench.plan(id, "template", {{"deadline_ms", value}});
    bench.check(bench.row("plans", id).integer("deadline_ms") == value, std::to_string(value) + " survives");
  }
}

void tells_empty_values_apart_by_type(StoreBench& bench) {
  auto const id = bench.name("ins8");
  bench.plan(id, "", {{"timeout", std::int64_t{0}}, {"deleted", false}, {"history", TextList{}}});
  auto const row = bench.row("plans", id);
  bench.check(row.columns.at("status") == Value(std::string()), "an empty text stays a text");
  bench.check(row.columns.at("timeout") == Value(std::int64_t{0}), "0 stays a number");
  bench.check(row.columns.at("deleted") == Value(false), "false stays a truth value");
  bench.check(row.columns.at("history") == Value(TextList{}), "an empty list stays a list");
  bench.store().insert(bench.call(), "groups", id, {{"countries", TextMap{}}}, random_id());
  bench.check(bench.row("groups", id).columns.at("countries") == Value(TextMap{}), "an empty map stays a map");
}

}  // namespace

std::vector<StoreRule> insert_rules() {
  return {{"INS-1", "get returns what was inserted, with defaults", 0, returns_what_was_inserted},
          {"INS-2", "a second insert changes nothing", 0, keeps_the_first_of_two_inserts},
          {"INS-3", "of many inserts exactly one wins", 0, lets_one_of_many_inserts_win},
          {"INS-4", "a repeated insert is recognised by its operation", 0, recognises_a_repeated_insert},
          {"INS-5", "a removed id begins a new incarnation", 0, begins_a_new_incarnation_after_remove},
          {"INS-6", "malformed arguments are refused", 0, refuses_what_is_malformed},
          {"INS-7", "ids and values keep every character", 0, keeps_every_character},
          {"INS-8", "empty values keep their type", 0, tells_empty_values_apart_by_type}};
}

}  // namespace conductor::sdk::conformance
