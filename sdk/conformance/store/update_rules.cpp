// CAS-1 to CAS-12, AMB-5 and the strength of reads: conditional changes, alone and against each other.
#include "bench.hpp"

#include <atomic>

namespace conductor::sdk::conformance {

namespace {

void changes_only_what_is_set(StoreBench& bench) {
  auto const id = bench.name("cas1");
  auto const first = bench.plan(id, "template", {{"name", "n"}, {"message", "m"}}).version;
  auto const second = bench.store().update(bench.call(), "plans", id, {{"message", "new"}}, at(first), random_id());
  bench.outcome(second, Outcome::ok, "the update");
  bench.check(second.version.number == 2 && second.version.incarnation == first.incarnation, "the version grew by 1");
  // Another client changes another column; the expectation on a column still holds.
  bench.store(1).update(bench.call(), "plans", id, {{"timeout", std::int64_t{9}}}, at(second.version), random_id());
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"status", "translating"}},
                                     having({{"status", "template"}}), random_id()),
                Outcome::ok, "the update that expects a status");
  auto const row = bench.row("plans", id);
  bench.check(row.text("name") == "n" && row.text("message") == "new" && row.integer("timeout") == 9 &&
                  row.text("status") == "translating" && row.version.number == 4,
              "each change is there and nothing else changed");
}

void refuses_a_stale_version(StoreBench& bench) {
  auto const id = bench.name("cas2");
  auto const first = bench.plan(id, "template").version;
  bench.store().update(bench.call(), "plans", id, {{"name", "a"}}, at(first), random_id());
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"name", "b"}}, at(first), random_id()),
                Outcome::conflict, "an update with a stale version");
  bench.check(bench.row("plans", id).text("name") == "a", "nothing changed");
}

void lets_one_claim_win(StoreBench& bench) {
  for (int round = 0; round < bench.rounds(1000, 20); ++round) {
    auto const id = bench.name("cas3-" + std::to_string(round));
    bench.plan(id, "translated");
    auto const row = bench.row("plans", id);
    std::mutex mutex;
    std::vector<std::string> winners;
    bench.clients(bench.threads(), [&](unsigned number, Store& store) {
      auto const token = claim_token("solver-" + std::to_string(number));
      if (!claim(store, bench.call(), row, {"plans", "translated", "solving", {}}, token)) return;
      std::lock_guard const lock(mutex);
      winners.push_back(token);
    });
    auto const after = bench.row("plans", id);
    if (!bench.check(winners.size() == 1, std::to_string(winners.size()) + " clients won one claim")) return;
    bench.check(after.text("claim") == winners.front(), "the row carries the winner's token");
    bench.check(after.version.number == 2 && after.integer("fencing") == row.integer("fencing") + 1,
                "version and fencing grew by 1");
  }
}

void counts_without_loss(StoreBench& bench) {
  auto const id = bench.name("cas4");
  bench.plan(id, "template");
  int const each = bench.rounds(500, 10);
  bench.clients(bench.threads(), [&](unsigned, Store& store) {
    for (int done = 0; done < each;) {
      auto const read = store.get(bench.call(), "plans", id);
      if (!bench.check(static_cast<bool>(read), "the row can be read")) return;
      auto const written =
          store.update(bench.call(), "plans", id, {{"solver_counter", read.value.integer("solver_counter") + 1}},
                       at(read.value.version), random_id(), Durability::relaxed);
      if (written) ++done;
      if (!written && !bench.check(written.outcome == Outcome::conflict, "only conflicts: " + written.text)) return;
    }
  });
  auto const row = bench.row("plans", id);
  auto const all = static_cast<std::int64_t>(bench.threads()) * each;
  bench.check(
      row.integer("solver_counter") == all && row.version.number == all + 1,
      "all " + std::to_string(all) + " increments are there, not " + std::to_string(row.integer("solver_counter")));
}

void expects_all_columns(StoreBench& bench) {
  auto const id = bench.name("cas5");
  bench.plan(id, "template", {{"timeout", std::int64_t{5}}});
  auto const update = [&](Values expected) {
    return bench.store().update(bench.call(), "plans", id, {{"message", "x"}}, having(std::move(expected)),
                                random_id());
  };
  bench.outcome(update({{"status", "template"}, {"timeout", std::int64_t{6}}}), Outcome::conflict,
                "one mismatch of two");
  bench.outcome(update({{"name", "x"}}), Outcome::conflict, "a text expected where none is");
  bench.outcome(update({{"status", "template"},
                        {"timeout", std::int64_t{5}},
                        {"name", ""},
                        {"solver_counter", std::int64_t{0}},
                        {"deleted", false}}),
                Outcome::ok, "empty text, 0 and false expected");
}

void makes_no_row_by_update(StoreBench& bench) {
  auto const id = bench.name("cas6");
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"name", "x"}}, having({{"status", ""}}), random_id()),
                Outcome::not_found, "an update of a missing row");
  bench.check(bench.row("plans", id).id.empty(), "no row was made");
}

