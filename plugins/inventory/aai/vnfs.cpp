#include "vnfs.hpp"

#include "relations.hpp"

#include <algorithm>
#include <map>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

using Bodies = std::map<std::string, Result<json::object>, std::less<>>;  // by path below the version

// Where one vserver stands, or why that is not known.
struct Spot {
  std::optional<ComplexRef> complex;
  std::string reason;
  bool failed = false;  // a request failed, so nothing is said about the inventory
};

Spot spot_of(Error const& error) { return {std::nullopt, error.text, error.code != Errc::not_found}; }

// One reading of many VNFs, step by step; each step asks for all of them side by side.
class Search {
 public:
  Search(Connection& connection, Complexes& complexes, Options const& options, sdk::Call const& call,
         std::string const& asker, RegionMap const& known)
      : connection_(connection), complexes_(complexes), options_(options), call_(call), asker_(asker), known_(known) {}

  void read_regions(std::vector<VnfCloud> const& vnfs);
  void read_vservers(std::vector<VnfCloud> const& vnfs);
  void read_pservers();
  std::vector<std::variant<VnfPlace, sdk::Drop>> places(std::vector<VnfCloud> const& vnfs);
  // Why some vservers of VNFs that were located all the same could not be.
  std::vector<std::string> const& notes() const { return notes_; }

 private:
  static std::string region_path(sdk::RegionKey const& key) {
    return Target("/cloud-infrastructure/cloud-regions/cloud-region")
        .segment(key.cloud_owner)
        .segment(key.cloud_region_id)
        .text();
  }
  // Asks for the paths that are not there yet.
  void read(std::vector<std::string> const& paths, std::string_view depth);
  Result<Region> region_of(sdk::RegionKey const& key) const;
  Spot spot(std::string const& vserver_link, Result<Region> const& region) const;
  std::variant<ComplexRef, sdk::Drop> agreed(VnfCloud const& vnf, Result<Region> const& region);

  Connection& connection_;
  Complexes& complexes_;
  Options const& options_;
  sdk::Call const& call_;
  std::string const& asker_;
  RegionMap const& known_;
  Bodies bodies_;
  std::vector<std::string> notes_;
};

void Search::read(std::vector<std::string> const& paths, std::string_view depth) {
  std::vector<std::string> wanted;
  std::vector<Target> targets;
  for (auto const& path : paths) {
    if (bodies_.contains(path) || std::find(wanted.begin(), wanted.end(), path) != wanted.end()) continue;
    wanted.push_back(path);
    Target target(path);
    if (!depth.empty()) target.with("depth", depth);
    targets.push_back(std::move(target));
  }
  auto answers = connection_.read_all(call_, asker_, targets);
  for (std::size_t i = 0; i < wanted.size(); ++i) bodies_.emplace(wanted[i], std::move(answers[i]));
}

void Search::read_regions(std::vector<VnfCloud> const& vnfs) {
  std::vector<std::string> paths;
  for (auto const& vnf : vnfs)
    if (known_.find(vnf.region) == nullptr) paths.push_back(region_path(vnf.region));
  read(paths, "0");
}

void Search::read_vservers(std::vector<VnfCloud> const& vnfs) {
  std::vector<std::string> paths;
  for (auto const& vnf : vnfs)
    for (auto const& link : vnf.vserver_links)
      if (auto path = path_of_link(link, options_.base_path)) paths.push_back(std::move(*path));
  read(paths, "2");
}

// Links of the machines that run a vserver, each once.
std::vector<std::string> pserver_links(json::object const& vserver) {
  std::vector<std::string> links;
  for (auto const& [link, value] : related(unwrap(vserver, "vserver"), "pserver", ""))
    if (std::find(links.begin(), links.end(), link) == links.end()) links.push_back(link);
  return links;
}

void Search::read_pservers() {
  std::vector<std::string> paths;
  for (auto const& [path, vserver] : bodies_) {
    if (!vserver) continue;
    auto const links = pserver_links(*vserver);
    if (links.size() != 1) continue;
    if (auto machine = path_of_link(links.front(), options_.base_path)) paths.push_back(std::move(*machine));
  }
  read(paths, "");
}

Result<Region> Search::region_of(sdk::RegionKey const& key) const {
  if (auto const* placed = known_.find(key)) return placed->region;
  auto const& body = bodies_.at(region_path(key));
  if (!body) return body.error();
  auto region = read_region(*body);
  if (region) region->key = key;  // as the relationship has it, whatever the answer leaves out
  return region;
}

Spot Search::spot(std::string const& vserver_link, Result<Region> const& region) const {
  auto const unusable = [](std::string const& what, std::string const& link) {
    return Spot{std::nullopt, "the link of the " + what + ", '" + link + "', has no schema version", false};
  };
  auto const vserver_path = path_of_link(vserver_link, options_.base_path);
  if (!vserver_path) return unusable("vserver", vserver_link);
  auto const& vserver = bodies_.at(*vserver_path);
  if (!vserver) return spot_of(vserver.error());
  auto const links = pserver_links(*vserver);
  if (links.size() > 1) return {std::nullopt, "vserver " + *vserver_path + " is hosted on several pservers", false};
  sdk::Drop reason;
  if (links.empty()) {
    // Nobody recorded the machine: the region says where it is.
    if (!region) return spot_of(region.error());
    return {region->complex, region->complex ? "" : "its cloud region: " + region->no_complex.text, false};
  }
  auto const pserver_path = path_of_link(links.front(), options_.base_path);
  if (!pserver_path) return unusable("pserver", links.front());
  auto const& pserver = bodies_.at(*pserver_path);
  if (!pserver) return spot_of(pserver.error());
  auto complex = complex_of(unwrap(*pserver, "pserver"), reason);
  return {complex, complex ? "" : "pserver " + *pserver_path + ": " + reason.text, false};
}

