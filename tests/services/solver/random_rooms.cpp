#include "random_rooms.hpp"

#include "services/placement/license.hpp"

namespace conductor::tests::solver {
namespace {

json::object quantity(int amount) { return {{"quantity", amount}, {"unit", "GB"}}; }

VimNeed need_of(json::object const& request) {
  return {request.at("vCPU").to_number<double>(), request.at("Memory").at("quantity").to_number<double>(),
          request.at("Storage").at("quantity").to_number<double>()};
}

}  // namespace

RandomRooms::RandomRooms(unsigned seed) : random_(seed) {
  plan.location("hq", 48.2, 11.3);
  for (int count = pick(1, 4), i = 0; i < count; ++i) add_demand(i);
  std::vector<LicensePool> pools;
  for (auto const* key : {"k1", "k2"})
    for (int count = pick(0, 2), i = 0; i < count; ++i) {
      auto& pool = pools.emplace_back(LicensePool{"l", key, static_cast<double>(pick(0, 3)), std::nullopt});
      if (!chance(3)) pool.candidates = {"c0", "c1", "c2", "c" + std::to_string(pick(3, 7))};
    }
  options.licenses = std::make_shared<std::vector<LicensePool> const>(std::move(pools));
  for (int i = 0; i < 3; ++i)
    if (chance(4)) full["Own_r" + std::to_string(i)] = "";
  for (int i = 0; i < 8; ++i)
    if (chance(4)) full["c" + std::to_string(i)] = "no room";
  for (int count = pick(1, 4), i = 0; i < count; ++i) add_constraint(i);
  for (int count = pick(0, 3), i = 0; i < count; ++i) add_operand();
}

void RandomRooms::add_demand(int index) {
  names_.push_back("d" + std::to_string(index));
  std::set<std::string> ids;
  for (int count = pick(1, 6), i = 0; i < count; ++i) {
    auto fields = at(45 + pick(0, 4), 8 + pick(0, 4), pick(0, 2));
    char const* const types[] = {"cloud", "cloud", "cloud", "service", "vfmodule"};
    fields["inventory_type"] = types[pick(0, 4)];
    fields["location_id"] = "r" + std::to_string(pick(0, 2));
    if (chance(2))
      fields["vim-id"] = "Own_" + std::string(fields["location_id"].as_string());
    else if (!chance(4))
      fields["cloud_owner"] = "Own";
    if (!chance(6)) {
      json::array flavors;
      for (int many = pick(1, 2), f = 0; f < many; ++f) flavors.push_back(flavor(pick(0, 2)));
      fields["flavors"] = json::object{{"flavor", std::move(flavors)}};
    }
    auto const id = "c" + std::to_string(pick(0, 7));
    if (ids.insert(id).second) plan.candidate(names_.back(), id, std::move(fields));
  }
}

json::object RandomRooms::flavor(int index) {
  json::array capabilities;
  for (int count = pick(0, 3), i = 0; i < count; ++i) {
    json::array attributes{json::object{{"hpa-attribute-key", "n"},
                                        {"hpa-attribute-value", R"({"value":")" + std::to_string(pick(1, 4)) + "\"}"}}};
    capabilities.push_back(json::object{{"hpa-feature", chance(2) ? "nic" : "cpu"},
                                        {"hpa-version", "v1"},
                                        {"architecture", chance(5) ? "Intel64" : "generic"},
                                        {"hpa-feature-attributes", std::move(attributes)}});
  }
  json::object made{{"flavor-id", "id" + std::to_string(index)}, {"flavor-name", "f" + std::to_string(index)}};
  made["hpa-capabilities"] = json::object{{"hpa-capability", std::move(capabilities)}};
  if (chance(8)) made["flavor-disabled"] = true;
  return made;
}

