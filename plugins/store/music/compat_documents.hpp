// Documents of the layout compat: JSON text in a column of their row, where an original Conductor reads it. A document
// therefore waits in this process from put until a row that refers to it is written, once for each put; its generation
// is a checksum of the text. Documents of tables that an original does not know lie as in the layout native.
//
// What is put is a document as core/store/document.hpp frames it: one byte, `j` for JSON text or `z` for a zstd frame
// of it. Anything else is refused.
#pragma once
#include "documents.hpp"

#include <list>
#include <map>

namespace conductor::plugins::music {

// The text of a stored document, and the generation that goes with it; empty when there is none.
std::string generation_of(std::string_view text);

class CompatDocuments final : public Documents {
 public:
  explicit CompatDocuments(Wire& wire, Rows& native, std::string const& keyspace) : native_(wire, native, keyspace) {}
  // Where rows are read from; before anything else.
  void use(class CompatRows& rows) { rows_ = &rows; }

  std::size_t max_bytes() const override { return 4U << 20U; }
  sdk::Read<std::string> put(sdk::Call const& call, sdk::BlobKey const& key, std::string_view bytes) override;
  sdk::Read<std::string> get(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation) override;
  sdk::Read<std::int64_t> sweep(sdk::Call const& call, std::chrono::milliseconds age, std::size_t limit) override {
    return native_.sweep(call, age, limit);
  }
  bool dropped(sdk::Call const& call, std::vector<std::pair<sdk::BlobKey, std::string>> const& documents) override;
  void referred(sdk::Table const& table, sdk::Values const& columns) override;
  // The text that waits under this generation.
  std::optional<std::string> waiting(std::string_view generation) const;
  std::size_t waiting_count() const;

 private:
  static constexpr std::size_t most_waiting_bytes = 64U << 20U;
  struct Text {
    std::string generation, content;
    std::size_t puts = 0;  // without a row yet
  };
  using Texts = std::list<Text>;

  void keep(std::string const& generation, std::string content);
  void drop(Texts::iterator text);

  NativeDocuments native_;
  CompatRows* rows_ = nullptr;
  mutable std::mutex mutex_;
  Texts texts_;  // the one put last comes last
  std::map<std::string_view, Texts::iterator> by_generation_;
  std::size_t bytes_ = 0;
};

}  // namespace conductor::plugins::music
