#include "complexes.hpp"

#include "relations.hpp"

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

ComplexPtr Complexes::remembered(std::string const& id) {
  std::lock_guard const lock(mutex_);
  auto const found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  if (host_.clock().now() - found->second.since < options_.complex_interval) return found->second.complex;
  entries_.erase(found);
  return nullptr;
}

ComplexPtr Complexes::remember(std::string const& id, json::object const& body) {
  auto complex = read_complex(body);
  // A link may lead to a vertex whose answer leaves its key out; the relationship named it.
  if (complex.id().empty()) complex.properties["physical-location-id"] = id;
  auto pointer = std::make_shared<Complex const>(std::move(complex));
  std::lock_guard const lock(mutex_);
  entries_[id] = {pointer, host_.clock().now()};
  return pointer;
}

std::vector<Result<ComplexPtr>> Complexes::read_all(sdk::Call const& call, std::string const& asker,
                                                    std::span<ComplexRef const> refs, Age age) {
  std::map<std::string, Result<ComplexPtr>, std::less<>> known;
  std::vector<std::string> ids;
  std::vector<Target> targets;
  for (auto const& [id, link] : refs) {
    if (known.contains(id)) continue;
    if (auto complex = age == Age::any ? remembered(id) : nullptr) {
      known.emplace(id, std::move(complex));
      continue;
    }
    auto const path = path_of_link(link, options_.base_path);
    known.emplace(id, Error{Errc::unsupported, asker + ": the link of complex " + id + ", '" + link +
                                                   "', has no schema version and cannot be followed"});
    if (!path) continue;
    ids.push_back(id);
    targets.emplace_back(*path);
  }
  auto const bodies = connection_.read_all(call, asker, targets);
  for (std::size_t i = 0; i < ids.size(); ++i)
    known.at(ids[i]) = bodies[i] ? Result<ComplexPtr>(remember(ids[i], *bodies[i])) : bodies[i].error();

  std::vector<Result<ComplexPtr>> answers;
  for (auto const& ref : refs) answers.push_back(known.at(ref.id));
  return answers;
}

Result<ComplexPtr> Complexes::read(sdk::Call const& call, std::string const& asker, std::string const& id) {
  if (auto complex = remembered(id)) return complex;
  Target target("/cloud-infrastructure/complexes/complex");
  auto const body = connection_.read(call, asker, target.segment(id));
  if (!body) return body.error();
  return remember(id, *body);
}

}  // namespace conductor::plugins::inventory_aai
