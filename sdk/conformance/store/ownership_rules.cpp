// OWN-1 to OWN-9, as far as they concern the store and claims.hpp: workers, claims, take-over. Who is dead is judged in
// core; the suite plays the observer.
#include "bench.hpp"

#include <algorithm>
#include <atomic>

namespace conductor::sdk::conformance {

namespace {

std::optional<WorkerInfo> find_worker(StoreBench& bench, std::string const& id, std::size_t instance = 1) {
  auto const workers = bench.store(instance).workers(bench.call());
  bench.outcome(workers, Outcome::ok, "workers");
  auto const found =
      std::find_if(workers.value.begin(), workers.value.end(), [&](auto const& worker) { return worker.id == id; });
  return found == workers.value.end() ? std::nullopt : std::optional(*found);
}

WorkerInfo worker(StoreBench& bench, std::string const& name) {
  return {bench.name(name), 0, 30'000, {{"role", "solver"}, {"host", "h"}}};
}

void keeps_worker_ids_apart(StoreBench& bench) {
  auto const one = worker(bench, "own1");
  bench.outcome(bench.store().worker_register(bench.call(), one), Outcome::ok, "the registration");
  auto const again = bench.store(1).worker_register(bench.call(), one);
  bench.check(again.outcome == Outcome::exists || again.outcome == Outcome::conflict,
              "a second worker of the same id is refused, not " + std::string(to_string(again.outcome)));
  bench.store().worker_close(bench.call(), one.id);
}

void shows_progress_while_beats_succeed(StoreBench& bench) {
  auto const one = worker(bench, "own2");
  bench.store().worker_register(bench.call(), one);
  auto const first = find_worker(bench, one.id);
  if (!bench.check(first && first->ttl_ms == one.ttl_ms && first->info == one.info, "observers see who registered"))
    return;
  for (int i = 0; i < 3; ++i) bench.outcome(bench.store().worker_beat(bench.call(), one.id), Outcome::ok, "a beat");
  auto const later = find_worker(bench, one.id);
  bench.check(later && later->seq == first->seq + 3, "every beat shows as progress to observers");
  bench.outcome(bench.store().worker_close(bench.call(), one.id), Outcome::ok, "the close");
  bench.check(!find_worker(bench, one.id), "a closed worker is listed no more");
}

void tells_a_worker_that_it_is_dead(StoreBench& bench) {
  auto const one = worker(bench, "own3");
  bench.store().worker_register(bench.call(), one);
  bench.outcome(bench.store(1).worker_close(bench.call(), one.id), Outcome::ok, "the observer's sweep");
  bench.outcome(bench.store().worker_beat(bench.call(), one.id), Outcome::conflict, "a beat of who was swept");
}

void takes_over_each_claim_once(StoreBench& bench) {
  auto const status = bench.name("solving");
  for (int i = 0; i < 50; ++i) {
    auto const id = bench.name("own4-" + std::to_string(i));
    bench.plan(id, "translated");
    claim(bench.store(), bench.call(), bench.row("plans", id), {"plans", "translated", status, {}},
          claim_token("dead"));
  }
  std::mutex mutex;
  std::map<std::string, int> taken;
  bench.clients(bench.threads(), [&](unsigned number, Store& store) {
    auto const page = store.list(bench.call(), "plans", {{"status", status}}, std::nullopt, 1000);
    for (auto const& row : page.value.rows) {
      if (claim_owner(row.text("claim")) != "dead") continue;
      auto const token = claim_token("heir-" + std::to_string(number));
      if (!takeover(store, bench.call(), row, {"plans", status, status, {}}, token)) continue;
      std::lock_guard const lock(mutex);
      ++taken[row.id];
    }
  });
  bench.check(taken.size() == 50, "all 50 claims were taken over, not " + std::to_string(taken.size()));
  for (auto const& [id, times] : taken)
    bench.check(times == 1, id + " was taken over " + std::to_string(times) + " times");
}

void refuses_take_over_after_progress(StoreBench& bench) {
  auto const id = bench.name("own5");
  bench.plan(id, "translated");
  auto const token = claim_token("alive");
  claim(bench.store(), bench.call(), bench.row("plans", id), {"plans", "translated", "solving", {}}, token);
  auto const seen = bench.row("plans", id);
  Expect expect;
  expect.claim = token;
  bench.outcome(bench.store().update(bench.call(), "plans", id, {{"message", "step 1"}}, expect, random_id()),
                Outcome::ok, "a step of the owner");
  bench.outcome(takeover(bench.store(1), bench.call(), seen, {"plans", "solving", "solving", {}}, claim_token("heir")),
                Outcome::conflict, "a take-over of a row that has moved on");
  bench.outcome(complete(bench.store(), bench.call(), id, {"plans", "solving", "solved", {}}, token), Outcome::ok,
                "the owner's completion");
}

void gives_every_owner_a_higher_number(StoreBench& bench) {
  auto const id = bench.name("own9");
  bench.plan(id, "translated");
  ClaimStep const take{"plans", "translated", "solving", {{"solver_counter", std::int64_t{1}}}};
  auto const first = claim_token("a");
  claim(bench.store(), bench.call(), bench.row("plans", id), take, first);
  auto row = bench.row("plans", id);
  bench.check(row.integer("fencing") == 1 && row.integer("solver_counter") == 1 && row.text("claim") == first,
              "a claim is recorded with token, counter and fencing");
  takeover(bench.store(), bench.call(), row, {"plans", "solving", "solving", {}}, claim_token("b"));
  row = bench.row("plans", id);
  bench.check(row.integer("fencing") == 2 && row.integer("solver_counter") == 1,
              "a take-over raises fencing and not the counter");
  bench.check(claim_token("a") != claim_token("a"), "every claim has a fresh nonce");
}

}  // namespace

std::vector<StoreRule> ownership_rules() {
  return {{"OWN-1", "worker ids are unique", 0, keeps_worker_ids_apart},
          {"OWN-2", "beats show as progress", 0, shows_progress_while_beats_succeed},
          {"OWN-3", "a worker that was swept learns it by its beat", 0, tells_a_worker_that_it_is_dead},
          {"OWN-4", "each claim of the dead is taken over once", strong_list, takes_over_each_claim_once},
          {"OWN-5", "a row that has moved on is not taken over", 0, refuses_take_over_after_progress},
          {"OWN-9", "owners are numbered", 0, gives_every_owner_a_higher_number}};
}

}  // namespace conductor::sdk::conformance
