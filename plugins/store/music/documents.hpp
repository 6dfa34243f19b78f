// Documents. In the layout native they lie in a table `docs`, immutable, in parts that are base64 text with a checksum;
// a table `loose` lists those that no row may refer to: new ones, and those that a row has let go of. The generation
// tells when it was made and how many parts it has: <milliseconds>-<random>-<parts>. In compat they lie in their rows
// (compat_rows.hpp).
#pragma once
#include "rows.hpp"

namespace conductor::plugins::music {

class Documents {
 public:
  virtual ~Documents() = default;
  virtual std::size_t max_bytes() const = 0;
  virtual sdk::Read<std::string> put(sdk::Call const& call, sdk::BlobKey const& key, std::string_view bytes) = 0;
  virtual sdk::Read<std::string> get(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation) = 0;
  virtual sdk::Read<std::int64_t> sweep(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit) = 0;
  // A row of the table was written, and refers to the documents that are in `columns`.
  virtual void referred(sdk::Table const&, sdk::Values const& columns) { static_cast<void>(columns); }
  // Rows are about to refer to these no longer; false when that could not be noted.
  virtual bool dropped(sdk::Call const& call, std::vector<std::pair<sdk::BlobKey, std::string>> const& documents) = 0;
};

class NativeDocuments final : public Documents {
 public:
  NativeDocuments(Wire& wire, Rows& rows, std::string keyspace)
      : wire_(wire), rows_(rows), docs_{keyspace, "docs"}, loose_{keyspace, "loose"} {}

  static json::object docs_fields() {
    return {{"id", "text"}, {"body", "text"}, {"sum", "text"}, {"PRIMARY KEY", "(id)"}};
  }
  static json::object loose_fields() {
    return {{"id", "text"}, {"hour", "text"}, {"at", "bigint"}, {"PRIMARY KEY", "(id)"}};
  }
  static constexpr std::string_view loose_index = "hour";

  static constexpr std::size_t longest = 64U << 20U;
  std::size_t max_bytes() const override { return longest; }
  sdk::Read<std::string> put(sdk::Call const& call, sdk::BlobKey const& key, std::string_view bytes) override;
  sdk::Read<std::string> get(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation) override;
  sdk::Read<std::int64_t> sweep(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit) override;
  bool dropped(sdk::Call const& call, std::vector<std::pair<sdk::BlobKey, std::string>> const& documents) override;

 private:
  Answer note_loose(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation);
  // One entry of the list: 1 when its document was freed, 0 when it stays or is in use, nothing when MUSIC failed.
  std::optional<int> sweep_one(sdk::Call const& call, json::object const& entry, std::int64_t before_ms);
  bool in_use(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation, Verdict& verdict);

  Wire& wire_;
  Rows& rows_;
  Spot const docs_, loose_;
  std::mutex mutex_;
  std::int64_t swept_hour_ = 0;  // the list holds nothing from before; 0: unknown
};

}  // namespace conductor::plugins::music
