// conductor store check | backup | restore | migrate: whatever store is configured.
#include "core/store/archive.hpp"
#include "core/store/examine.hpp"
#include "core/store/export.hpp"
#include "core/store/import.hpp"
#include "core/store/unfinished.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/progress.hpp"
#include "services/cli/store_access.hpp"

#include "conductor/sdk/claims.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace conductor::cli {

namespace {

using Roles = std::span<kernel::Role const>;
using store::Entries;

sdk::Call within(Console& console, std::chrono::seconds time) { return {.deadline = console.clock.now() + time}; }

[[noreturn]] void failed(sdk::Error const& error) {
  if (error.code == sdk::Errc::cancelled) throw Ended(exit_interrupted, "interrupted; run it again to go on");
  throw Ended(exit_failed, error.text);
}

template <class T>
T value_or_end(sdk::Result<T> result) {
  if (!result) failed(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string size_text(std::int64_t bytes) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / (1024.0 * 1024.0) << " MiB";
  return out.str();
}

std::string counted(std::int64_t number, std::string const& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// --- check ---

json::object report_json(OpenStore& open, store::Examination const& result) {
  json::array findings;
  for (auto const& finding : result.findings)
    findings.push_back(json::object{{"severity", finding.severity == store::Severity::error ? "error" : "warning"},
                                    {"place", finding.place},
                                    {"text", finding.text}});
  json::object tables, statuses;
  for (auto const& [table, rows] : result.tables) tables[table] = rows;
  for (auto const& [status, plans] : result.statuses) statuses[status] = plans;
  return {{"store", open.name()},          {"version", open.store().info().version},  {"rows", result.rows},
          {"documents", result.documents}, {"document_bytes", result.document_bytes}, {"tables", std::move(tables)},
          {"plans", std::move(statuses)},  {"findings", std::move(findings)}};
}

void print_report(Console& console, OpenStore& open, store::Examination const& result) {
  console.out << "store " << open.name() << " (" << open.store().info().version << "): " << counted(result.rows, "row")
              << ", " << counted(result.documents, "document") << ", " << size_text(result.document_bytes) << '\n';
  for (auto const& [table, rows] : result.tables) {
    console.out << "  " << table << ": " << rows;
    std::string plans;
    if (table == sdk::tables::plans.name)
      for (auto const& [status, number] : result.statuses)
        plans += (plans.empty() ? " (" : ", ") + std::to_string(number) + " " + status;
    console.out << plans << (plans.empty() ? "\n" : ")\n");
  }
  for (auto const& finding : result.findings)
    console.out << (finding.severity == store::Severity::error ? "error: " : "warning: ") << finding.place
                << (finding.place.empty() ? "" : ": ") << finding.text << '\n';
}

int check(Invocation const& invocation, Console& console, Roles roles) {
  OpenStore open(console, roles, {.sources = sources_of(invocation)});
  store::ExamineOptions options{.state_path = open.state_path()};
  store::Examination result;
  {
    Progress progress(console);
    options.progress = [&](store::Examination const& so_far) {
      progress.show("checked " + counted(so_far.rows, "row"));
    };
    result =
        value_or_end(examine_store(open.store(), open.maintenance(), console.clock, console.interruptions(), options));
  }
  std::int64_t errors = 0;
  for (auto const& finding : result.findings) errors += finding.severity == store::Severity::error ? 1 : 0;
  auto const warnings = static_cast<std::int64_t>(result.findings.size()) - errors;
  if (format_of(invocation.value("output"), console) == Format::json) {
    print_json(console.out, report_json(open, result));
  } else {
    print_report(console, open, result);
    console.out << (errors == 0 ? "the store is sound" : counted(errors, "error"));
    if (warnings > 0) console.out << ", " << counted(warnings, "warning");
    console.out << '\n';
  }
  return errors == 0 ? exit_done : exit_failed;
}

// --- what backup, restore and migrate share ---

store::ExportOptions export_options(OpenStore const& open, Progress& progress, std::string const& doing) {
  store::ExportOptions options;
  options.progress = [&progress, doing](store::ExportSummary const& so_far) {
    std::int64_t rows = 0;
    for (auto const& [table, number] : so_far.rows) rows += number;
    progress.show(doing + " " + counted(rows, "row"));
  };
  // A store that polls hears of changes later.
  if (!open.notifies()) options.settle = std::chrono::seconds(3);
  return options;
}

void refuse_living(Console& console, OpenStore& open, Invocation const& invocation, std::string const& what) {
  if (invocation.has("force")) return;
  auto const living =
      value_or_end(store::living_workers(open.store(), within(console, std::chrono::seconds(20)), open.state_path()));
  if (!living.empty())
    throw Ended(exit_refused, what + ": " + counted(static_cast<std::int64_t>(living.size()), "process") +
                                  " may still use it (" + joined(living) +
                                  "); stop all roles first, or say --force when these are dead");
}

// Whether rows may be written: the target is empty, or is to be emptied, or was begun by the same work before.
bool must_clear(Console& console, OpenStore& target, store::Importer& importer, Invocation const& invocation,
                std::string const& mark) {
  auto const before = value_or_end(store::unfinished(target.store(), within(console, std::chrono::seconds(20))));
  if (before == mark) return false;
  bool const empty = value_or_end(importer.empty());
  if (empty && !before) return false;
  if (invocation.has("replace")) return true;
  if (before)
    throw Ended(exit_refused, "store " + target.name() + " holds what an unfinished restore from " + *before +
                                  " has written; finish that, or remove it with --replace");
  throw Ended(exit_refused, "store " + target.name() +
                                " is not empty; choose an empty one, or remove all plans in it with --replace");
}

void write_mark(Console& console, OpenStore& target, std::string const& mark) {
  value_or_end(store::mark_unfinished(target.store(), within(console, std::chrono::seconds(20)), mark));
}

std::string summary_text(store::Importer const& importer) {
  auto const& done = importer.summary();
  std::string text = counted(done.written + done.replaced, "row") + " written";
  if (done.present > 0) text += ", " + std::to_string(done.present) + " were there already";
  text += ", all verified";
  if (!importer.keeps_times()) text += "; this store cannot keep times of creation, rows have those of now";
  return text;
}

// --- backup ---

int backup(Invocation const& invocation, Console& console, Roles roles) {
  OpenStore open(console, roles, {.sources = sources_of(invocation)});
  std::filesystem::path const file = invocation.operand();
  if (auto const mark = store::unfinished(open.store(), within(console, std::chrono::seconds(20))); mark && *mark)
    throw Ended(exit_refused, "store " + open.name() + " holds an unfinished restore from " + **mark +
                                  "; finish that first, this would be a backup of a part");
  store::ArchiveInfo const info{open.name(), sdk::store_schema_version, console.clock.wall_ms(), sdk::random_id()};
  auto writer = value_or_end(store::ArchiveWriter::create(file, info, invocation.has("force")));
  store::ExportSummary summary;
  {
    Progress progress(console);
    summary = value_or_end(export_store(open.store(), console.clock, console.interruptions(),
                                        export_options(open, progress, "saved"),
                                        [&](Entries entries) { return writer->add(entries); }));
  }
  value_or_end(writer->finish(summary.settled));
  std::int64_t rows = 0;
  for (auto const& [table, number] : summary.rows) rows += number;
  console.out << counted(rows, "row") << " of store " << open.name() << " are in " << file.string() << ", "
              << size_text(static_cast<std::int64_t>(std::filesystem::file_size(file))) << '\n';
  if (!summary.settled)
    console.err
        << "warning: plans went on changing to the end; each is whole, but they are of moments some tenths of a "
           "second apart\n";
  return exit_done;
}

// --- restore ---

int restore(Invocation const& invocation, Console& console, Roles roles) {
  std::filesystem::path const file = invocation.operand();
  auto const stop = console.interruptions();
  Progress progress(console);
  std::int64_t rows = 0;
  auto const count = [&](std::string const& doing, std::size_t more) {
    rows += static_cast<std::int64_t>(more);
    progress.show(doing + " " + counted(rows, "row"));
  };
  auto const read = [&](store::EntrySink const& sink) {
    rows = 0;
    return store::read_archive(
        file, [](auto const&) { return sdk::Result<void>(); }, sink);
  };
  // The whole file is read before anything is written.
  auto const archive = value_or_end(read([&](Entries const& entries) {
    count("read", entries.size());
    return sdk::Result<void>();
  }));
  OpenStore open(console, roles, {.sources = sources_of(invocation), .make_tables = true});
  refuse_living(console, open, invocation, "store " + open.name());
  store::Importer importer(open.store(), open.maintenance(), console.clock, stop);
  std::string const mark = "backup " + archive.info.id;
  bool const clear = must_clear(console, open, importer, invocation, mark);
  write_mark(console, open, mark);
  if (clear) value_or_end(importer.clear());
  value_or_end(read([&](Entries entries) {
    count("restored", entries.size());
    return importer.take(std::move(entries));
  }));
  value_or_end(read([&](Entries const& entries) {
    count("verified", entries.size());
    return importer.compare(entries);
  }));
  value_or_end(store::mark_finished(open.store(), within(console, std::chrono::minutes(1))));
  console.out << "store " << open.name() << ": " << summary_text(importer) << '\n';
  return exit_done;
}

// --- migrate ---

StoreChoice target_of(Invocation const& invocation) {
  StoreChoice choice{.sources = sources_of(invocation), .make_tables = true};
  if (invocation.has("to-config-file") == invocation.has("to"))
    throw Ended(exit_usage, "say where to: either --to-config-file FILE, or --to STORE with --to-option");
  if (invocation.has("to-option") && !invocation.has("to"))
    throw Ended(exit_usage, "--to-option belongs to --to; a configuration file has its own options");
  if (invocation.has("to-config-file")) {
    choice.sources.files.clear();
    choice.sources.directories.clear();
    for (auto const& file : invocation.values("to-config-file")) choice.sources.files.emplace_back(file);
  }
  choice.backend = invocation.value("to");
  choice.options = invocation.values("to-option");
  return choice;
}

// One look at the source through the target's mark tells whether both are the same.
void refuse_same(Console& console, OpenStore& source, OpenStore& target, std::string const& mark) {
  auto const seen = value_or_end(store::unfinished(source.store(), within(console, std::chrono::seconds(20))));
  if (seen != mark) return;
  value_or_end(store::mark_finished(target.store(), within(console, std::chrono::seconds(20))));
  throw Ended(exit_usage, "source and target are the same store; nothing was changed");
}

int migrate(Invocation const& invocation, Console& console, Roles roles) {
  auto const choice = target_of(invocation);
  auto const stop = console.interruptions();
  OpenStore source(console, roles, {.sources = sources_of(invocation)});
  refuse_living(console, source, invocation, "source, store " + source.name());
  if (auto const mark = value_or_end(store::unfinished(source.store(), within(console, std::chrono::seconds(20)))))
    throw Ended(exit_refused, "the source is no whole store: a restore from " + *mark + " was not finished");
  OpenStore target(console, roles, choice);
  refuse_living(console, target, invocation, "target, store " + target.name());
  store::Importer importer(target.store(), target.maintenance(), console.clock, stop);
  std::string const mark = "store " + source.name();
  bool const clear = must_clear(console, target, importer, invocation, mark);
  write_mark(console, target, mark);
  refuse_same(console, source, target, mark);
  if (clear) value_or_end(importer.clear());
  {
    Progress progress(console);
    value_or_end(export_store(source.store(), console.clock, stop, export_options(source, progress, "copied"),
                              [&](Entries entries) { return importer.take(std::move(entries)); }));
    importer.forget_late();
    value_or_end(export_store(source.store(), console.clock, stop, export_options(source, progress, "verified"),
                              [&](Entries const& entries) { return importer.compare(entries); }));
  }
  value_or_end(store::mark_finished(target.store(), within(console, std::chrono::minutes(1))));
  console.out << "from store " << source.name() << " to " << target.name() << ": " << summary_text(importer) << '\n';
  return exit_done;
}

std::vector<Option> with_sources(std::vector<Option> own) {
  for (auto& each : source_options()) own.push_back(std::move(each));
  return own;
}

Option force_option(std::string help) { return {.name = "force", .help = std::move(help)}; }

Option replace_option() { return {.name = "replace", .help = "First remove all plans that the store holds."}; }

}  // namespace

Commands store_commands(Roles roles) {
  auto const with_roles = [roles](int (*run)(Invocation const&, Console&, Roles)) {
    return [run, roles](Invocation const& invocation, Console& console) { return run(invocation, console, roles); };
  };
  return {
      {.group = "store",
       .verb = "check",
       .summary = "Whether the configured store is sound; exit status 1 when something is lost or damaged.",
       .about = "Reads all rows and documents: damage of the storage, documents that are missing or cannot be read,\n"
                "plans in impossible states, claims of dead workers, rows whose plan is gone. Changes nothing; the\n"
                "service may be running.",
       .examples = {{"conductor store check --config-file conductor.conf", "After a crash of the machine"}},
       .options = with_sources({output_option()}),
       .run = with_roles(check)},
      {.group = "store",
       .verb = "backup",
       .operand = "FILE",
       .operand_is_file = true,
       .summary = "Saves the whole store in one file, while the service runs.",
       .about =
           "The file (mode 600, compressed) can be restored into any kind of store. It holds all plans with their\n"
           "documents, order locks, latency rules and deliveries; not the processes' leases and calls.",
       .examples = {{"conductor store backup nightly.backup", "Fails when the file exists"}},
       .options = with_sources({force_option("Replace the file when it exists.")}),
       .run = with_roles(backup)},
      {.group = "store",
       .verb = "restore",
       .operand = "FILE",
       .operand_is_file = true,
       .summary = "Fills the configured, empty store from a backup; all roles must be stopped.",
       .about = "The file is read to its end before anything is written, and every row is compared afterwards. Until\n"
                "then no role starts on the store; when it was interrupted, run it again. A damaged database file is\n"
                "moved away first, with its -wal and -shm. Run it as the user that the service runs as.",
       .examples = {{"conductor store restore nightly.backup", "Into a fresh store"}},
       .options = with_sources({replace_option(), force_option("Although processes may still use the store.")}),
       .run = with_roles(restore)},
      {.group = "store",
       .verb = "migrate",
       .summary = "Copies the configured store into another one, of whatever kind; all roles must be stopped.",
       .about = "Every row is compared at the end. Until then no role starts on the target; when it was interrupted,\n"
                "run it again: what is there already stays. The source is not changed.",
       .examples = {{"conductor store migrate --config-file conductor.conf --to-config-file new.conf",
                     "The store of one file into that of another"},
                    {"conductor store migrate --to etcd --to-option endpoints=http://10.0.0.7:2379",
                     "The configured store into etcd"}},
       .options = with_sources(
           {{.name = "to-config-file",
             .value = "PATH",
             .help = "Configuration of the target.",
             .repeats = true,
             .file = true},
            {.name = "to",
             .value = "STORE",
             .help = "Kind of the target: a store plugin; everything else as configured."},
            {.name = "to-option", .value = "NAME=VALUE", .help = "Option of the store named by --to.", .repeats = true},
            replace_option(),
            force_option("Although processes may still use one of the stores.")}),
       .run = with_roles(migrate)}};
}

}  // namespace conductor::cli
