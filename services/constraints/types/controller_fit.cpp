// instance_fit and region_fit (template specification 6.6, solver specification 5.8): candidates that a service
// controller finds room for; running instances by the one, cloud regions by the other. In the translated document
// "controller" is the loaded name that was meant, and "request" is always there.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"
#include "services/grammar/controllers.hpp"

namespace conductor::services::constraints {
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

// Controllers are told whether a candidate is new, changes speed or moves, which only these tell.
void check_request_type(ConstraintUnderCheck const& constraint, Report& report) {
  auto const type = constraint.given.request_type();
  if (type.empty() || type == "initial" || type == "speed changed") return;
  report.add(constraint.whole,
             "Parameter request_type is '" + type +
                 "', which service controllers are not asked about, in constraint "
                 "named '" +
                 constraint.name + "'; it must be initial, speed changed or absent",
             "request_type initial, speed changed or none");
}

void check(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  check_request_type(constraint, report);
  if (!properties.contains("request")) properties["request"] = json::object();
  auto const controller = constraint.properties.given("controller");
  if (!controller || is_blank(controller->node()) || !controller->node().is_text()) return;
  if (check_controller(*controller, constraint.controllers, "constraint named '" + constraint.name + "'", report))
    properties["controller"] = controller_name(controller->node().text(), constraint.controllers);
}

// What was answered about the very candidate that was chosen.
template <bool of_instances>
Measured recheck(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const type = text_of(*party.candidate, "inventory_type");
  bool const is_instance = type == "service" || type == "vfmodule";
  if (of_instances ? !is_instance : type != "cloud") return plain(Opinion::yes);
  auto const answer = judge.plan().answers.fits.find({text_of(constraint, "name"), party.demand});
  if (answer == judge.plan().answers.fits.end()) return {};
  for (auto const& [key, verdict] : answer->second.verdicts)
    if (key.first == type && key.second == text_of(*party.candidate, "candidate_id"))
      return plain(opinion_of(verdict.room));
  return {};
}

constexpr Property properties[] = {
    controller_property, {.name = "request", .help = "What the controller is asked for.", .kind = ValueKind::mapping}};

constexpr Type all[] = {{.name = "instance_fit",
                         .help = "A service controller says that the instance has capacity.",
                         .place = 90,
                         .stage = Stage::late,
                         .rank = 7,
                         .properties = properties,
                         .soft = Soft::no,
                         .check = check,
                         .prepare = prepare<true>,
                         .recheck = {.one = recheck<true>}},
                        {.name = "region_fit",
                         .help = "A service controller says that the cloud region has capacity.",
                         .place = 100,
                         .stage = Stage::late,
                         .rank = 8,
                         .properties = properties,
                         .soft = Soft::no,
                         .check = check,
                         .prepare = prepare<false>,
                         .recheck = {.one = recheck<false>}}};

}  // namespace

std::span<Type const> controller_fit_types() { return all; }

}  // namespace conductor::services::constraints
