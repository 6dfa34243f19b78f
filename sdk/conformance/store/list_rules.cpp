// LST-1 to LST-10: lists by index, their order, their pages and their cost.
#include "bench.hpp"

#include <algorithm>
#include <atomic>
#include <set>

namespace conductor::sdk::conformance {

namespace {

// All pages of a list, at most as many as there can be.
std::vector<Row> whole_list(StoreBench& bench, std::string_view table, Values const& where, std::size_t limit) {
  std::vector<Row> rows;
  std::optional<std::string> cursor;
  for (int page = 0; page < 2000; ++page) {
    auto read = bench.store().list(bench.call(), table, where, cursor, limit);
    if (!bench.outcome(read, Outcome::ok, "list")) return rows;
    std::move(read.value.rows.begin(), read.value.rows.end(), std::back_inserter(rows));
    cursor = read.value.cursor;
    if (!cursor) return rows;
  }
  bench.check(false, "a list comes to an end");
  return rows;
}

bool in_order(std::vector<Row> const& rows) {
  return std::is_sorted(rows.begin(), rows.end(), [](Row const& a, Row const& b) {
    return std::tie(a.created_ms, a.id) < std::tie(b.created_ms, b.id);
  });
}

void lists_exactly_the_rows_of_a_status(StoreBench& bench) {
  for (auto const& status : {bench.name("lst1"), std::string("done")}) {
    std::set<std::string> wanted;
    for (int i = 0; i < 30; ++i) {
      auto const id = bench.name(status + std::to_string(i));
      bench.plan(id, i % 3 == 0 ? bench.name("other") : status);
      if (i % 3 != 0) wanted.insert(id);
    }
    std::set<std::string> seen;
    auto const rows = whole_list(bench, "plans", {{"status", status}}, 1000);
    for (auto const& row : rows) {
      bench.check(row.text("status") == status, "only rows of the status are listed");
      if (row.id.starts_with(bench.name(""))) seen.insert(row.id);
    }
    bench.check(seen == wanted, "all rows of status '" + status + "' are listed");
    bench.check(in_order(rows), "the list is ordered by creation and id");
  }
}

void moves_rows_between_lists_at_once(StoreBench& bench) {
  auto const id = bench.name("lst2"), here = bench.name("here"), there = bench.name("there");
  auto version = bench.plan(id, here).version;
  std::atomic<bool> over = false;
  bench.clients(2, [&](unsigned number, Store& store) {
    for (int i = 0; number == 0 && i < bench.rounds(2000, 100); ++i)
      version = store
                    .update(bench.call(), "plans", id, {{"status", i % 2 == 0 ? there : here}}, at(version),
                            random_id(), Durability::relaxed)
                    .version;
    if (number == 0) over = true;
    while (!over) {
      auto const all = store.list(bench.call(), "plans", {}, std::nullopt, 1000);
      auto const in_here = store.count(bench.call(), "plans", {{"status", here}});
      bench.check(static_cast<bool>(all) && in_here && in_here.value <= 1, "the row is in a list once at most");
      auto const seen =
          std::count_if(all.value.rows.begin(), all.value.rows.end(), [&](Row const& row) { return row.id == id; });
      bench.check(seen == 1 || all.value.cursor, "the row is in the list of all exactly once");
    }
  });
}

void pages_return_each_row_once(StoreBench& bench) {
  auto const status = bench.name("lst3");
  int const count = bench.rounds(1000, 60);
  for (int i = 0; i < count; ++i) bench.plan(bench.name("keep" + std::to_string(i)), status);
  std::atomic<bool> over = false;
  bench.clients(2, [&](unsigned number, Store& store) {
    if (number == 0) {
      std::map<std::string, int> seen;
      auto const rows = whole_list(bench, "plans", {{"status", status}}, 7);
      for (auto const& row : rows) ++seen[row.id];
      for (int i = 0; i < count; ++i)
        bench.check(seen[bench.name("keep" + std::to_string(i))] == 1, "each unchanged row is returned exactly once");
      bench.check(in_order(rows), "the pages are in order");
      over = true;
    }
    for (int i = 0; !over; ++i) {
      auto const id = bench.name("change" + std::to_string(i));
      auto const made = store.insert(bench.call(), "plans", id, {{"status", status}}, random_id(), Durability::relaxed);
      auto const moved = store.update(bench.call(), "plans", id, {{"status", bench.name("away")}}, at(made.version),
                                      random_id(), Durability::relaxed);
      if (i % 2 == 0) store.remove(bench.call(), "plans", id, at(moved.version), random_id(), Durability::relaxed);
    }
  });
}

void continues_after_the_row_of_the_cursor_is_gone(StoreBench& bench) {
  auto const status = bench.name("lst4");
  std::vector<Version> versions;
  for (int i = 0; i < 9; ++i) versions.push_back(bench.plan(bench.name("p" + std::to_string(i)), status).version);
  auto const first = bench.store().list(bench.call(), "plans", {{"status", status}}, std::nullopt, 3);
  bench.check(first && first.value.rows.size() == 3 && first.value.cursor, "the first page is full and has a cursor");
  if (!first.value.cursor) return;
  auto const& last = first.value.rows.back();
  bench.store().remove(bench.call(), "plans", last.id, at(last.version), random_id());
  auto const second = bench.store(1).list(bench.call(), "plans", {{"status", status}}, first.value.cursor, 100);
  bench.check(second && second.value.rows.size() == 6 && !second.value.cursor,
              "the cursor continues from its position, on another instance too");
  bench.outcome(bench.store().list(bench.call(), "plans", {{"status", status}}, "no cursor", 3), Outcome::invalid,
                "a cursor that is none");
}

void continues_after_the_key_of_any_row(StoreBench& bench) {
  auto const status = bench.name("lst4key");
  for (int i = 0; i < 5; ++i) bench.plan(bench.name("k" + std::to_string(i)), status);
  auto const all = whole_list(bench, "plans", {{"status", status}}, 1000);
  if (!bench.check(all.size() == 5, "all rows are listed")) return;
  auto const from = [&](std::string const& position) {
    return bench.store().list(bench.call(), "plans", {{"status", status}}, position, 100);
  };
  auto const middle = from(list_position(all[2].created_ms, all[2].id));
  bench.check(middle && middle.value.rows.size() == 2 && middle.value.rows.front().id == all[3].id,
              "a list goes on after the key of a row");
  auto const before = from(list_position(all[0].created_ms, ""));
  bench.check(before && before.value.rows.size() == 5, "a list begins at a time");
  auto const behind = from(list_position(all[4].created_ms + 1, ""));
  bench.check(behind && behind.value.rows.empty(), "nothing follows after the last time");
}

void refuses_limits_out_of_range(StoreBench& bench) {
  auto const status = bench.name("lst5");
  for (int i = 0; i < 4; ++i) bench.plan(bench.name("p" + std::to_string(i)), status);
  for (std::size_t const limit : {std::size_t{0}, std::size_t{1001}})
    bench.outcome(bench.store().list(bench.call(), "plans", {{"status", status}}, std::nullopt, limit),
                  Outcome::invalid, "limit " + std::to_string(limit));
  auto const exact = bench.store().list(bench.call(), "plans", {{"status", status}}, std::nullopt, 4);
  bench.check(exact && exact.value.rows.size() == 4 && !exact.value.cursor, "a full last page is known to be the last");
}

void lists_by_index_columns_only(StoreBench& bench) {
  auto const key = bench.name("lst6");
  auto const count = [&](std::string_view table, Values const& where) {
    return bench.store().count(bench.call(), table, where);
  };
  bench.store().insert(bench.call(), "messages", key, {{"topic", key}, {"status", "enqueued"}}, random_id());
  bench.store().insert(bench.call(), "country_latency", key, {{"country_name", key}}, random_id());
  bench.store().insert(bench.call(), "order_locks_history", key, {{"conflict_id", key}}, random_id());
  for (auto const& [table, where] :
       std::vector<std::pair<std::string, Values>>{{"messages", {{"topic", key}, {"status", "enqueued"}}},
                                                   {"country_latency", {{"country_name", key}}},
                                                   {"order_locks_history", {{"conflict_id", key}}}}) {
    auto const page = bench.store().list(bench.call(), table, where, std::nullopt, 10);
    bench.check(page && page.value.rows.size() == 1 && page.value.rows.front().id == key,
                table + " is listed by its index");
    bench.check(count(table, where).value == 1, table + " is counted by its index");
  }
  bench.outcome(count("plans", {{"name", "x"}}), Outcome::invalid, "a column without index");
  bench.outcome(count("messages", {{"topic", key}}), Outcome::invalid, "half of an index");
  bench.outcome(count("groups", {{"group", "x"}}), Outcome::invalid, "a table without index");
}

void listing_does_not_slow_down_with_finished_rows(StoreBench& bench) {
  auto const waiting = bench.name("waiting");
  for (int i = 0; i < 10; ++i) bench.plan(bench.name("w" + std::to_string(i)), waiting);
  auto const time = [&] {
    auto best = Duration::max();
    for (int i = 0; i < 50; ++i) {
      auto const start = bench.clock().now();
      auto const page = bench.store().list(bench.call(), "plans", {{"status", waiting}}, std::nullopt, 100);
      best = std::min(best, bench.clock().now() - start);
      bench.check(page && page.value.rows.size() == 10, "ten rows are waiting");
    }
    return std::chrono::duration<double, std::micro>(best).count();
  };
  int made = 0;
  auto const finish = [&](int count) {
    bench.clients(bench.threads(), [&](unsigned number, Store& store) {
      for (int i = 0; i < count / static_cast<int>(bench.threads()); ++i)
        store.insert(bench.call(), "plans",
                     bench.name("f" + std::to_string(made) + "-" + std::to_string(number) + "-" + std::to_string(i)),
                     {{"status", "done"}}, random_id(), Durability::relaxed);
    });
    ++made;
  };
  finish(bench.rounds(1000, 40));
  auto const few = time();
  finish(bench.rounds(100'000, 4000));
  auto const many = time();
  bench.check(many <= 3 * few + 100,
              "the list takes " + std::to_string(many) + " us instead of " + std::to_string(few));
}

void lists_carry_no_documents(StoreBench& bench) {
  auto const id = bench.name("lst8"), status = bench.name("status8");
  auto const generation = bench.store().put_blob(bench.call(), {"plans", id, "template"}, std::string(100'000, 'x'));
  bench.plan(id, status, {{"template", generation.value}});
  auto const page = bench.store().list(bench.call(), "plans", {{"status", status}}, std::nullopt, 10);
  bench.check(page && page.value.rows.size() == 1 && page.value.rows.front().text("template") == generation.value,
              "a list shows the reference of a document");
}

void indexes_statuses_with_blanks(StoreBench& bench) {
  for (auto const* const status : {"not found", "waiting spinup"}) {
    auto const id = bench.name(status);
    bench.plan(id, status);
    auto const rows = whole_list(bench, "plans", {{"status", status}}, 1000);
    bench.check(std::any_of(rows.begin(), rows.end(), [&](Row const& row) { return row.id == id; }),
                std::string("a plan '") + status + "' is listed");
  }
}

void hides_the_health_row(StoreBench& bench) {
  auto const status = bench.name("lst10");
  auto made = bench.store().insert(bench.call(), "plans", checks::health_row, {{"status", status}}, random_id());
  if (made.outcome == Outcome::exists && made.row)
    made = bench.store().update(bench.call(), "plans", checks::health_row, {{"status", status}}, at(made.row->version),
                                random_id());
  bench.outcome(made, Outcome::ok, "writing the health row");
  bench.check(bench.row("plans", checks::health_row).text("status") == status, "get returns the health row");
  bench.check(whole_list(bench, "plans", {{"status", status}}, 10).empty(), "it is in no list of its status");
  for (auto const& row : whole_list(bench, "plans", {}, 1000))
    bench.check(row.id != checks::health_row, "it is not in the list of all");
  bench.check(bench.store().count(bench.call(), "plans", {{"status", status}}).value == 0, "it is not counted");
}

}  // namespace

std::vector<StoreRule> list_rules() {
  return {{"LST-1", "a list holds exactly the rows of its status, in order", strong_list,
           lists_exactly_the_rows_of_a_status},
          {"LST-2", "a row moves between lists at once", strong_list, moves_rows_between_lists_at_once},
          {"LST-3", "pages return each row once while others change", strong_list, pages_return_each_row_once},
          {"LST-4", "a cursor outlives its row", strong_list, continues_after_the_row_of_the_cursor_is_gone},
          {"LST-4", "the key of a row is a position, too", strong_list, continues_after_the_key_of_any_row},
          {"LST-5", "limits are checked and the last page is known", strong_list, refuses_limits_out_of_range},
          {"LST-6", "lists are by index columns only", strong_list, lists_by_index_columns_only},
          {"LST-7", "finished rows do not slow down the list of waiting ones", strong_list,
           listing_does_not_slow_down_with_finished_rows},
          {"LST-8", "lists carry references, not documents", strong_list, lists_carry_no_documents},
          {"LST-9", "statuses with blanks are indexed", strong_list, indexes_statuses_with_blanks},
          {"LST-10", "the health row is in no list", strong_list, hides_the_health_row}};
}

}  // namespace conductor::sdk::conformance
