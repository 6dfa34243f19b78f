// STM-1 and STM-2: the change stamp never stands still over a change, whichever process made it, and stands still else.
#include "bench.hpp"

namespace conductor::sdk::conformance {

namespace {

ChangeStamp& stamp_of(StoreBench& bench) { return dynamic_cast<ChangeStamp&>(bench.store()); }

void stamps_change_with_every_mutation(StoreBench& bench) {
  auto& stamp = stamp_of(bench);
  auto const id = bench.name("stamp");
  auto before = stamp.stamp();
  bench.check(before.has_value(), "an idle store knows its stamp");
  auto const changed = [&](std::string const& by) {
    auto const now = stamp.stamp();
    bench.check(now.has_value() && now != before, "the stamp is another one after " + by + " (STM-1)");
    before = now;
  };
  // By another instance, as another process would.
  auto& other = bench.store(1);
  auto const made = other.insert(bench.call(), "plans", id, {{"status", "solved"}}, random_id());
  bench.outcome(made, Outcome::ok, "the insert");
  changed("an insert of another instance");
  auto const set =
      other.update(bench.call(), "plans", id, {{"status", "done"}}, at(made.version), random_id(), Durability::relaxed);
  bench.outcome(set, Outcome::ok, "the update");
  changed("a relaxed update of another instance");
  bench.outcome(bench.store().remove(bench.call(), "plans", id, at(set.version), random_id()), Outcome::ok,
                "the removal");
  changed("a removal of its own");
}

void stamps_stand_still_while_nothing_changes(StoreBench& bench) {
  auto& stamp = stamp_of(bench);
  auto const id = bench.name("still");
  auto const made = bench.plan(id, "solved");
  auto const before = stamp.stamp();
  bench.check(bench.row("plans", id).version == made.version, "the row can be read");
  auto const refused = bench.store(1).update(bench.call(), "plans", id, {{"status", "done"}},
                                             having({{"status", "other"}}), random_id());
  bench.outcome(refused, Outcome::conflict, "a refused update");
  bench.check(stamp.stamp() == before, "readings and refusals leave the stamp as it is (STM-2)");
}

}  // namespace

std::vector<StoreRule> stamp_rules() {
  return {{"STM-1", "the stamp is another one after every mutation", change_stamp, stamps_change_with_every_mutation},
          {"STM-2", "the stamp stands still while nothing changes", change_stamp,
           stamps_stand_still_while_nothing_changes}};
}

}  // namespace conductor::sdk::conformance
