// read_plan: from the translated document (template specification 12) to the model. What makes one candidate unusable
// drops that candidate with a reason; what makes the plan meaningless is an InvalidPlan that names the element.
#include "services/constraints/table.hpp"
#include "services/placement/model.hpp"
#include "services/solver/input.hpp"
#include "services/solver/objective.hpp"

#include <algorithm>

namespace conductor::services::solver {

using namespace placement;

namespace {

json::object const& object_at(json::object const& parent, std::string_view name) {
  auto const* value = member(parent, name);
  if (!value || !value->is_object())
    throw InvalidPlan("'" + std::string(name) + "' of the translated plan is " +
                      (value ? shown(*value) + ", not an object" : "missing"));
  return value->get_object();
}

json::object const* optional_object_at(json::object const& parent, std::string_view name) {
  return member(parent, name) ? &object_at(parent, name) : nullptr;
}

// The fields of a candidate that become columns.
struct CandidateFields {
  MemberOf id{"candidate_id"}, type{"inventory_type"}, cost{"cost"}, normal_cost{"normal_cost"};
  MemberOf latitude{"latitude"}, longitude{"longitude"}, unique{"uniqueness"}, existing{"existing_placement"};
  std::vector<MemberOf> zones;

  CandidateFields() {
    for (auto const& [category, field] : zone_fields) zones.emplace_back(field);
  }
};

std::string text_in_field(json::value const* field) { return field ? text_in(*field).value_or("") : ""; }
bool flag_in_field(json::value const* field) { return field && boolean_in(*field).value_or(false); }

// Latitude and longitude within range; 0 is as good as any other number.
std::optional<Coordinates> coordinates_in(json::value const* latitude, json::value const* longitude) {
  if (!latitude || !longitude) return std::nullopt;
  auto const phi = number_in(*latitude), lambda = number_in(*longitude);
  if (!phi || !lambda || *phi < -90 || *phi > 90 || *lambda < -180 || *lambda > 180) return std::nullopt;
  // Adding 0 turns -0.0 into 0.0, so that equal places have equal bits.
  return Coordinates{*phi + 0.0, *lambda + 0.0};
}

struct PlaceHash {
  std::size_t operator()(Coordinates const& place) const {
    std::hash<double> const hash;
    return hash(place.latitude) * 1000003U ^ hash(place.longitude);
  }
};

class Reader {
 public:
  Reader(Plan& plan, Options const& options) : plan_(plan), options_(options) {}

  void read() {
    if (!plan_.document->is_object()) throw InvalidPlan("the translated plan is not an object");
    auto const& root = object_at(plan_.document->get_object(), "conductor_solver");
    plan_.id = text_of(root, "plan_id");
    plan_.request_type = text_of(root, "request_type");
    if (auto const* locations = optional_object_at(root, "locations"))
      for (auto const& [name, value] : *locations) read_location(name, value);
    read_demands(object_at(root, "demands"));
    if (auto const* constraints = optional_object_at(root, "constraints"))
      for (auto const& [id, value] : *constraints) read_constraint(id, value);
    std::stable_sort(plan_.constraints.begin(), plan_.constraints.end(),
                     [](auto const& a, auto const& b) { return a.type->rank < b.type->rank; });
    plan_.objective = read_objective(plan_, member(root, "objective"));
  }

 private:
  void read_location(std::string_view name, json::value const& value) {
    auto const where = value.is_object() ? coordinates_in(member(value.get_object(), "latitude"),
                                                          member(value.get_object(), "longitude"))
                                         : std::nullopt;
    if (!where)
      throw InvalidPlan("location '" + std::string(name) + "' is " + shown(value) +
                        "; it needs a latitude in -90..90 and a longitude in -180..180");
    plan_.locations.push_back(
        {std::string(name), *where, unit_vector(*where), plan_.symbols.intern(text_of(value.get_object(), "country"))});
  }

  void read_demands(json::object const& demands) {
    if (demands.empty()) throw InvalidPlan("the translated plan has no demands; at least one is needed");
    for (auto const& [name, value] : demands) {
      auto const* candidates = value.is_object() ? member(value.get_object(), "candidates") : nullptr;
      if (!candidates || !candidates->is_array())
        throw InvalidPlan("demand '" + std::string(name) + "' has no list 'candidates'");
      Demand demand;
      demand.name = name;
      read_candidates(demand, candidates->get_array());
      plan_.demands.push_back(std::move(demand));
    }
  }

