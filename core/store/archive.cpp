#include "core/store/archive.hpp"

#include "core/store/compressed_file.hpp"
#include "core/store/entry_json.hpp"

namespace conductor::store {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::string_view format = "conductor store backup";
constexpr std::int64_t format_version = 1;
constexpr std::size_t batch_rows = 100, batch_bytes = std::size_t{32} << 20U;

class Writer final : public ArchiveWriter {
 public:
  explicit Writer(std::unique_ptr<CompressedWriter> file) : file_(std::move(file)) {}

  sdk::Result<void> line(json::object const& object) { return file_->write(json::serialize(object) + "\n"); }

  sdk::Result<void> add(Entries const& entries) override {
    for (auto const& entry : entries) {
      if (auto written = line(entry_json(entry)); !written) return written;
      for (auto const& [column, bytes] : entry.documents)
        if (auto written = file_->write(bytes); !written) return written;
      ++rows_;
    }
    return {};
  }

  sdk::Result<void> finish(bool settled) override {
    if (auto written = line({{"end", true}, {"rows", rows_}, {"settled", settled}}); !written) return written;
    return file_->finish();
  }

 private:
  std::unique_ptr<CompressedWriter> file_;
  std::int64_t rows_ = 0;
};

std::string text_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

class Reader {
 public:
  Reader(std::filesystem::path const& file, CompressedReader& stream) : file_(file), stream_(stream) {}

  sdk::Result<ArchiveInfo> header() {
    auto first = object();
    if (!first || text_at(*first, "format") != format)
      return bad("is no backup of conductor" + (first ? std::string() : ": " + first.error().text));
    if (number_at(*first, "version") != format_version)
      return bad("has version " + std::to_string(number_at(*first, "version")) + " of the format, this program reads " +
                 std::to_string(format_version) + "; use the version of conductor that wrote it");
    ArchiveInfo info{text_at(*first, "store"), static_cast<int>(number_at(*first, "schema")),
                     number_at(*first, "created_ms"), text_at(*first, "id")};
    if (info.schema / 1000 > sdk::store_schema_version / 1000)
      return bad("holds tables of version " + std::to_string(info.schema) + ", this program knows " +
                 std::to_string(sdk::store_schema_version) + "; use the version of conductor that wrote it");
    return info;
  }

  sdk::Result<ArchiveEnd> entries(EntrySink const& sink) {
    std::int64_t rows = 0;
    for (;;) {
      auto line = object();
      if (!line) return line.error();
      if (line->contains("end")) {
        if (auto sent = flush(sink); !sent) return sent.error();
        if (number_at(*line, "rows") != rows)
          return bad("counts " + std::to_string(number_at(*line, "rows")) + " rows and holds " + std::to_string(rows));
        if (auto ended = stream_.end(); !ended) return ended.error();
        auto const* settled = line->if_contains("settled");
        return ArchiveEnd{rows, settled != nullptr && settled->is_bool() && settled->get_bool()};
      }
      if (auto taken = one(*line); !taken) return taken.error();
      ++rows;
      if (batch_.size() < batch_rows && bytes_ < batch_bytes) continue;
      if (auto sent = flush(sink); !sent) return sent.error();
    }
  }

 private:
  Error bad(std::string const& what) const { return {Errc::invalid, file_.string() + " " + what}; }

  sdk::Result<json::object> object() {
    auto line = stream_.line();
    if (!line) return line.error();
    ++number_;
    boost::system::error_code failed;
    auto value = json::parse(*line, failed);
    if (failed || !value.is_object())
      return bad("is damaged: record " + std::to_string(number_) + " is no JSON object");
    return std::move(value.get_object());
  }

  sdk::Result<void> one(json::object const& line) {
    auto read = entry_of(line);
    if (!read) return bad("cannot be used: record " + std::to_string(number_) + ": " + read.error().text);
    // A row that was changed again while the backup was made may stand in the batch already.
    for (auto const& [column, length] : read->lengths) {
      auto bytes = stream_.bytes(length);
      if (!bytes) return bytes.error();
      bytes_ += length;
      read->entry.documents.emplace(column, std::move(*bytes));
    }
    batch_.push_back(std::move(read->entry));
    return {};
  }

  // Entries of one batch are written side by side, so those of the same row go into several.
  sdk::Result<void> flush(EntrySink const& sink) {
    while (!batch_.empty()) {
      Entries now, later;
      std::map<std::pair<std::string_view, std::string_view>, bool> seen;
      std::vector<bool> first;
      for (auto const& entry : batch_) first.push_back(seen.emplace(std::pair(entry.table, entry.row.id), true).second);
      seen.clear();
      for (std::size_t i = 0; i < batch_.size(); ++i) (first[i] ? now : later).push_back(std::move(batch_[i]));
      batch_ = std::move(later);
      if (auto taken = sink(std::move(now)); !taken) return taken;
    }
    bytes_ = 0;
    return {};
  }

  std::filesystem::path const& file_;
  CompressedReader& stream_;
  Entries batch_;
  std::size_t bytes_ = 0;
  std::int64_t number_ = 0;
};

}  // namespace

sdk::Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(std::filesystem::path file, ArchiveInfo const& info,
                                                                  bool replace) {
  auto opened = CompressedWriter::create(std::move(file), replace);
  if (!opened) return opened.error();
  auto writer = std::make_unique<Writer>(std::move(*opened));
  auto written = writer->line({{"format", format},
                               {"version", format_version},
                               {"id", info.id},
                               {"store", info.store},
                               {"schema", info.schema},
                               {"created_ms", info.created_ms}});
  if (!written) return written.error();
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

sdk::Result<ArchiveRead> read_archive(std::filesystem::path const& file,
                                      std::function<sdk::Result<void>(ArchiveInfo const&)> const& begin,
                                      EntrySink const& sink) {
  auto stream = CompressedReader::open(file);
  if (!stream) return stream.error();
  Reader reader(file, **stream);
  auto info = reader.header();
  if (!info) return info.error();
  if (auto good = begin(*info); !good) return good.error();
  auto end = reader.entries(sink);
  if (!end) return end.error();
  return ArchiveRead{std::move(*info), *end};
}

}  // namespace conductor::store
