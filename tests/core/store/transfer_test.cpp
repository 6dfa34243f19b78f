// Backups, copies from store to store, and the check of a whole store.
#include "core/store/archive.hpp"
#include "core/store/document.hpp"
#include "core/store/examine.hpp"
#include "core/store/export.hpp"
#include "core/store/import.hpp"
#include "core/store/unfinished.hpp"
#include "core/work/lock_file.hpp"
#include "tests/core/store/test_world.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <sys/stat.h>

using namespace conductor;
using store::Entries;

namespace {

struct Place {
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  plugins::memory::MemoryStore memory{host, tests::World::settings()};

  sdk::Call call() { return test::call_of(host.clock()); }
  void put(std::string_view table, std::string const& id, sdk::Values columns,
           std::map<std::string, std::string> const& documents = {}) {
    for (auto const& [column, bytes] : documents) {
      auto const put = memory.put_blob(call(), {std::string(table), id, column}, bytes, sdk::Durability::full);
      BOOST_REQUIRE(static_cast<bool>(put));
      columns[column] = put.value;
    }
    auto const written = memory.insert(call(), table, id, columns, sdk::random_id(), sdk::Durability::full);
    BOOST_REQUIRE_MESSAGE(written, written.text);
  }
  void plan(std::string const& id, std::string const& status, std::string const& claim = "") {
    auto const text = store::encode_document(boost::json::object{{"template", id}});
    std::map<std::string, std::string> documents{{"template", text}};
    if (status == "done") documents["solution"] = text;
    put("plans", id, {{"status", status}, {"claim", claim}}, documents);
  }
  sdk::Row row(std::string_view table, std::string_view id) {
    return memory.get(call(), table, id, sdk::Strength::strong).value;
  }
  std::int64_t rows(std::string_view table) { return memory.count(call(), table, {}).value; }
  void remove(std::string_view id) {
    sdk::Expect expect;
    expect.version = row("plans", id).version;
    BOOST_REQUIRE(
        static_cast<bool>(memory.remove(call(), "plans", id, expect, sdk::random_id(), sdk::Durability::full)));
  }
  store::Importer importer(bool keeps_times = true) {
    return {memory, keeps_times ? &memory : nullptr, host.clock(), {}};
  }
  sdk::Result<store::ExportSummary> pour(store::EntrySink const& sink) {
    return store::export_store(memory, host.clock(), {}, {}, sink);
  }
  std::vector<std::string> findings() {
    auto const result =
        store::examine_store(memory, &memory, host.clock(), {}, {.state_path = host.state_path(), .progress = {}});
    BOOST_REQUIRE(result.has_value());
    std::vector<std::string> texts;
    for (auto const& finding : result->findings)
      texts.push_back((finding.severity == store::Severity::error ? "error " : "warning ") + finding.place + ": " +
                      finding.text);
    return texts;
  }
};

// A bit of everything that a value can be.
void fill(Place& place) {
  for (int i = 0; i < 250; ++i) place.plan("p" + std::to_string(i), i % 2 == 0 ? "done" : "template");
  place.put("order_locks", "a/b, c: \"d\"",
            {{"plans", sdk::TextMap{{"p1", "x,y:\"z\""}, {"", "{}"}}},
             {"is_spinup_completed", true},
             {"spinup_completed_timestamp", INT64_MIN}});
  place.put("country_latency", "se", {{"country_name", "Sweden \xF0\x9F\x87\xB8"}, {"groups", sdk::TextList{"", "b"}}});
  place.put("meta", "latency", {{"value", "7"}});
  place.put("meta", "installation", {{"value", "own"}});
  place.put("workers", "w", {{"seq", std::int64_t{1}}});
  place.put("messages", "m", {{"topic", "data"}});
}

sdk::Result<void> save(Place& place, std::filesystem::path const& file, bool replace = false) {
  auto writer = store::ArchiveWriter::create(file, {"memory", sdk::store_schema_version, 1, "id"}, replace);
  if (!writer) return writer.error();
  auto const summary = place.pour([&](Entries const& entries) { return (*writer)->add(entries); });
  if (!summary) return summary.error();
  return (*writer)->finish(summary->settled);
}

sdk::Result<store::ArchiveRead> load(std::filesystem::path const& file, store::EntrySink const& sink) {
  return store::read_archive(
      file, [](auto const&) { return sdk::Result<void>(); }, sink);
}

std::string damage_of(std::filesystem::path const& file) {
  auto const read = load(file, [](auto const&) { return sdk::Result<void>(); });
  return read ? std::string() : read.error().text;
}

bool mentions(std::vector<std::string> const& texts, std::string_view what) {
  for (auto const& text : texts)
    if (text.find(what) != std::string::npos) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer)

BOOST_AUTO_TEST_CASE(a_copy_says_the_same_and_leaves_out_what_belongs_to_processes) {
  Place from, to;
  fill(from);
  to.put("meta", "installation", {{"value", "another"}});
  auto importer = to.importer();
  auto const copied = from.pour([&](Entries entries) { return importer.take(std::move(entries)); });
  BOOST_REQUIRE(copied.has_value());
  BOOST_TEST(copied->settled);
  BOOST_TEST(importer.summary().written == 253);
  auto const one = from.row("plans", "p4"), other = to.row("plans", "p4");
  BOOST_TEST(one.created_ms == other.created_ms);
  BOOST_TEST(one.updated_ms == other.updated_ms);
  BOOST_TEST((from.row("order_locks", "a/b, c: \"d\"").columns == to.row("order_locks", "a/b, c: \"d\"").columns));
  BOOST_TEST(to.memory.get_blob(to.call(), {"plans", "p4", "solution"}, other.text("solution")).value ==
             store::encode_document(boost::json::object{{"template", "p4"}}));
  BOOST_TEST(to.rows("workers") == 0);
  BOOST_TEST(to.rows("messages") == 0);
  BOOST_TEST(to.row("meta", "installation").text("value") == "another");
  BOOST_TEST(to.row("meta", "latency").text("value") == "7");
}

BOOST_AUTO_TEST_CASE(a_copy_that_was_interrupted_is_finished_by_doing_it_again) {
  Place from, to;
  fill(from);
  auto first = to.importer();
  int batches = 0;
  auto const broken = from.pour([&](Entries entries) -> sdk::Result<void> {
    if (++batches == 2) return sdk::Error{sdk::Errc::unavailable, "the test pulls the plug"};
    return first.take(std::move(entries));
  });
  BOOST_REQUIRE(!broken.has_value());
  BOOST_TEST(to.rows("plans") == 100);
  auto second = to.importer();
  BOOST_REQUIRE(from.pour([&](Entries entries) { return second.take(std::move(entries)); }).has_value());
  BOOST_TEST(second.summary().present == 100);
  BOOST_TEST(second.summary().written == 153);
  BOOST_TEST(second.summary().replaced == 0);
  BOOST_TEST(from.pour([&](Entries const& entries) { return second.compare(entries); }).has_value());
}

BOOST_AUTO_TEST_CASE(the_comparison_finds_a_row_and_a_document_that_differ) {
  Place from, to;
  from.plan("p", "done");
  auto importer = to.importer();
  BOOST_REQUIRE(from.pour([&](Entries entries) { return importer.take(std::move(entries)); }).has_value());
  auto const compare = [&] { return from.pour([&](Entries const& entries) { return importer.compare(entries); }); };
  BOOST_TEST(compare().has_value());
  auto const blob = to.memory.put_blob(to.call(), {"plans", "p", "solution"}, "other bytes", sdk::Durability::full);
  auto row = from.row("plans", "p");
  to.remove("p");
  BOOST_TEST(!compare().has_value());
  row.columns["template"] =
      to.memory
          .put_blob(to.call(), {"plans", "p", "template"},
                    store::encode_document(boost::json::object{{"template", "p"}}), sdk::Durability::full)
          .value;
  row.columns["solution"] = blob.value;
  row.op = sdk::random_id();
  BOOST_REQUIRE(static_cast<bool>(to.memory.import_row(to.call(), "plans", row, sdk::Durability::full)));
  auto const differs = compare();
  BOOST_REQUIRE(!differs.has_value());
  BOOST_TEST(differs.error().text.find("plans 'p'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(changes_made_while_a_store_is_read_are_in_the_copy) {
  Place from, to;
  fill(from);
  auto importer = to.importer();
  bool changed = false;
  auto const copied = from.pour([&](Entries entries) {
    if (!std::exchange(changed, true)) {
      sdk::Expect expect;
      expect.version = from.row("plans", "p1").version;
      BOOST_REQUIRE(static_cast<bool>(from.memory.update(from.call(), "plans", "p1", {{"message", "changed"}}, expect,
                                                         sdk::random_id(), sdk::Durability::full)));
      from.remove("p3");
      from.plan("aaa", "template");
    }
    return importer.take(std::move(entries));
  });
  BOOST_REQUIRE(copied.has_value());
  BOOST_TEST(copied->settled);
  BOOST_TEST(to.row("plans", "p1").text("message") == "changed");
  BOOST_TEST(to.row("plans", "p3").id.empty());
  BOOST_TEST(to.row("plans", "aaa").text("status") == "template");
  BOOST_TEST(to.rows("plans") == from.rows("plans"));
}

BOOST_AUTO_TEST_CASE(a_store_that_keeps_no_times_gets_everything_else) {
  Place from, to;
  from.plan("p", "done");
  auto importer = to.importer(false);
  BOOST_REQUIRE(from.pour([&](Entries entries) { return importer.take(std::move(entries)); }).has_value());
  BOOST_TEST(from.pour([&](Entries const& entries) { return importer.compare(entries); }).has_value());
  BOOST_TEST(to.row("plans", "p").text("status") == "done");
}

BOOST_AUTO_TEST_CASE(a_store_is_cleared_but_for_what_belongs_to_it) {
  Place place;
  fill(place);
  auto importer = place.importer();
  BOOST_TEST(!*importer.empty());
  BOOST_REQUIRE(importer.clear().has_value());
  BOOST_TEST(*importer.empty());
  BOOST_TEST(place.rows("plans") == 0);
  BOOST_TEST(place.rows("workers") == 1);
  BOOST_TEST(place.row("meta", "installation").text("value") == "own");
}

BOOST_AUTO_TEST_CASE(a_cleared_store_takes_the_same_rows_again) {
  Place place;
  fill(place);
  auto const file = place.directory.path() / "b";
  BOOST_REQUIRE(save(place, file).has_value());
  auto importer = place.importer();
  BOOST_REQUIRE(importer.clear().has_value());
  BOOST_REQUIRE(load(file, [&](Entries entries) { return importer.take(std::move(entries)); }).has_value());
  BOOST_TEST(load(file, [&](Entries const& entries) { return importer.compare(entries); }).has_value());
  BOOST_TEST(place.rows("plans") == 250);
}

BOOST_AUTO_TEST_CASE(a_backup_is_restored_whole_and_is_for_its_owner_only) {
  Place from, to;
  fill(from);
  auto const file = from.directory.path() / "b";
  BOOST_REQUIRE(save(from, file).has_value());
  struct stat facts {};
  BOOST_REQUIRE(::stat(file.c_str(), &facts) == 0);
  BOOST_TEST((facts.st_mode & 0777U) == 0600U);
  BOOST_TEST(!std::filesystem::exists(file.string() + ".partial"));
  auto importer = to.importer();
  auto const read = load(file, [&](Entries entries) { return importer.take(std::move(entries)); });
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->end.rows == 253);
  BOOST_TEST(read->info.store == "memory");
  BOOST_TEST(from.pour([&](Entries const& entries) { return importer.compare(entries); }).has_value());
}

BOOST_AUTO_TEST_CASE(a_backup_of_a_row_that_changed_meanwhile_holds_its_last_state) {
  Place from, to;
  from.plan("p", "template");
  auto const file = from.directory.path() / "b";
  auto writer = store::ArchiveWriter::create(file, {"memory", sdk::store_schema_version, 1, "id"}, false);
  BOOST_REQUIRE(writer.has_value());
  bool changed = false;
  BOOST_REQUIRE(from.pour([&](Entries const& entries) {
                      if (!entries.empty() && !std::exchange(changed, true)) {
                        from.remove("p");
                        from.plan("p", "done");
                      }
                      return (*writer)->add(entries);
                    })
                    .has_value());
  BOOST_REQUIRE((*writer)->finish(true).has_value());
  auto importer = to.importer();
  auto const read = load(file, [&](Entries entries) { return importer.take(std::move(entries)); });
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->end.rows == 2);
  BOOST_TEST(to.row("plans", "p").text("status") == "done");
  BOOST_TEST(load(file, [&](Entries const& entries) { return importer.compare(entries); }).has_value());
}

BOOST_AUTO_TEST_CASE(a_backup_overwrites_nothing_unless_told) {
  Place place;
  place.plan("p", "template");
  auto const file = place.directory.path() / "b";
  std::ofstream(file) << "precious";
  auto const refused = save(place, file);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().text.find("exists") != std::string::npos);
  BOOST_TEST(std::filesystem::file_size(file) == 8U);
  BOOST_TEST(save(place, file, true).has_value());
  BOOST_TEST(damage_of(file).empty());
}

