// DUR-2 and DUR-4 as far as a living store shows them, SIZ-1, SIZ-2, SCH-1, SCH-2, and the deadlines of calls.
#include "bench.hpp"

#include <atomic>
#include <random>

namespace conductor::sdk::conformance {

namespace {

// Order locks rely on it, whatever the store (solver specification S71, S75).
void multi_is_all_or_nothing(StoreBench& bench) {
  auto const a = bench.name("dur4-a"), b = bench.name("dur4-b"), c = bench.name("dur4-c");
  auto const version = bench.plan(a, "solved").version;
  bench.plan(b, "solved");
  using Kind = Mutation::Kind;
  std::vector<Mutation> mutations{{Kind::update, "plans", a, {{"status", "done"}}, at(version)},
                                  {Kind::insert, "order_locks_history", c, {{"conflict_id", c}}, {}},
                                  {Kind::remove, "plans", b, {}, having({{"status", "other"}})}};
  auto const failed = bench.store().multi(bench.call(), mutations, random_id());
  bench.outcome(failed, Outcome::conflict, "a multi of which one expectation fails");
  bench.check(failed.which == 2, "it says which");
  bench.check(bench.row("plans", a).text("status") == "solved" && bench.row("plans", a).version == version,
              "the first step was undone");
  bench.check(bench.row("order_locks_history", c).id.empty(), "the second step was undone");
  mutations[2].expect = having({{"status", "solved"}});
  auto const op = random_id();
  auto const done = bench.store().multi(bench.call(), mutations, op);
  bench.outcome(done, Outcome::ok, "the multi with all expectations met");
  bench.check(done.versions.size() == 3 && done.versions[0].number == 2, "it brings the versions");
  bench.check(bench.row("plans", a).op == op, "the row shows the operation of the multi");
  bench.outcome(bench.store(1).multi(bench.call(), mutations, op), Outcome::ok, "the same multi repeated");
  bench.check(bench.row("plans", a).version.number == 2, "it was applied once");
  auto const known = bench.store().resolve(bench.call(), "plans", a, op);
  bench.check(known && known.value == Resolution::applied, "resolve knows it");
  bench.outcome(bench.store().multi(bench.call(), {}, random_id()), Outcome::invalid, "a multi of nothing");
}

void multi_is_seen_whole(StoreBench& bench) {
  auto const a = bench.name("whole-a"), b = bench.name("whole-b");
  auto first = bench.plan(a, "0").version, second = bench.plan(b, "0").version;
  std::atomic<bool> over = false;
  bench.clients(2, [&](unsigned number, Store& store) {
    for (int i = 1; number == 0 && i <= bench.rounds(1000, 50); ++i) {
      std::vector<Mutation> const both{{Mutation::Kind::update,
                                        "plans",
                                        a,
                                        {{"name", std::to_string(i)}, {"message", std::to_string(i)}},
                                        at(first)},
                                       {Mutation::Kind::update, "plans", b, {{"name", std::to_string(i)}}, at(second)}};
      auto const done = store.multi(bench.call(), both, random_id(), Durability::relaxed);
      if (!bench.outcome(done, Outcome::ok, "the multi") || done.versions.size() != 2) break;
      first = done.versions[0];
      second = done.versions[1];
    }
    if (number == 0) over = true;
    while (!over) {
      std::vector<std::string> const ids{a, b};
      auto const rows = store.get_many(bench.call(), "plans", ids);
      if (!bench.check(rows && rows.value.size() == 2, "both rows can be read")) return;
      bench.check(rows.value[0].text("name") == rows.value[0].text("message"), "no row mixes two versions (DUR-2)");
      bench.check(rows.value[0].text("name") == rows.value[1].text("name"), "both rows are of the same moment");
    }
  });
}

void limits_are_true(StoreBench& bench) {
  auto const info = bench.store().info();
  bench.check(info.max_id_bytes >= 255 && info.max_record_bytes >= (256U << 10U), "the least limits are given (SIZ-2)");
  std::string id = bench.name("siz1");
  id.resize(info.max_id_bytes, 'x');
  bench.plan(id, "template");
  bench.check(bench.row("plans", id).id == id, "an id at the limit is stored");
  auto const insert = [&](std::string const& name, std::string_view table, Values const& columns) {
    return bench.store().insert(bench.call(), table, bench.name(name), columns, random_id());
  };
  auto const rest = checks::record_bytes(tables::plans, {});
  std::string const text(info.max_record_bytes - rest, 'x');
  bench.outcome(insert("text", "plans", {{"message", text}}), Outcome::ok, "a record at the limit");
  bench.outcome(insert("text1", "plans", {{"message", text + "x"}}), Outcome::too_large, "a record one byte above");
  auto const grown = bench.store().update(bench.call(), "plans", bench.name("text"), {{"name", "x"}},
                                          having({{"name", ""}}), random_id());
  bench.outcome(grown, Outcome::too_large, "an update that makes the record one byte too long");
  TextMap map;
  for (std::size_t i = 0; i < checks::max_map_entries; ++i) map[std::to_string(i)] = std::string(4096, 'm');
  bench.outcome(insert("map", "groups", {{"countries", map}}), Outcome::ok, "a map of 1,000 entries of 4 KiB");
  bench.check(bench.row("groups", bench.name("map")).map("countries") == map, "it comes back");
  std::minstd_rand random(7);
  for (auto& [name, entry] : map)
    for (auto& letter : entry) letter = static_cast<char>('!' + random() % 90);
  bench.outcome(insert("map2", "groups", {{"countries", map}}), Outcome::ok,
                "such a map that does not compress (SIZ-2)");
  bench.check(bench.row("groups", bench.name("map2")).map("countries") == map, "it comes back");
  map["one more"] = "";
  bench.outcome(insert("map1", "groups", {{"countries", map}}), Outcome::too_large, "a map of 1,001 entries");
  TextList list(checks::max_list_entries, "entry");
  bench.outcome(insert("list", "plans", {{"history", list}}), Outcome::ok, "a list of 10,000 entries");
  bench.check(bench.row("plans", bench.name("list")).list("history") == list, "it comes back");
  list.emplace_back();
  bench.outcome(insert("list1", "plans", {{"history", list}}), Outcome::too_large, "a list of 10,001 entries");
}

void multi_limit_is_true(StoreBench& bench) {
  auto const most = bench.store().info().max_multi_ops;
  std::vector<Mutation> mutations;
  for (std::size_t i = 0; i < most; ++i)
    mutations.push_back({Mutation::Kind::insert, "plans", bench.name("m" + std::to_string(i)), {}, {}});
  bench.outcome(bench.store().multi(bench.call(), mutations, random_id()), Outcome::ok, "a multi at the limit");
  mutations.push_back({Mutation::Kind::insert, "plans", bench.name("one more"), {}, {}});
  bench.outcome(bench.store().multi(bench.call(), mutations, random_id()), Outcome::too_large, "a multi above it");
}

void schema_is_made_once(StoreBench& bench) {
  bench.clients(5, [&](unsigned, Store& store) {
    auto const version = store.ensure_schema(bench.call());
    bench.outcome(version, Outcome::ok, "ensure_schema");
    bench.check(version.value / 1000 == store_schema_version / 1000, "the version is this program's");
  });
  auto const before = bench.store().cursor(bench.call());
  bench.outcome(bench.store(1).ensure_schema(bench.call()), Outcome::ok,
                "ensure_schema on an up-to-date store (SCH-2)");
  bench.check(before.value == bench.store().cursor(bench.call()).value, "it writes nothing");
}

void calls_end_at_their_deadline(StoreBench& bench) {
  auto const id = bench.name("deadline");
  Call late;
  late.deadline = bench.clock().now() - std::chrono::milliseconds(1);
  bench.outcome(bench.store().insert(late, "plans", id, {}, random_id()), Outcome::cancelled,
                "an insert after its deadline");
  bench.outcome(bench.store().get(late, "plans", id), Outcome::cancelled, "a get after its deadline");
  std::stop_source source;
  source.request_stop();
  auto stopped = bench.call();
  stopped.cancelled = source.get_token();
  bench.outcome(bench.store().insert(stopped, "plans", id, {}, random_id()), Outcome::cancelled, "a stopped insert");
  bench.check(bench.row("plans", id).id.empty(), "nothing was written");
}

}  // namespace

std::vector<StoreRule> whole_rules() {
  return {{"DUR-4", "a multi is all or nothing", atomic_multi, multi_is_all_or_nothing},
          {"DUR-2", "a multi is seen whole", atomic_multi | strong_list, multi_is_seen_whole},
          {"SIZ-1", "the limits are true", 0, limits_are_true},
          {"SIZ-1-multi", "the limit of a multi is true", atomic_multi, multi_limit_is_true},
          {"SCH-1", "the schema is made once, by whoever comes first", 0, schema_is_made_once},
          {"CALL-1", "calls that have expired send nothing", 0, calls_end_at_their_deadline}};
}

}  // namespace conductor::sdk::conformance
