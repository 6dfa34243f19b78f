// The layout compat: the tables of an original Conductor, columns and values as it has them, so that both can work on
// one keyspace. What it has no column for stands beside a plan in a table of its own, `plans_more`, and in the `ctxt`
// of a message; tables that it does not know (attempts, deliveries, workers, meta) are as in the layout native.
//
// The version of plans and messages is `created` with `updated`; other rows have a checksum of what they hold. Every
// write is one read and one write under the row's lock. The row and what stands beside it are two writes: who dies
// between them leaves the new `plans_more` with the old plan, which harms nothing (a number of an owner is used up).
#pragma once
#include "compat_documents.hpp"
#include "native_rows.hpp"

namespace conductor::plugins::music {

class CompatRows final : public Rows {
 public:
  struct Made {
    Spot spot;
    json::object fields;
    std::vector<std::string_view> indexes;
  };
  static std::vector<Made> tables(Options const& options);
  // Whether an original Conductor has this table.
  static bool is_shared(sdk::Table const& table);

  CompatRows(Wire& wire, NativeRows& native, CompatDocuments& documents)
      : wire_(wire), native_(native), documents_(documents) {}

  std::size_t max_record_bytes() const override { return 256U << 10U; }
  std::optional<std::string> refusal(sdk::Table const& table, std::string_view id) const override;
  Found read(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Strength strength) override;
  FoundMany read_each(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> ids,
                      sdk::Strength strength) override;
  FoundMany list(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where) override;
  FoundMany changed(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> slots) override;
  Answer insert(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                std::function<std::optional<Stored>(std::optional<Stored> const&)> const& decide) override;
  void renumber(sdk::Table const& table, Stored& stored) const override;
  bool keeps_operations(sdk::Table const& table) const override { return !is_shared(table); }
  Answer write(sdk::Call const& call, sdk::Table const& table, Stored const& before, Stored const& after) override;
  void purge(sdk::Call const& call, sdk::Table const& table, std::int64_t before_ms, std::size_t limit) override;
  // Hosts of an original that work on plans, as workers: their plans stand still for as long as it allows itself.
  std::vector<sdk::WorkerInfo> foreign_workers(sdk::Call const& call, Verdict& verdict) override;
  // The text of a document column, if it is of this generation; not_found else.
  sdk::Read<std::string> document(sdk::Call const& call, sdk::BlobKey const& key, std::string_view generation);

 private:
  // The columns of a row as MUSIC has them, and those beside it.
  struct Raw {
    Answer answer;
    Spot spot;
    json::object columns, more;
    bool found = false;
  };
  Raw raw(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Strength strength);
  std::vector<Spot> spots(sdk::Table const& table, sdk::Values const& columns) const;
  Answer add_more(sdk::Call const& call, sdk::Table const& table, std::string_view id, json::object& more,
                  sdk::Strength strength);
  Answer write_held(sdk::Call const& call, sdk::Table const& table, Raw const& there, Stored const& before,
                    Stored const& after, Held const& held);
  FoundMany decoded_all(sdk::Call const& call, sdk::Table const& table, std::vector<json::object> const& rows,
                        std::string_view topic);
  // Plans and messages that are under way, with their last version: what is missing in a look has ended.
  FoundMany look(sdk::Call const& call, sdk::Table const& table);
  FoundMany look_for(sdk::Call const& call, sdk::Table const& table, std::map<std::string, std::int64_t> const& before,
                     std::map<std::string, std::int64_t>& open);

  Wire& wire_;
  NativeRows& native_;
  CompatDocuments& documents_;
  struct Looks {
    sdk::Time next{};
    std::map<std::string, std::int64_t> open;
  };
  std::mutex mutex_;
  std::map<std::string, Looks, std::less<>> looks_;  // by table
};

}  // namespace conductor::plugins::music
