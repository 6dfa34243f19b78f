// What `conductor store` relies on (StoreMaintenance), and instances that come and go.
#include "bench.hpp"

#include <algorithm>
#include <filesystem>

namespace conductor::sdk::conformance {

namespace {

StoreMaintenance* maintenance_of(StoreBench& bench) {
  auto* const found = dynamic_cast<StoreMaintenance*>(&bench.store());
  bench.check(found != nullptr, "a store that claims maintenance implements StoreMaintenance");
  return found;
}

void imported_rows_keep_their_times(StoreBench& bench) {
  auto* const maintenance = maintenance_of(bench);
  if (maintenance == nullptr) return;
  auto const status = bench.name("imported");
  auto const import = [&](std::string const& id, std::int64_t created, std::string const& op) {
    Row row;
    row.id = id;
    row.created_ms = created;
    row.updated_ms = created + 5;
    row.op = op;
    row.columns = {{"status", status}, {"name", "from elsewhere"}};
    return maintenance->import_row(bench.call(), "plans", row);
  };
  auto const late = bench.name("mnt1-a"), early = bench.name("mnt1-b"), op = random_id();
  auto const first = import(late, 1'000'000, op);
  bench.outcome(first, Outcome::ok, "the import of a row");
  bench.check(first.version.number == 1, "its version begins anew");
  bench.outcome(import(early, 999'999, random_id()), Outcome::ok, "the import of an older row");
  auto const row = bench.row("plans", late);
  bench.check(row.created_ms == 1'000'000 && row.updated_ms == 1'000'005, "it has the times of where it came from");
  bench.check(row.text("name") == "from elsewhere" && row.columns.contains("message"), "its columns are complete");
  auto const in_order = [&] {
    auto const page = bench.store(1).list(bench.call(), "plans", {{"status", status}}, std::nullopt, 10);
    return page.value.rows.size() == 2 && page.value.rows[0].id == early && page.value.rows[1].id == late;
  };
  bench.check(bench.wait_for(in_order, std::chrono::seconds(5)), "lists have it in the order of creation times");
  bench.outcome(import(late, 1'000'000, op), Outcome::ok, "the same import repeated");
  bench.outcome(import(late, 2'000'000, random_id()), Outcome::exists, "the import of another row of that id");
  bench.check(bench.row("plans", late).version == row.version, "and changes nothing");
  bench.outcome(bench.store().update(bench.call(), "plans", late, {{"name", "x"}}, at(row.version), random_id()),
                Outcome::ok, "an update of an imported row");
}

void a_sound_store_verifies(StoreBench& bench) {
  auto* const maintenance = maintenance_of(bench);
  if (maintenance == nullptr) return;
  BlobKey const key{"plans", bench.name("mnt2"), "template"};
  auto const document = bench.store().put_blob(bench.call(), key, std::string(300'000, 'd'));
  auto const version = bench.plan(key.id, "template", {{"template", document.value}}).version;
  auto const replaced = bench.store().put_blob(bench.call(), key, "another");
  bench.store().update(bench.call(), "plans", key.id, {{"template", replaced.value}}, at(version), random_id());
  auto const faults = maintenance->verify(bench.call(std::chrono::seconds(60)));
  bench.outcome(faults, Outcome::ok, "verify");
  for (auto const& fault : faults.value) bench.check(false, "verify finds: " + fault);
}

std::ptrdiff_t open_descriptors() {
  std::error_code ignored;
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd", ignored),
                       std::filesystem::directory_iterator());
}

void instances_leave_nothing_open(StoreBench& bench) {
  auto const cycle = [&] {
    auto const store = bench.setup().open();
    if (!bench.check(store != nullptr, "an instance opens")) return;
    bench.outcome(store->count(bench.call(), "plans", {{"status", bench.name("none")}}), Outcome::ok, "a count");
    store->stop();
  };
  for (int i = 0; i < 3; ++i) cycle();
  auto const before = open_descriptors();
  int const times = bench.rounds(1000, 20);
  for (int i = 0; i < times; ++i) cycle();
  auto const more = open_descriptors() - before;
  bench.check(more < times / 2,
              std::to_string(times) + " instances left " + std::to_string(more) + " file descriptors open");
}

}  // namespace

std::vector<StoreRule> maintenance_rules() {
  return {{"MNT-1", "imported rows keep their times", maintenance, imported_rows_keep_their_times},
          {"MNT-2", "a sound store verifies", maintenance, a_sound_store_verifies},
          {"HYG-4", "instances leave nothing open behind", 0, instances_leave_nothing_open}};
}

}  // namespace conductor::sdk::conformance
