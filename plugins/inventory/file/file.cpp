// Inventory provider `file`: candidates, locations, groups and network roles from a JSON, YAML or CSV file, or the
// bundled list of public cloud regions. Filters, costs and decorations are the data service's business.
#include "bundled.hpp"
#include "inventory.hpp"

#include "conductor/sdk/abi.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>

namespace conductor::plugins::inventory_file {

namespace json = boost::json;
using sdk::Call;
using sdk::Errc;
using sdk::Error;

namespace {

// Attributes that the data service leaves to the provider's query.
constexpr std::array query_attributes{"service-type", "equipment-role", "model-invariant-id", "model-version-id"};

// Whether the wish (a value, a list, {any: ...} or {not: ...}) fits the value the candidate has; an absent or empty
// wish is none.
bool query_matches(json::value const& wish, json::value const* have) {
  auto const named_in = [&](json::value const& values) {
    auto const same = [&](json::value const& item) { return have != nullptr && item == *have; };
    auto const* list = values.if_array();
    return list == nullptr ? same(values) : std::any_of(list->begin(), list->end(), same);
  };
  auto const* values = &wish;
  if (auto const* form = wish.if_object(); form != nullptr && form->size() == 1) {
    if (auto const* unwanted = form->if_contains("not")) return !named_in(*unwanted);
    if (auto const* any = form->if_contains("any")) values = any;
  }
  bool const empty = values->is_null() || (values->is_string() && values->as_string().empty()) ||
                     (values->is_array() && values->as_array().empty());
  return empty || named_in(*values);
}

bool selected(sdk::Candidate const& candidate, json::object const& requirement) {
  for (auto const* key : {"filtering_attributes", "attributes"}) {
    auto const* given = requirement.if_contains(key);
    auto const* filters = given == nullptr ? nullptr : given->if_object();
    if (filters == nullptr) continue;
    for (auto const* name : query_attributes) {
      std::string underscored(name);
      std::replace(underscored.begin(), underscored.end(), '-', '_');
      auto const* wish = filters->if_contains(name);
      if (wish == nullptr) wish = filters->if_contains(underscored);
      if (wish != nullptr && !query_matches(*wish, candidate.attributes.if_contains(name))) return false;
    }
  }
  return true;
}

}  // namespace

class FileInventory final : public sdk::InventoryProvider, public sdk::CandidateKeeper {
 public:
  static constexpr sdk::Capabilities capabilities =
      sdk::concurrent | sdk::cloud | sdk::service | sdk::vfmodule | sdk::transport | sdk::nssi | sdk::nsi | sdk::nst |
      sdk::nsst | sdk::locations | sdk::network_roles | sdk::group_pairs | sdk::keeps_candidates;

  static void describe(sdk::Schema& schema) {
    schema.path("path", "Inventory file (.json, .yaml, .yml, .csv). Empty: the bundled list of public cloud regions.")
        .default_to("");
    schema
        .boolean("reload", "Read the file again when it changes. A bad new file is reported and the old content stays.")
        .default_to(true);
    schema.boolean("strict", "Refuse a file with a bad row; false: leave the row out and say so.").default_to(true);
  }

  FileInventory(sdk::Host& host, sdk::Settings const& settings)
      : host_(host),
        path_(settings.text("path")),
        reload_(settings.boolean("reload")),
        strict_(settings.boolean("strict")) {}

  sdk::Result<void> start(Call const&) override {
    auto loaded = load();
    if (!loaded) return loaded.error();
    publish(std::move(*loaded));
    return {};
  }

  sdk::Result<sdk::CandidateList> resolve(Call const& call, sdk::Demand const& demand) override {
    auto const kept = resolve_kept(call, demand);
    if (!kept) return kept.error();
    sdk::CandidateList list;
    for (auto const* candidate : kept->candidates) list.candidates.push_back(*candidate);
    return list;
  }

