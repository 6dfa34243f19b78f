// BLB-1, BLB-3, BLB-4, BLB-5: documents, whole or gone; DOC-1: together with their row.
#include "bench.hpp"
#include "conductor/sdk/store_writes.hpp"

#include <atomic>

namespace conductor::sdk::conformance {

namespace {

std::string noise(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; i += 8) {
    auto word = random();
    for (std::size_t j = i; j < std::min(size, i + 8); ++j, word >>= 8U) bytes[j] = static_cast<char>(word & 0xFFU);
  }
  return bytes;
}

void stores_documents_of_every_size(StoreBench& bench) {
  auto const limit = bench.store().info().max_blob_bytes;
  bench.check(limit >= std::size_t{64} << 20U, "documents of 64 MiB are allowed");
  std::vector<std::size_t> sizes{0,         1,        64U << 10U, (256U << 10U) - 1, 256U << 10U, (256U << 10U) + 1,
                                 1U << 20U, 8U << 20U};
  if (bench.setup().scale >= 0.05) sizes.push_back(limit);
  for (auto const size : sizes) {
    BlobKey const key{"plans", bench.name("blb1-" + std::to_string(size)), "template"};
    auto const bytes = noise(size, size);
    auto const put = bench.store().put_blob(bench.call(std::chrono::seconds(60)), key, bytes);
    if (!bench.outcome(put, Outcome::ok, "a document of " + std::to_string(size) + " bytes")) continue;
    auto const got = bench.store(1).get_blob(bench.call(std::chrono::seconds(60)), key, put.value);
    bench.check(got && got.value == bytes, "a document of " + std::to_string(size) + " bytes comes back equal");
  }
  BlobKey const key{"plans", bench.name("blb1"), "template"};
  bench.outcome(bench.store().put_blob(bench.call(), key, std::string(limit + 1, 'x')), Outcome::too_large,
                "a document one byte above the limit");
  bench.outcome(bench.store().put_blob(bench.call(), {"plans", "x", "name"}, "x"), Outcome::invalid,
                "a document in a column that holds none");
  bench.outcome(bench.store().get_blob(bench.call(), key, random_id()), Outcome::not_found,
                "a generation that never was");
}

void gives_old_documents_whole_or_not_at_all(StoreBench& bench) {
  BlobKey const key{"plans", bench.name("blb3"), "solution"};
  std::size_t const size = 600'000;
  auto const document = [&](int round) { return std::string(size, static_cast<char>('a' + round % 26)); };
  auto put = bench.store().put_blob(bench.call(), key, document(0), Durability::relaxed);
  auto version = bench.plan(key.id, "solved", {{"solution", put.value}}).version;
  std::atomic<bool> over = false;
  bench.clients(2, [&](unsigned number, Store& store) {
    for (int i = 1; number == 0 && i < bench.rounds(200, 10); ++i) {
      auto const next = store.put_blob(bench.call(), key, document(i), Durability::relaxed);
      version = store
                    .update(bench.call(), "plans", key.id, {{"solution", next.value}}, at(version), random_id(),
                            Durability::relaxed)
                    .version;
      store.sweep_blobs(bench.call(), std::chrono::milliseconds(0), 1000);
    }
    if (number == 0) over = true;
    while (!over) {
      auto const row = store.get(bench.call(), "plans", key.id);
      if (!bench.check(static_cast<bool>(row), "the row can be read")) return;
      auto const read = store.get_blob(bench.call(), key, row.value.text("solution"));
      bool const whole =
          read && read.value.size() == size && read.value.find_first_not_of(read.value[0]) == std::string::npos;
      bench.check(whole || read.outcome == Outcome::not_found,
                  "a reader gets a document whole or a defined 'gone', not " + std::string(to_string(read.outcome)));
    }
  });
}

void frees_what_no_row_refers_to(StoreBench& bench) {
  BlobKey const key{"plans", bench.name("blb4"), "template"}, orphan{"plans", bench.name("orphan"), "template"};
  auto const old = bench.store().put_blob(bench.call(), key, "old");
  auto const current = bench.store().put_blob(bench.call(), key, "current");
  auto const lost = bench.store().put_blob(bench.call(), orphan, "lost");
  auto version = bench.plan(key.id, "template", {{"template", old.value}}).version;
  version = bench.store()
                .update(bench.call(), "plans", key.id, {{"template", current.value}}, at(version), random_id())
                .version;
  bench.outcome(bench.store().sweep_blobs(bench.call(), std::chrono::hours(1), 1000), Outcome::ok,
                "a sweep of old ones");
  bench.outcome(bench.store().get_blob(bench.call(), key, old.value), Outcome::ok, "what is younger than the age");
  bench.clock().sleep_for(std::chrono::milliseconds(5), {});
  bench.outcome(bench.store().sweep_blobs(bench.call(), std::chrono::milliseconds(0), 1000), Outcome::ok,
                "a sweep of all");
  bench.outcome(bench.store().get_blob(bench.call(), key, old.value), Outcome::not_found, "a replaced document");
  bench.outcome(bench.store().get_blob(bench.call(), orphan, lost.value), Outcome::not_found, "an orphan");
  bench.outcome(bench.store().get_blob(bench.call(), key, current.value), Outcome::ok, "the current document");
  bench.store().remove(bench.call(), "plans", key.id, at(version), random_id());
  bench.clock().sleep_for(std::chrono::milliseconds(5), {});
  bench.store().sweep_blobs(bench.call(), std::chrono::milliseconds(0), 1000);
  bench.outcome(bench.store().get_blob(bench.call(), key, current.value), Outcome::not_found,
                "a removed row's document");
}

void reports_damage(StoreBench& bench) {
  BlobKey const key{"plans", bench.name("blb5"), "template"};
  auto const put = bench.store().put_blob(bench.call(), key, noise(700'000, 5));
  bench.plan(key.id, "template", {{"template", put.value}});
  bench.setup().damage_blob(key, put.value);
  bench.outcome(bench.store().get_blob(bench.call(), key, put.value), Outcome::corrupt, "a damaged document");
}

void writes_rows_with_their_documents(StoreBench& bench) {
  auto& writes = dynamic_cast<DocumentWrites&>(bench.store());
  bench.check(writes.writes_documents(), "a store that claims document_writes may be asked to");
  auto const id = bench.name("doc1");
  std::vector<DocumentPut> const first{{{"plans", id, "template"}, random_id(), noise(70'000, 1)},
                                       {{"plans", id, "extras"}, random_id(), ""}};
  Mutation insert{Mutation::Kind::insert, "plans", id, {{"status", "template"}}, {}};
  for (auto const& put : first) insert.values[put.key.kind] = put.generation;
  auto const op = random_id();
  auto const made = writes.write_with_documents(bench.call(), insert, first, op, Durability::full);
  bench.outcome(made, Outcome::ok, "an insert with documents");
  bench.check(writes.write_with_documents(bench.call(), insert, first, op, Durability::full).version == made.version,
              "the same operation again gives the same answer");
  Mutation update{Mutation::Kind::update, "plans", id, {{"status", "translated"}}, having({{"status", "solving"}})};
  std::vector<DocumentPut> const second{{{"plans", id, "translation"}, random_id(), "translated"}};
  update.values["translation"] = second.front().generation;
  auto const write = [&] {
    return writes.write_with_documents(bench.call(), update, second, random_id(), Durability::relaxed);
  };
  bench.outcome(write(), Outcome::conflict, "an update whose expectation does not hold");
  bench.outcome(bench.store(1).get_blob(bench.call(), second.front().key, second.front().generation),
                Outcome::not_found, "the document of a refused update");
  update.expect = at(made.version);
  bench.outcome(write(), Outcome::ok, "an update with a document");
  bench.clock().sleep_for(std::chrono::milliseconds(5), {});
  bench.store(1).sweep_blobs(bench.call(), std::chrono::milliseconds(0), 1000);
  for (auto const* puts : {&first, &second})
    for (auto const& put : *puts) {
      auto const read = bench.store(1).get_blob(bench.call(), put.key, put.generation);
      bench.check(read && read.value == put.bytes, put.key.kind + " comes back equal after a sweep");
    }
  update.kind = Mutation::Kind::remove;
  bench.outcome(write(), Outcome::invalid, "a removal with documents");
}

}  // namespace

std::vector<StoreRule> blob_rules() {
  return {{"BLB-1", "documents of every size come back equal", 0, stores_documents_of_every_size},
          {"BLB-3", "old documents are whole or gone", 0, gives_old_documents_whole_or_not_at_all},
          {"BLB-4", "documents without a row are freed, after their age", 0, frees_what_no_row_refers_to},
          {"BLB-5", "damage is reported, never returned", 0, reports_damage},
          {"DOC-1", "a row and its documents are written together or not at all", document_writes,
           writes_rows_with_their_documents}};
}

}  // namespace conductor::sdk::conformance