void notices_that_a_row_was_away(StoreBench& bench) {
  auto const id = bench.name("cas7");
  bench.plan(id, "translated");
  auto const seen = bench.row("plans", id);
  auto const token = claim_token("b");
  bench.outcome(claim(bench.store(1), bench.call(), seen, {"plans", "translated", "solving", {}}, token), Outcome::ok,
                "the claim");
  bench.outcome(complete(bench.store(1), bench.call(), id, {"plans", "solving", "translated", {}}, token), Outcome::ok,
                "the release");
  Expect expect = at(seen.version);
  expect.columns["status"] = "translated";
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"name", "x"}}, expect, random_id()),
                Outcome::conflict, "an update by who saw it before");
}

void refuses_completion_with_a_lost_token(StoreBench& bench) {
  auto const id = bench.name("cas8");
  bench.plan(id, "translated");
  auto const first = claim_token("first"), second = claim_token("second");
  claim(bench.store(), bench.call(), bench.row("plans", id), {"plans", "translated", "solving", {}}, first);
  bench.outcome(takeover(bench.store(1), bench.call(), bench.row("plans", id),
                         {"plans", "solving", "solving", {{"message", "second's"}}}, second),
                Outcome::ok, "the take-over");
  bench.outcome(
      complete(bench.store(), bench.call(), id, {"plans", "solving", "solved", {{"message", "first's"}}}, first),
      Outcome::conflict, "completion by the former owner");
  auto const row = bench.row("plans", id);
  bench.check(row.text("message") == "second's" && row.text("claim") == second && row.integer("fencing") == 2,
              "the row keeps the new owner's data");
}

void refuses_updates_of_nothing(StoreBench& bench) {
  auto const id = bench.name("cas9");
  auto const version = bench.plan(id, "template").version;
  auto const update = [&](Values const& set, Expect const& expect) {
    return bench.store().update(bench.call(), "plans", id, set, expect, random_id());
  };
  bench.outcome(update({}, at(version)), Outcome::invalid, "an empty set");
  for (auto const* const column : {"id", "ver", "inc", "created_ms", "updated_ms", "op"})
    bench.outcome(update({{column, "1"}}, at(version)), Outcome::invalid, std::string("setting ") + column);
  bench.outcome(update({{"name", "x"}}, Expect{}), Outcome::invalid, "no expectation");
  Expect unconditional;
  unconditional.unconditional = true;
  bench.outcome(update({{"name", "x"}}, unconditional), Outcome::invalid, "an unconditional update of a plan");
  bench.outcome(update({{"name", "x"}}, having({{"history", TextList{}}})), Outcome::invalid, "a list expected");
}

void lets_updated_grow(StoreBench& bench) {
  auto const id = bench.name("cas10");
  auto version = bench.plan(id, "template").version;
  auto last = bench.row("plans", id);
  for (int i = 0; i < 20; ++i) {
    version = bench.store(i % 2)
                  .update(bench.call(), "plans", id, {{"message", std::to_string(i)}}, at(version), random_id(),
                          Durability::relaxed)
                  .version;
    auto row = bench.row("plans", id);
    bench.check(row.updated_ms > last.updated_ms, "updated_ms grows with every mutation");
    bench.check(row.created_ms == last.created_ms, "created_ms stays");
    last = std::move(row);
  }
}

void removes_only_what_is_expected(StoreBench& bench) {
  auto const id = bench.name("cas11");
  auto const version = bench.plan(id, "template").version;
  bench.outcome(bench.store().remove(bench.call(), "plans", id, having({{"status", "done"}}), random_id()),
                Outcome::conflict, "a remove with a stale expectation");
  bench.check(bench.row("plans", id).id == id, "the row stays");
  bench.outcome(bench.store().remove(bench.call(), "plans", id, at(version), random_id()), Outcome::ok, "the remove");
  bench.check(bench.row("plans", id).id.empty(), "the row is gone");
  bench.outcome(bench.store().remove(bench.call(), "plans", id, at(version), random_id()), Outcome::not_found,
                "a remove of a missing row");
}

void merges_maps_without_damage(StoreBench& bench) {
  auto const id = bench.name("cas12");
  std::string const body = R"({"a": [1, "two, three"], "b:c": "}{"})";
  bench.store().insert(bench.call(), "order_locks", id, {}, random_id());
  int const each = bench.rounds(200, 10);
  bench.clients(2, [&](unsigned number, Store& store) {
    for (int key = 0; key < each;) {
      auto const read = store.get(bench.call(), "order_locks", id);
      if (!bench.check(static_cast<bool>(read), "the row can be read")) return;
      auto map = read.value.map("plans");
      map["plan," + std::to_string(number) + ":" + std::to_string(key)] = body + std::to_string(key);
      auto const written = store.update(bench.call(), "order_locks", id, {{"plans", map}}, at(read.value.version),
                                        random_id(), Durability::relaxed);
      if (written) ++key;
      if (!written && !bench.check(written.outcome == Outcome::conflict, "only conflicts: " + written.text)) return;
    }
  });
  auto row = bench.row("order_locks", id);
  auto map = row.map("plans");
  bench.check(map.size() == 2U * static_cast<std::size_t>(each),
              "all keys are there, not " + std::to_string(map.size()));
  for (auto const& [key, value] : map) bench.check(value.starts_with(body), "the value of " + key + " is intact");
  map.erase("plan,0:0");
  bench.outcome(bench.store().update(bench.call(), "order_locks", id, {{"plans", map}}, at(row.version), random_id()),
                Outcome::ok, "the removal of one key");
  bench.check(bench.row("order_locks", id).map("plans") == map, "the other keys are as before");
}