  void read_candidates(Demand& demand, json::array const& list) {
    demand.resolved = std::min(list.size(), options_.max_candidates);
    if (list.size() > demand.resolved)
      plan_.warnings.push_back("demand '" + demand.name + "' has " + std::to_string(list.size()) +
                               " candidates; the first " + std::to_string(demand.resolved) +
                               " are considered ([solver] max_candidates)");
    // The last one of equal key wins and takes the place of the first.
    std::vector<json::value const*> pool;
    std::unordered_map<std::string, std::size_t> places;
    pool.reserve(demand.resolved);
    places.reserve(demand.resolved);
    for (std::size_t i = 0; i < demand.resolved; ++i) {
      auto const& value = list[i];
      auto const id = value.is_object() ? text_in_field(fields_.id.in(value.get_object())) : "";
      if (id.empty()) {
        demand.unusable.emplace_back(&value, Drop{"malformed", "not an object with a candidate_id"});
        continue;
      }
      auto const key = text_in_field(fields_.type.in(value.get_object())) + '\n' + id;
      auto const [place, is_new] = places.emplace(key, pool.size());
      if (is_new) {
        pool.push_back(&value);
      } else {
        demand.unusable.emplace_back(pool[place->second], Drop{"duplicate", "a later candidate has the same key"});
        pool[place->second] = &value;
      }
    }
    for (auto const* value : pool) read_candidate(demand, *value);
    auto sites = demand.sites;
    std::sort(sites.begin(), sites.end());
    demand.all_placed = sites.empty() || sites.back() != no_site;
    demand.sites_differ = std::adjacent_find(sites.begin(), sites.end()) == sites.end();
  }

  void read_candidate(Demand& demand, json::value const& value) {
    auto const& document = value.get_object();
    auto const* cost_value = fields_.cost.in(document);
    auto const cost = cost_value ? number_in(*cost_value) : 0.0;
    if (!cost) {
      demand.unusable.emplace_back(&value, Drop{"cost", "cost " + shown(*cost_value) + " is not a number"});
      return;
    }
    demand.documents.push_back(&document);
    demand.ids.push_back(text_in_field(fields_.id.in(document)));
    demand.types.push_back(inventory_type_from(text_in_field(fields_.type.in(document))));
    demand.costs.push_back(plan_.move_cost ? normal_cost(document, *cost) : *cost);
    demand.sites.push_back(site_of(document));
    for (std::size_t zone = 0; zone < zone_fields.size(); ++zone)
      demand.zones[zone].push_back(plan_.symbols.intern(text_in_field(fields_.zones[zone].in(document))));
    demand.unique.push_back(flag_in_field(fields_.unique.in(document)));
    demand.existing.push_back(flag_in_field(fields_.existing.in(document)));
  }

  // With a price for moves the present placement counts as any other candidate.
  double normal_cost(json::object const& document, double cost) {
    auto const* normal = flag_in_field(fields_.existing.in(document)) ? fields_.normal_cost.in(document) : nullptr;
    return normal ? number_in(*normal).value_or(cost) : cost;
  }

  std::uint32_t site_of(json::object const& document) {
    auto const where = coordinates_in(fields_.latitude.in(document), fields_.longitude.in(document));
    if (!where) return no_site;
    auto const [place, is_new] = sites_.emplace(*where, static_cast<std::uint32_t>(plan_.sites.size()));
    if (is_new) plan_.sites.push_back({*where, unit_vector(*where)});
    return place->second;
  }

  void read_constraint(std::string_view id, json::value const& value) {
    static json::object const nothing;
    Constraint constraint;
    constraint.id = id;
    if (!value.is_object())
      throw InvalidPlan("constraint '" + constraint.id + "' is " + shown(value) + ", not an object");
    auto const& document = value.get_object();
    constraint.name = text_of(document, "name");
    if (constraint.name.empty()) constraint.name = constraint.id;
    auto const type = text_of(document, "type");
    constraint.type = constraints::find_type(type);
    if (!constraint.type)
      throw InvalidPlan("constraint '" + constraint.name + "' has type '" + type + "'; the types known are " +
                        constraints::type_names());
    read_softness(constraint, document);
    auto const* properties = optional_object_at(document, "properties");
    constraint.properties = properties ? properties : &nothing;
    constraint.document = &document;
    if (constraint.type->is_group())
      read_member_demands(constraint, document, 0);
    else
      read_demand_list(constraint, member(document, "demands"));
    if (constraint.demands.empty()) throw InvalidPlan("constraint '" + constraint.name + "' names no demand");
    plan_.constraints.push_back(std::move(constraint));
  }

