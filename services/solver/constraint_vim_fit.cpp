// vim_fit (solver specification 5.7): cloud candidates whose infrastructure manager has room for a VM profile.
#include "services/solver/constraint.hpp"

namespace conductor::services::solver {
namespace {

// As inventory gives it, or made of owner and region; empty when neither is known.
std::string vim_id_of(json::object const& candidate) {
  if (auto id = text_of(candidate, "vim-id"); !id.empty()) return id;
  auto const owner = text_of(candidate, "cloud_owner"), region = text_of(candidate, "location_id");
  return owner.empty() || region.empty() ? "" : owner + "_" + region;
}

class VimHasRoom final : public Test {
 public:
  VimHasRoom(Preparation const& preparation, std::string name, VimNeed const& need)
      : plan_(preparation.plan), answers_(preparation.answers), name_(std::move(name)), need_(need) {}

  bool concerns(std::uint32_t demand, std::uint32_t candidate) const override {
    return plan_.demands[demand].types[candidate] == InventoryType::cloud;
  }
  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const override {
    auto id = id_of(demand, candidate);
    if (!concerns(demand, candidate) || id.empty()) return;
    auto& check = questions.vims[need_];
    check.need = need_;
    check.askers.insert(name_);
    check.ids.insert(std::move(id));
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    if (!concerns(demand, candidate)) return true;
    auto const found = answers_.vims.find(need_);
    return found != answers_.vims.end() && found->second.ids.contains(id_of(demand, candidate));
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const id = id_of(demand, candidate);
    if (id.empty())
      return {.reason = "no-vim-id",
              .text = "it has no vim-id, and none can be made of cloud_owner and location_id",
              .missing = true};
    return {.reason = "vim-capacity",
            .text = id + " has no room for " + shortest(need_.vcpus) + " vCPU, " + shortest(need_.memory_gb) +
                    " GB of memory and " + shortest(need_.storage_gb) + " GB of storage"};
  }
  std::string note(std::uint32_t) const override {
    std::string text;
    if (auto const found = answers_.vims.find(need_); found != answers_.vims.end())
      for (auto const& each : found->second.unchecked) text.append(text.empty() ? "" : "; ").append(each);
    return text;
  }

 private:
  std::string id_of(std::uint32_t demand, std::uint32_t candidate) const {
    return vim_id_of(*plan_.demands[demand].documents[candidate]);
  }
  Plan const& plan_;
  Answers const& answers_;
  std::string name_;
  VimNeed need_;
};

// In GB: translation has converted what the template said. A part that is missing all the same counts as 0.
double amount_of(json::object const& request, std::string_view part, std::string const& what) {
  auto const* given = member(request, part);
  if (!given) return 0;
  auto const* quantity = given->is_object() ? member(given->get_object(), "quantity") : given;
  auto const unit = given->is_object() ? text_of(given->get_object(), "unit") : "";
  auto const number = quantity ? number_in(*quantity) : std::nullopt;
  if (!number || *number < 0 || (!unit.empty() && unit != "GB"))
    throw InvalidPlan(what + " asks for the " + std::string(part) + " " + shown(*given) +
                      "; a quantity of at least 0 in GB is needed");
  return *number;
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const what = title_of(constraint);
  auto const* request = member(*constraint.properties, "request");
  if (!request || !request->is_object()) throw InvalidPlan(what + " has no mapping 'request'");
  auto const& parts = request->get_object();
  auto const* vcpus = member(parts, "vCPU");
  auto const count = vcpus ? number_in(*vcpus) : 0.0;
  if (!count || *count < 0)
    throw InvalidPlan(what + " asks for " + shown(*vcpus) + " vCPU; a number of at least 0 is needed");
  Rule rule;
  rule.late = std::make_unique<VimHasRoom>(
      preparation, constraint.name,
      VimNeed{*count, amount_of(parts, "Memory", what), amount_of(parts, "Storage", what)});
  return rule;
}

}  // namespace

constinit ConstraintType const vim_fit_type{"vim_fit", 6, prepare, false};

}  // namespace conductor::services::solver