json::object RandomRooms::hpa() {
  json::array machines;
  for (int count = pick(1, 2), i = 0; i < count; ++i) {
    json::array features;
    for (int many = pick(0, 2), f = 0; f < many; ++f) {
      char const* const operators[] = {"=", ">=", "<="};
      json::array attributes{json::object{{"hpa-attribute-key", "n"},
                                          {"hpa-attribute-value", std::to_string(pick(1, 4))},
                                          {"operator", operators[pick(0, 2)]}}};
      json::object feature{{"hpa-feature", chance(2) ? "nic" : "cpu"},
                           {"hpa-version", "v1"},
                           {"architecture", "generic"},
                           {"mandatory", "True"},
                           {"directives", json::array()},
                           {"hpa-feature-attributes", attributes}};
      if (!chance(3)) {
        feature["mandatory"] = "False";
        feature["score"] = pick(0, 9);
      }
      features.push_back(std::move(feature));
    }
    json::array names{json::object{{"attribute_name", "label_" + std::to_string(i)}, {"attribute_value", ""}}};
    machines.push_back(json::object{
        {"id", "vm" + std::to_string(i)},
        {"type", "vnfc"},
        {"directives", json::array{json::object{{"type", "flavor_directives"}, {"attributes", std::move(names)}}}},
        {"flavorProperties", std::move(features)}});
  }
  return {{"evaluate", std::move(machines)}};
}

json::object RandomRooms::room() {
  return {
      {"controller", "any"},
      {"request", json::object{{"vCPU", pick(1, 2)}, {"Memory", quantity(8)}, {"Storage", quantity(10 * pick(1, 2))}}}};
}

void RandomRooms::add_constraint(int index) {
  auto const label = "k" + std::to_string(index);
  switch (pick(0, 8)) {
    case 0:
    case 1:
      plan.constraint(label, "hpa", {name()}, hpa());
      break;
    case 2: {
      json::array items{
          json::object{{"attribute", "hpa_score"}, {"operator", chance(2) ? "gte" : "lt"}, {"threshold", pick(0, 9)}}};
      plan.constraint(label, "threshold", {name()}, {{"evaluate", std::move(items)}});
      break;
    }
    case 3: {
      auto const heat = R"({"resources": {"a": {"type": "OS::Nova::Server", "properties": {"flavor": "f)" +
                        std::to_string(pick(0, 2)) + "\"}}}}";
      plan.constraint(label, "capability", {name()}, {{"specification", "heat"}, {"template", heat}});
      break;
    }
    case 4:
      plan.constraint(label, "license", {name()}, {{"id", "l"}, {"key", chance(2) ? "k1" : "k2"}});
      break;
    case 5:
      plan.constraint(label, "vim_fit", {name()}, room());
      break;
    case 6:
      plan.constraint(label, chance(2) ? "instance_fit" : "region_fit", {name()}, room());
      break;
    default:
      if (names_.size() > 1)
        plan.constraint(label, "distance_between_demands", {names_[0], names_[1]}, km("<", pick(1, 5) * 100));
  }
}

void RandomRooms::add_operand() {
  switch (pick(0, 2)) {
    case 0:
      // Refused by translation where no hpa constraint looks at the demand; the solver takes it as 0.
      plan.operand("hpa_score", {name()}, pick(1, 20));
      break;
    case 1:
      plan.operand("cost", {name()}, pick(1, 3));
      break;
    default:
      plan.operand("distance_between", {"hq", name()}, pick(1, 2));
  }
}

Answers RandomRooms::answers() const {
  Answers answers;
  auto const& root = plan.document().at("conductor_solver").as_object();
  for (auto const& [label, constraint] : root.at("constraints").as_object()) {
    auto const& type = constraint.at("type").as_string();
    bool const vims = type == "vim_fit";
    if (!vims && type != "instance_fit" && type != "region_fit") continue;
    auto const demand = std::string(constraint.at("demands").at(0).as_string());
    for (auto const& each : root.at("demands").at(demand).at("candidates").as_array()) {
      auto const& candidate = each.as_object();
      auto const id = std::string(candidate.at("candidate_id").as_string());
      if (!vims) {
        answers.fits[{std::string(label), demand}]
            .verdicts[{std::string(candidate.at("inventory_type").as_string()), id}] = {!full.contains(id)};
        continue;
      }
      auto& answer = answers.vims[need_of(constraint.at("properties").at("request").as_object())];
      auto const vim = "Own_" + std::string(candidate.at("location_id").as_string());
      bool const known = candidate.contains("vim-id") || candidate.contains("cloud_owner");
      if (known && !full.contains(vim)) answer.ids.insert(vim);
    }
  }
  return answers;
}

}  // namespace conductor::tests::solver
