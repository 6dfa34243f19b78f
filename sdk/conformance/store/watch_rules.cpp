// WAT-1 to WAT-5 and WAT-8: events reach who watches, without gaps, or a resync does.
#include "bench.hpp"

#include <algorithm>
#include <atomic>

namespace conductor::sdk::conformance {

namespace {

// What a sink has seen.
class Seen {
 public:
  std::function<void(Event const&)> sink() {
    return [this](Event const& event) {
      std::lock_guard const lock(mutex_);
      events_.push_back(event);
    };
  }
  std::vector<Event> events() const {
    std::lock_guard const lock(mutex_);
    return events_;
  }
  // The latest version seen of a row; -1 when it was removed last, 0 when there was no event.
  std::int64_t latest(std::string_view id) const {
    std::lock_guard const lock(mutex_);
    auto const last =
        std::find_if(events_.rbegin(), events_.rend(), [&](Event const& event) { return event.id == id; });
    if (last == events_.rend()) return 0;
    return last->kind == Event::Kind::remove ? -1 : last->number;
  }
  std::size_t resyncs() const {
    std::lock_guard const lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        events_.begin(), events_.end(), [](Event const& event) { return event.kind == Event::Kind::resync; }));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

std::string now(StoreBench& bench) {
  auto const cursor = bench.store().cursor(bench.call());
  bench.outcome(cursor, Outcome::ok, "cursor");
  return cursor.value;
}

std::unique_ptr<Watch> watch(StoreBench& bench, std::string const& from, std::function<void(Event const&)> sink,
                             std::vector<std::string> tables = {"plans"}, std::size_t instance = 0) {
  auto handle = bench.store(instance).watch(bench.call(), {std::move(tables)}, from, std::move(sink));
  bench.outcome(handle, Outcome::ok, "watch");
  return std::move(handle.value);
}

void tells_of_every_mutation(StoreBench& bench) {
  Seen here, elsewhere, messages;
  auto const cursor = now(bench);
  auto const first = watch(bench, cursor, here.sink());
  auto const second = watch(bench, cursor, elsewhere.sink(), {"plans"}, 1);
  auto const third = watch(bench, cursor, messages.sink(), {"messages"});
  auto const id = bench.name("wat1"), gone = bench.name("gone");
  auto version = bench.plan(id, "template").version;
  for (int i = 0; i < 20; ++i)
    version = bench.store()
                  .update(bench.call(), "plans", id, {{"message", std::to_string(i)}}, at(version), random_id(),
                          Durability::relaxed)
                  .version;
  auto const removed = bench.plan(gone, "template").version;
  bench.store().remove(bench.call(), "plans", gone, at(removed), random_id());
  for (auto* const seen : {&here, &elsewhere}) {
    bench.check(bench.wait_for([&] { return seen->latest(id) == version.number && seen->latest(gone) == -1; }),
                "the last version of a row and the removal of another are told, on another instance too");
    std::int64_t last = 0;
    for (auto const& event : seen->events()) {
      if (event.id != id) continue;
      bench.check(event.number >= last, "events of a row come in the order of its versions (WAT-2)");
      last = event.number;
    }
  }
  for (auto const& event : messages.events()) bench.check(event.table == "messages", "the filter holds");
}

void list_and_watch_have_no_gap(StoreBench& bench) {
  std::atomic<int> made = 0;
  int const each = bench.rounds(2500, 100);
  Seen seen;
  std::unique_ptr<Watch> handle;
  std::vector<std::string> listed;
  bench.clients(5, [&](unsigned number, Store& store) {
    if (number == 4) {
      while (made < each) bench.clock().sleep_for(std::chrono::milliseconds(1), {});
      auto const cursor = now(bench);
      std::optional<std::string> after;
      do {
        auto const page = store.list(bench.call(), "plans", {}, after, 1000);
        if (!bench.outcome(page, Outcome::ok, "list")) return;
        for (auto const& row : page.value.rows) listed.push_back(row.id);
        after = page.value.cursor;
      } while (after);
      handle = watch(bench, cursor, seen.sink());
      return;
    }
    for (int i = 0; i < each; ++i, ++made)
      store.insert(bench.call(), "plans", bench.name(std::to_string(number) + "-" + std::to_string(i)), {}, random_id(),
                   Durability::relaxed);
  });
  std::sort(listed.begin(), listed.end());
  for (int number = 0; number < 4; ++number)
    for (int i = 0; i < each; ++i) {
      auto const id = bench.name(std::to_string(number) + "-" + std::to_string(i));
      if (std::binary_search(listed.begin(), listed.end(), id)) continue;
      if (!bench.check(bench.wait_for([&] { return seen.latest(id) > 0; }, std::chrono::seconds(5)),
                       id + " is listed or told"))
        return;
    }
}

void resumes_from_a_cursor(StoreBench& bench) {
  Seen first;
  auto const before = bench.name("before"), between = bench.name("between"), after = bench.name("after");
  auto handle = watch(bench, now(bench), first.sink());
  bench.plan(before, "template");
  bench.check(bench.wait_for([&] { return first.latest(before) == 1; }), "the first watch sees the first row");
  handle.reset();
  auto const events = first.events();
  if (events.empty()) return;
  bench.plan(between, "template");
  bench.check(first.latest(between) == 0, "a destroyed watch calls its sink no more");
  Seen second;
  // Another instance: as after a restart.
  handle = watch(bench, events.back().cursor, second.sink(), {"plans"}, 2);
  bench.plan(after, "template");
  bench.check(bench.wait_for([&] { return second.latest(after) == 1; }), "the resumed watch goes on");
  bench.check(second.latest(between) == 1, "nothing was missed in between");
}

void answers_a_foreign_cursor_with_resync(StoreBench& bench) {
  Seen seen;
  auto const handle = watch(bench, "no cursor of this store", seen.sink());
  bench.check(bench.wait_for([&] { return seen.resyncs() == 1; }), "a cursor that cannot be resumed gives resync");
  auto const id = bench.name("wat5");
  bench.plan(id, "template");
  bench.check(bench.wait_for([&] { return seen.latest(id) == 1; }), "the watch goes on after it");
  auto const events = seen.events();
  if (!events.empty()) bench.check(!events.front().cursor.empty(), "the resync brings a cursor");
}

void slow_sinks_hold_up_nobody(StoreBench& bench) {
  Seen quick, slow;
  std::atomic<bool> blocked = true, entered = false;
  auto const cursor = now(bench);
  auto const record = slow.sink();
  auto slow_watch = watch(bench, cursor, [&](Event const& event) {
    entered = true;
    while (blocked) bench.clock().sleep_for(std::chrono::milliseconds(1), {});
    record(event);
  });
  auto const quick_watch = watch(bench, cursor, quick.sink());
  // Enough to overflow what is kept for a sink.
  int const each = 12'000 / static_cast<int>(bench.threads());
  bench.plan(bench.name("first"), "template");
  bench.check(bench.wait_for([&] { return entered.load(); }), "the slow sink is being called");
  bench.clients(bench.threads(), [&](unsigned number, Store& store) {
    for (int i = 0; i < each; ++i)
      store.insert(bench.call(), "plans", bench.name(std::to_string(number) + "-" + std::to_string(i)), {}, random_id(),
                   Durability::relaxed);
  });
  auto const last = bench.name("last");
  bench.plan(last, "template");
  bench.check(bench.wait_for([&] { return quick.latest(last) == 1; }), "the other sink is told all the same");
  blocked = false;
  auto const after = bench.name("after");
  bench.check(bench.wait_for([&] { return slow.resyncs() >= 1 || slow.latest(last) == 1; }),
              "the slow sink gets everything or a resync");
  bench.plan(after, "template");
  bench.check(bench.wait_for([&] { return slow.latest(after) == 1; }), "and goes on after it");
  bench.check(slow.resyncs() <= 1, "one overflow gives one resync, not " + std::to_string(slow.resyncs()));
}

}  // namespace

std::vector<StoreRule> watch_rules() {
  return {{"WAT-1", "every mutation is told, in the order of each row's versions (WAT-2)", 0, tells_of_every_mutation},
          {"WAT-3", "list and watch have no gap", 0, list_and_watch_have_no_gap},
          {"WAT-4", "a watch resumes from a cursor", 0, resumes_from_a_cursor},
          {"WAT-5", "a cursor that cannot be resumed gives resync", 0, answers_a_foreign_cursor_with_resync},
          {"WAT-8", "a slow sink holds up nobody and gets one resync", native_watch, slow_sinks_hold_up_nobody}};
}

}  // namespace conductor::sdk::conformance