  sdk::Result<sdk::KeptCandidates> resolve_kept(Call const& call, sdk::Demand const& demand) override {
    auto inventory = current(call);
    sdk::KeptCandidates kept;
    for (auto const& candidate : inventory->candidates)
      if (candidate.inventory_type == demand.inventory_type && selected(candidate, demand.requirement))
        kept.candidates.push_back(&candidate);
    kept.owner = std::move(inventory);
    return kept;
  }

  sdk::Result<sdk::Location> locate(Call const& call, sdk::LocationQuery const& query) override {
    auto const inventory = current(call);
    auto const& known = query.clli_code.empty() ? inventory->by_host_name : inventory->by_clli;
    auto const& wanted = query.clli_code.empty() ? query.host_name : query.clli_code;
    auto const found = known.find(wanted);
    if (found == known.end()) return Error{Errc::not_found, "the inventory file has no location " + wanted};
    return found->second;
  }

  sdk::Result<std::vector<sdk::RegionKey>> regions_with_role(Call const& call, std::string const& role) override {
    auto const inventory = current(call);
    std::vector<sdk::RegionKey> regions;
    if (auto const found = inventory->roles.find(role); found != inventory->roles.end())
      for (auto const& candidate : inventory->candidates)
        if (candidate.inventory_type == "cloud" && found->second.contains(candidate.candidate_id))
          regions.push_back({.cloud_owner = candidate.cloud_owner, .cloud_region_id = candidate.candidate_id});
    return regions;
  }

  // The file's groups have no description: all of them count for any.
  sdk::Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Call const& call,
                                                                               std::string const&) override {
    return current(call)->groups;
  }

 private:
  // What tells one state of the file from another.
  struct Stamp {
    std::int64_t seconds = 0, nanoseconds = 0, size = -1, inode = 0;
    bool operator==(Stamp const&) const = default;
  };

  Stamp stamp() const {
    struct stat info {};
    if (path_.empty() || ::stat(path_.c_str(), &info) != 0) return {};
    return {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size, static_cast<std::int64_t>(info.st_ino)};
  }

  sdk::Result<Inventory> load() {
    if (path_.empty()) return read_inventory(host_, bundled_regions, Form::csv, true);
    auto const form = form_of(path_);
    if (!form) return form.error();
    stamp_ = stamp();
    if (stamp_.size > 0)
      if (auto fits = check_size(static_cast<std::size_t>(stamp_.size)); !fits)
        return Error{Errc::invalid, "inventory file " + path_ + ": " + fits.error().text};
    std::ifstream in(path_, std::ios::binary);
    if (!in) return Error{Errc::invalid, "[file] path: cannot read " + path_ + "; check its name and permissions"};
    std::string const text(std::istreambuf_iterator<char>(in), {});
    auto inventory = read_inventory(host_, text, *form, strict_);
    if (!inventory) return Error{Errc::invalid, "inventory file " + path_ + ": " + inventory.error().text};
    for (auto const& row : inventory->skipped) host_.log().warning("inventory file " + path_ + ": left out: " + row);
    return inventory;
  }

  void publish(Inventory inventory) {
    host_.log().info("inventory has " + std::to_string(inventory.candidates.size()) + " candidates from " +
                     (path_.empty() ? "the bundled list of public cloud regions" : path_));
    inventory_ = std::make_shared<Inventory const>(std::move(inventory));
  }

  // The present content, read anew when the file has changed. Callers keep what they got.
  std::shared_ptr<Inventory const> current(Call const& call) {
    std::lock_guard const lock(mutex_);
    if (reload_ && !path_.empty() && stamp() != stamp_) {
      auto loaded = load();
      if (loaded)
        publish(std::move(*loaded));
      else
        host_.log().error(call, loaded.error().text + "; the old content stays in use");
    }
    return inventory_;
  }

  sdk::Host& host_;
  std::string const path_;
  bool const reload_, strict_;
  std::mutex mutex_;  // guards what follows
  Stamp stamp_;
  std::shared_ptr<Inventory const> inventory_;
};

CONDUCTOR_PLUGIN(FileInventory, "file", "1.0.0",
                 "Candidates from a JSON, YAML or CSV file; bundled: regions of the large public clouds");

}  // namespace conductor::plugins::inventory_file