void recognises_an_operation_superseded_since(StoreBench& bench) {
  auto const id = bench.name("amb5");
  auto const first = bench.plan(id, "template");
  auto const op = random_id();
  auto const update = [&] {
    return bench.store().update(bench.call(), "plans", id, {{"name", "mine"}}, at(first.version), op);
  };
  auto const mine = update();
  bench.outcome(mine, Outcome::ok, "the update");
  auto const theirs =
      bench.store(1).update(bench.call(), "plans", id, {{"name", "theirs"}}, at(mine.version), random_id());
  bench.outcome(theirs, Outcome::ok, "another client's update");
  auto const again = update();
  bench.outcome(again, Outcome::ok, "the first operation repeated");
  bench.check(again.version == mine.version, "it reports the version that it made");
  bench.check(bench.row("plans", id).text("name") == "theirs", "the later mutation stands");
  auto const known = bench.store(1).resolve(bench.call(), "plans", id, op);
  bench.check(known && known.value == Resolution::applied, "resolve finds it applied");
  auto const other = bench.store(1).resolve(bench.call(), "plans", id, random_id());
  bench.check(other && other.value == Resolution::not_applied, "resolve finds an unknown one not applied");
  auto const remove = random_id();
  bench.store().remove(bench.call(), "plans", id, at(theirs.version), remove);
  bench.outcome(bench.store(1).remove(bench.call(), "plans", id, at(theirs.version), remove), Outcome::ok,
                "a remove repeated");
  auto const removed = bench.store().resolve(bench.call(), "plans", id, remove);
  bench.check(removed && removed.value == Resolution::applied, "resolve finds the remove applied");
}

void shows_what_was_answered(StoreBench& bench) {
  auto const id = bench.name("str1");
  auto version = bench.plan(id, "template").version;
  std::atomic<std::int64_t> answered = version.number;
  std::atomic<bool> over = false;
  bench.clients(4, [&](unsigned number, Store& store) {
    std::int64_t last = 0;
    for (int i = 0; number == 0 && i < bench.rounds(2000, 50); ++i) {
      auto const written = store.update(bench.call(), "plans", id, {{"message", std::to_string(i)}}, at(version),
                                        random_id(), Durability::relaxed);
      if (!bench.outcome(written, Outcome::ok, "the update")) break;
      version = written.version;
      answered = version.number;
    }
    if (number == 0) over = true;
    while (!over) {
      auto const least = answered.load();
      auto const read = store.get(bench.call(), "plans", id);
      if (!bench.check(static_cast<bool>(read), "the row can be read: " + read.text)) return;
      bench.check(read.value.version.number >= least, "a read sees what was answered before it");
      bench.check(read.value.version.number >= last, "reads of one client do not go back");
      last = read.value.version.number;
    }
  });
}

}  // namespace

std::vector<StoreRule> update_rules() {
  return {{"CAS-1", "an update changes what it sets and nothing else", 0, changes_only_what_is_set},
          {"CAS-2", "a stale version is refused", 0, refuses_a_stale_version},
          {"CAS-3", "of many claims exactly one wins", 0, lets_one_claim_win},
          {"CAS-4", "counters count without loss", 0, counts_without_loss},
          {"CAS-5", "all expected columns must hold", 0, expects_all_columns},
          {"CAS-6", "an update makes no row", 0, makes_no_row_by_update},
          {"CAS-7", "a row that was away and is back is another version", 0, notices_that_a_row_was_away},
          {"CAS-8", "completion with a lost token is refused", 0, refuses_completion_with_a_lost_token},
          {"CAS-9", "updates of nothing, or of what is not to be set, are refused", 0, refuses_updates_of_nothing},
          {"CAS-10", "updated_ms never decreases", 0, lets_updated_grow},
          {"CAS-11", "a remove obeys its expectation", 0, removes_only_what_is_expected},
          {"CAS-12", "maps merge without damage", 0, merges_maps_without_damage},
          {"AMB-5", "a superseded operation is recognised", 0, recognises_an_operation_superseded_since},
          {"STR-1", "strong reads see what was answered, and do not go back (STR-3)", 0, shows_what_was_answered}};
}

}  // namespace conductor::sdk::conformance
