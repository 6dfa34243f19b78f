// instance_fit and region_fit (solver specification 5.8): candidates that a service controller finds room for; running
// instances by the one, cloud regions by the other.
#include "services/solver/constraint.hpp"

namespace conductor::services::solver {
namespace {

class ControllerHasRoom final : public Test {
 public:
  // `check`: as it is asked, without demand and candidates.
  ControllerHasRoom(Preparation const& preparation, FitCheck check, bool of_instances)
      : plan_(preparation.plan), answers_(preparation.answers), check_(std::move(check)), of_instances_(of_instances) {}

  bool concerns(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const type = plan_.demands[demand].types[candidate];
    return of_instances_ ? type == InventoryType::service || type == InventoryType::vfmodule
                         : type == InventoryType::cloud;
  }
  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const override {
    if (!concerns(demand, candidate)) return;
    auto const& name = plan_.demands[demand].name;
    auto const [place, is_new] = questions.fits.try_emplace({check_.name, name}, check_);
    if (is_new) place->second.demand = name;
    place->second.candidates.emplace(key_of(demand, candidate), plan_.demands[demand].documents[candidate]);
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    if (!concerns(demand, candidate)) return true;
    auto const* verdict = verdict_on(demand, candidate);
    return verdict && verdict->room;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const* verdict = verdict_on(demand, candidate);
    auto text = check_.controller + " finds no capacity";
    if (verdict && !verdict->reason.empty()) text.append(": ").append(verdict->reason);
    return {.reason = "capacity", .text = std::move(text)};
  }
  std::string note(std::uint32_t demand) const override {
    std::string text;
    if (auto const* answer = answer_on(demand))
      for (auto const& each : answer->unchecked) text.append(text.empty() ? "" : "; ").append(each);
    return text;
  }

 private:
  CandidateKey key_of(std::uint32_t demand, std::uint32_t candidate) const {
    auto const& pool = plan_.demands[demand];
    return {text_of(*pool.documents[candidate], "inventory_type"), pool.ids[candidate]};
  }
  FitAnswer const* answer_on(std::uint32_t demand) const {
    auto const found = answers_.fits.find({check_.name, plan_.demands[demand].name});
    return found == answers_.fits.end() ? nullptr : &found->second;
  }
  FitVerdict const* verdict_on(std::uint32_t demand, std::uint32_t candidate) const {
    auto const* answer = answer_on(demand);
    if (!answer) return nullptr;
    auto const found = answer->verdicts.find(key_of(demand, candidate));
    return found == answer->verdicts.end() ? nullptr : &found->second;
  }

  Plan const& plan_;
  Answers const& answers_;
  FitCheck check_;
  bool of_instances_;
};

json::object const& request_of(Constraint const& constraint) {
  static json::object const nothing;
  auto const* request = member(*constraint.properties, "request");
  if (!request) return nothing;
  if (!request->is_object())
    throw InvalidPlan(title_of(constraint) + " has the request " + shown(*request) + "; a mapping is needed");
  return request->get_object();
}

template <bool of_instances>
Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  FitCheck check;
  check.name = constraint.name;
  check.type = constraint.type->name;
  check.controller = text_of(*constraint.properties, "controller");
  check.request_type = preparation.plan.request_type;
  check.request = &request_of(constraint);
  if (check.controller.empty()) throw InvalidPlan(title_of(constraint) + " names no controller");
  Rule rule;
  rule.late = std::make_unique<ControllerHasRoom>(preparation, std::move(check), of_instances);
  return rule;
}

}  // namespace

constinit ConstraintType const instance_fit_type{"instance_fit", 7, prepare<true>, false},
    region_fit_type{"region_fit", 8, prepare<false>, false};

}  // namespace conductor::services::solver