  static void read_softness(Constraint& constraint, json::object const& document) {
    auto const read = [&](char const* key) -> std::optional<double> {
      auto const* value = member(document, key);
      if (!value) return std::nullopt;
      auto const number = number_in(*value);
      if (!number || *number <= 0)
        throw InvalidPlan(constraints::title_of(constraint) + " has the " + key + " " + shown(*value) +
                          "; it must be a number greater than 0");
      return number;
    };
    constraint.penalty = read("penalty");
    constraint.weight = read("weight");
    if (constraint.penalty && constraint.weight)
      throw InvalidPlan(constraints::title_of(constraint) +
                        " has a penalty and a weight; only one of them may be given");
    if (constraint.soft() && constraint.type->soft == constraints::Soft::no)
      throw InvalidPlan(constraints::title_of(constraint) +
                        " has a penalty or weight; constraints of this type cannot be soft");
  }

  // All demands that members name, in the order of their first mention.
  void read_member_demands(Constraint& constraint, json::object const& document, int depth) {
    if (depth > 8) return;  // the type itself refuses such depths
    auto const visit = [&](json::value const& value) {
      if (!value.is_object()) return;
      read_demand_list(constraint, member(value.get_object(), "demands"));
      read_member_demands(constraint, value.get_object(), depth + 1);
    };
    if (auto const* one = member(document, "constraint")) visit(*one);
    if (auto const* list = member(document, "constraints"); list && list->is_array())
      for (auto const& each : list->get_array()) visit(each);
  }

  void read_demand_list(Constraint& constraint, json::value const* value) {
    auto const add = [&](json::value const& name) {
      auto const demand = name.is_string() ? plan_.find_demand(name.get_string()) : std::nullopt;
      if (!demand)
        throw InvalidPlan("constraint '" + constraint.name + "' names " + shown(name) +
                          ", which is no demand of the plan");
      if (std::find(constraint.demands.begin(), constraint.demands.end(), *demand) == constraint.demands.end())
        constraint.demands.push_back(*demand);
    };
    if (value && value->is_array())
      for (auto const& name : value->get_array()) add(name);
    else if (value)
      add(*value);
  }

  CandidateFields fields_;
  Plan& plan_;
  Options const& options_;
  std::unordered_map<Coordinates, std::uint32_t, PlaceHash> sites_;
};

bool is_placed(json::value const& candidate) {
  auto const* object = candidate.if_object();
  auto const* flag = object ? member(*object, "existing_placement") : nullptr;
  return flag && boolean_in(*flag).value_or(false);
}

// Whether the request changes something about what already runs somewhere.
bool changes_placed(json::object const& root) {
  auto const* demands = member(root, "demands");
  if (text_of(root, "request_type") != "speed changed" || !demands || !demands->is_object()) return false;
  for (auto const& [name, demand] : demands->get_object()) {
    auto const* pool = demand.is_object() ? member(demand.get_object(), "candidates") : nullptr;
    if (pool && pool->is_array() && std::any_of(pool->get_array().begin(), pool->get_array().end(), is_placed))
      return true;
  }
  return false;
}

}  // namespace

Plan read_plan(std::shared_ptr<json::value const> translated, Options const& options, std::optional<double> move_cost) {
  Plan plan;
  plan.document = std::move(translated);
  plan.move_cost = move_cost;
  Reader(plan, options).read();
  // Where nothing else says what is better, too.
  if (options.sticky || !plan.has_preferences())
    plan.stays_first = changes_placed(plan.document->at("conductor_solver").as_object());
  return plan;
}

bool has_preferences(json::value const& translated) {
  auto const* root = translated.is_object() ? member(translated.get_object(), "conductor_solver") : nullptr;
  if (!root || !root->is_object()) return false;
  if (member(root->get_object(), "objective") || changes_placed(root->get_object())) return true;
  auto const* constraints = member(root->get_object(), "constraints");
  if (!constraints || !constraints->is_object()) return false;
  auto const& object = constraints->get_object();
  return std::any_of(object.begin(), object.end(), [](auto const& each) {
    auto const* entry = each.value().if_object();
    return entry && (member(*entry, "penalty") || member(*entry, "weight"));
  });
}

}  // namespace conductor::services::solver