BOOST_AUTO_TEST_CASE(a_backup_that_was_not_finished_leaves_nothing_behind) {
  Place place;
  auto const file = place.directory.path() / "b";
  store::ArchiveWriter::create(file, {"memory", sdk::store_schema_version, 1, "id"}, false).value()->add({}).value();
  BOOST_TEST(std::filesystem::is_empty(place.directory.path()));
}

BOOST_AUTO_TEST_CASE(a_backup_that_is_cut_off_damaged_or_none_is_refused) {
  Place place;
  fill(place);
  auto const file = place.directory.path() / "b";
  BOOST_REQUIRE(save(place, file).has_value());
  auto const size = std::filesystem::file_size(file);
  auto const bytes = [&] {
    std::ifstream stream(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }();
  auto const write = [&](std::string const& content) { std::ofstream(file, std::ios::binary) << content; };
  for (auto const length : {size - 1, size / 2, std::uintmax_t{20}, std::uintmax_t{0}}) {
    write(bytes.substr(0, length));
    BOOST_TEST(!damage_of(file).empty(), "a backup cut to " << length << " of " << size << " bytes is accepted");
  }
  for (std::size_t i = 0; i < bytes.size(); i += bytes.size() / 50) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    write(damaged);
    // A few bits of a zstd frame's header mean nothing.
    if (i > 16) BOOST_TEST(!damage_of(file).empty(), "byte " << i << " is changed");
  }
  write(bytes + "more");
  BOOST_TEST(damage_of(file).find("follows") != std::string::npos);
  write("SQLite format 3");
  BOOST_TEST(!damage_of(file).empty());
  BOOST_TEST(damage_of(place.directory.path() / "nothing").find("cannot read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_mark_of_an_unfinished_restore_stays_until_its_end) {
  Place place;
  BOOST_TEST(!store::unfinished(place.memory, place.call())->has_value());
  BOOST_REQUIRE(store::mark_unfinished(place.memory, place.call(), "backup 7").has_value());
  BOOST_REQUIRE(store::mark_unfinished(place.memory, place.call(), "backup 7").has_value());
  BOOST_TEST(store::unfinished(place.memory, place.call())->value() == "backup 7");
  BOOST_TEST(mentions(place.findings(), "was begun and not finished"));
  BOOST_REQUIRE(store::mark_finished(place.memory, place.call()).has_value());
  BOOST_TEST(!store::unfinished(place.memory, place.call())->has_value());
}

BOOST_AUTO_TEST_CASE(a_sound_store_has_no_findings) {
  Place place;
  fill(place);
  place.put("workers", "alive", {});
  place.plan("working", "solving", sdk::claim_token("alive"));
  for (auto const& finding : place.findings()) BOOST_ERROR(finding);
}

BOOST_AUTO_TEST_CASE(the_check_finds_what_is_lost_impossible_or_stuck) {
  Place place;
  place.plan("odd", "dancing");
  place.plan("stuck", "solving");
  place.plan("orphan", "solving", sdk::claim_token("dead"));
  place.put("plans", "empty", {{"status", "template"}});
  place.put("plans", "unsolved", {{"status", "done"}, {"template", std::string("gone")}});
  place.put("plans", "garbled", {{"status", "template"}}, {{"template", "no document"}});
  place.put("deliveries", "d", {{"plan_id", std::string("nobody")}});
  auto const found = place.findings();
  BOOST_TEST(mentions(found, "error plans 'odd': its status 'dancing'"));
  BOOST_TEST(mentions(found, "error plans 'stuck': it is solving and nobody has claimed it"));
  BOOST_TEST(mentions(found, "warning plans 'orphan': its worker dead is dead"));
  BOOST_TEST(mentions(found, "error plans 'empty': it has no template"));
  BOOST_TEST(mentions(found, "error plans 'unsolved': its document template is not there"));
  BOOST_TEST(mentions(found, "error plans 'unsolved': it is done and has no solution"));
  BOOST_TEST(mentions(found, "error plans 'garbled': its document template cannot be read"));
  BOOST_TEST(mentions(found, "warning deliveries 'd': its plan 'nobody' is gone"));
  BOOST_TEST(found.size() == 8U);
}

BOOST_AUTO_TEST_CASE(workers_live_by_their_lock_or_when_nobody_can_tell) {
  Place place;
  auto const& state = place.host.state_path();
  auto const path = [&](std::string const& id) { return work::lock_file_path(state, id); };
  std::filesystem::create_directories(path("x").parent_path());
  std::ofstream(path("dead")) << "";
  auto const held = work::LockFile::acquire(path("held"));
  BOOST_REQUIRE(held.has_value());
  for (auto const* const id : {"dead", "held"}) place.put("workers", id, {});
  place.put("workers", "remote", {{"info", sdk::TextMap{{"host", "elsewhere"}}}});
  auto const living = store::living_workers(place.memory, place.call(), state);
  BOOST_REQUIRE(living.has_value());
  BOOST_TEST(living->size() == 2U);
  BOOST_TEST(mentions(*living, "held"));
  BOOST_TEST(mentions(*living, "remote on host elsewhere"));
}

BOOST_AUTO_TEST_SUITE_END()
