// STR-2, and LST-1 as every store keeps it: lists that may lag are exact once nobody writes.
#include "bench.hpp"

#include <algorithm>
#include <atomic>

namespace conductor::sdk::conformance {

namespace {

void mixes_no_versions(StoreBench& bench) {
  auto const id = bench.name("str2");
  auto version = bench.plan(id, "template", {{"name", "0"}, {"message", "0"}}).version;
  std::atomic<bool> over = false;
  bench.clients(3, [&](unsigned number, Store& store) {
    for (int i = 1; number == 0 && i <= bench.rounds(1000, 30); ++i) {
      auto const text = std::to_string(i);
      auto const written = store.update(bench.call(), "plans", id, {{"name", text}, {"message", text}}, at(version),
                                        random_id(), Durability::relaxed);
      if (!bench.outcome(written, Outcome::ok, "the update")) break;
      version = written.version;
    }
    if (number == 0) over = true;
    while (!over) {
      auto const read = store.get(bench.call(), "plans", id, Strength::relaxed);
      if (!bench.check(static_cast<bool>(read), "the row can be read: " + read.text)) return;
      bench.check(read.value.text("name") == read.value.text("message"), "no row mixes columns of two versions");
      bench.check(read.value.version.number == std::stoll(read.value.text("name")) + 1,
                  "the version is that of the columns");
    }
  });
}

std::vector<std::string> listed(StoreBench& bench, Values const& where) {
  std::vector<std::string> ids;
  std::optional<std::string> after;
  do {
    auto const page = bench.store(1).list(bench.call(), "plans", where, after, 7);
    if (!bench.outcome(page, Outcome::ok, "a page")) break;
    for (auto const& row : page.value.rows) ids.push_back(row.id);
    after = page.value.cursor;
  } while (after && ids.size() < 1000);
  return ids;
}

void lists_are_exact_when_it_is_quiet(StoreBench& bench) {
  auto const waiting = bench.name("waiting spinup"), other = bench.name("not found");
  std::vector<std::string> left, moved;
  for (int i = 0; i < 20; ++i) {
    auto const id = bench.name("lst1-" + std::to_string(i));
    auto const version = bench.plan(id, waiting).version;
    if (i % 3 == 0) {
      bench.store().update(bench.call(), "plans", id, {{"status", other}}, at(version), random_id());
      moved.push_back(id);
    } else if (i % 3 == 1) {
      bench.store().remove(bench.call(), "plans", id, at(version), random_id());
    } else {
      left.push_back(id);
    }
  }
  // In the order of the creation times; equal times are ordered by id.
  auto const ordered = [&](std::vector<std::string> ids) {
    std::map<std::string, std::int64_t> created;
    for (auto const& id : ids) created[id] = bench.row("plans", id).created_ms;
    std::sort(ids.begin(), ids.end(), [&](auto const& one, auto const& two) {
      return std::pair(created[one], one) < std::pair(created[two], two);
    });
    return ids;
  };
  left = ordered(left);
  moved = ordered(moved);
  auto const five_seconds = std::chrono::seconds(5);
  bench.check(bench.wait_for(
                  [&] {
                    return listed(bench, {{"status", waiting}}) == left;
                  },
                  five_seconds),
              "the list of a status holds exactly its rows, in order, within 5 s");
  bench.check(bench.wait_for(
                  [&] {
                    return listed(bench, {{"status", other}}) == moved;
                  },
                  five_seconds),
              "rows that changed their status are in the list of the new one within 5 s");
  auto const count = bench.store().count(bench.call(), "plans", {{"status", other}});
  bench.check(count && count.value == static_cast<std::int64_t>(moved.size()), "count agrees with the list");
}

}  // namespace

std::vector<StoreRule> reading_rules() {
  return {{"STR-2", "relaxed reads mix no versions", 0, mixes_no_versions},
          {"LST-1-quiet", "lists are exact once nobody writes", 0, lists_are_exact_when_it_is_quiet}};
}

}  // namespace conductor::sdk::conformance