std::variant<ComplexRef, sdk::Drop> Search::agreed(VnfCloud const& vnf, Result<Region> const& region) {
  std::optional<ComplexRef> complex;
  std::string reasons;
  bool failed = false;
  for (auto const& link : vnf.vserver_links) {
    auto const found = spot(link, region);
    if (!found.complex) {
      reasons += (reasons.empty() ? "" : "; ") + found.reason;
      failed = failed || found.failed;
    } else if (!complex) {
      complex = found.complex;
    } else if (complex->id != found.complex->id) {
      return sdk::Drop{"", "", "AMBIGUOUS_COMPLEX",
                       "its vservers stand in several complexes, " + complex->id + " and " + found.complex->id};
    }
  }
  if (complex && !reasons.empty()) notes_.push_back(std::move(reasons));
  if (complex) return *complex;
  return sdk::Drop{"", "", failed ? "INVENTORY_ERROR" : "NO_COMPLEX",
                   "none of its vservers could be located: " + reasons};
}

std::vector<std::variant<VnfPlace, sdk::Drop>> Search::places(std::vector<VnfCloud> const& vnfs) {
  std::vector<std::variant<VnfPlace, sdk::Drop>> answers;
  std::vector<ComplexRef> refs;
  std::vector<std::size_t> owners;  // answers[owners[i]] waits for refs[i]
  for (auto const& vnf : vnfs) {
    auto const region = region_of(vnf.region);
    if (!region) {
      bool const absent = region.error().code == Errc::not_found;
      answers.push_back(sdk::Drop{"", "", absent ? "NO_CLOUD" : "INVENTORY_ERROR", region.error().text});
      continue;
    }
    auto const complex = agreed(vnf, region);
    if (auto const* drop = std::get_if<sdk::Drop>(&complex)) {
      answers.push_back(*drop);
      continue;
    }
    refs.push_back(std::get<ComplexRef>(complex));
    owners.push_back(answers.size());
    answers.push_back(VnfPlace{*region, nullptr});
  }
  auto const complexes = complexes_.read_all(call_, asker_, refs);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    auto& answer = answers[owners[i]];
    auto const& complex = complexes[i];
    if (!complex) {
      bool const absent = complex.error().code == Errc::not_found;
      answer = sdk::Drop{"", "", absent ? "NO_COMPLEX" : "INVENTORY_ERROR", complex.error().text};
    } else if (auto const missing = incomplete(**complex, false); !missing.empty()) {
      answer = sdk::Drop{"", "", "NO_COMPLEX", missing};
    } else {
      std::get<VnfPlace>(answer).complex = *complex;
    }
  }
  return answers;
}

}  // namespace

std::variant<VnfCloud, sdk::Drop> cloud_of(json::object const& vnf) {
  auto const by_owner = related(vnf, "vserver", "cloud-region.cloud-owner");
  auto const owners = distinct_values(by_owner);
  auto const ids = distinct_values(related(vnf, "vserver", "cloud-region.cloud-region-id"));
  if (relations(vnf, "vserver").empty()) return sdk::Drop{"", "", "NO_VSERVER", "it is related to no vserver"};
  if (owners.size() > 1 || ids.size() > 1)
    return sdk::Drop{"", "", "NO_CLOUD", "its vservers run in several cloud regions"};
  if (owners.empty() || ids.empty() || owners.front().empty() || ids.front().empty())
    return sdk::Drop{"", "", "NO_CLOUD", "its vserver relationships do not name the cloud owner and region"};
  VnfCloud cloud{{owners.front(), ids.front()}, {}};
  for (auto const& [link, value] : by_owner) cloud.vserver_links.push_back(link);
  return cloud;
}

std::string version_digits(std::string const& version) {
  std::string kept;
  for (char const c : version)
    if ((c >= '0' && c <= '9') || c == '.') kept += c;
  return kept.find_first_not_of('.') == std::string::npos ? version : kept;
}

Result<std::vector<std::variant<VnfPlace, sdk::Drop>>> VnfPlaces::find(sdk::Call const& call, std::string const& asker,
                                                                       std::vector<VnfCloud> const& vnfs,
                                                                       RegionMap const& known) {
  Search search(connection_, complexes_, options_, call, asker, known);
  search.read_regions(vnfs);
  search.read_vservers(vnfs);
  search.read_pservers();
  auto answers = search.places(vnfs);
  for (auto const& note : search.notes())
    host_.log().info(call, asker + ": a VNF was located although some of its vservers were not: " + note);
  // Look-ups that failed because the time was over say nothing about the VNFs.
  if (auto const expired = call.expired(host_.clock()))
    return Error{expired->code, asker + ": locating " + std::to_string(vnfs.size()) + " VNFs: " + expired->text};
  return answers;
}

}  // namespace conductor::plugins::inventory_aai
