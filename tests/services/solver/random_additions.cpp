#include "random_additions.hpp"

#include "services/placement/network_model.hpp"

namespace conductor::tests::solver {

RandomAdditions::RandomAdditions(unsigned seed) : random_(seed) {
  plan.location("hq", 48.2, 11.3, {{"country", "DEU"}}).location("lab", 46, 9, {{"country", "PER"}});
  for (int count = pick(1, 4), i = 0; i < count; ++i) add_demand(i);
  roles["role0"] = json::array{json::array{"", "c1"}, json::array{"", "c2"}, json::array{"", "c5"}};
  hosts["h0"] = json::array{"MASTER"};
  hosts["h1"] = json::array{"SLAVE"};
  if (chance(2)) add_network_model();
  for (int count = pick(0, 4), i = 0; i < count; ++i) add_constraint(i);
  add_latency_rules();
  if (chance(3)) {
    plan.root()["objective"] =
        json::object{{"goal", chance(2) ? "minimize" : "maximize"}, {"operation_function", node(0)}};
  } else if (!chance(4)) {
    for (int count = pick(1, 3), i = 0; i < count; ++i) add_operand();
  }
  if (chance(4)) move_cost = pick(0, 2) * 50;
}

json::array RandomAdditions::several(int least) {
  std::set<std::string> list;
  for (int i = 0; i < 3 || static_cast<int>(list.size()) < least; ++i) list.insert(name());
  return json::array(list.begin(), list.end());
}

void RandomAdditions::add_demand(int index) {
  names_.push_back("d" + std::to_string(index));
  int const count = pick(1, 5), placed = chance(2) ? pick(0, count - 1) : -1;
  std::set<std::string> ids;
  for (int i = 0; i < count; ++i) {
    auto fields = candidate();
    if (i == placed) {
      fields["existing_placement"] = "true";
      fields["normal_cost"] = fields["cost"];
      fields["cost"] = -8000;
    }
    auto const id = "c" + std::to_string(pick(0, 7));
    if (ids.insert(id).second) plan.candidate(names_.back(), id, std::move(fields));
  }
}

json::object RandomAdditions::candidate() {
  json::object fields;
  if (!chance(8)) fields = at(45 + pick(0, 4), 8 + pick(0, 4));
  fields["cost"] = pick(0, 2);
  char const* const lands[] = {"DEU", "AUT", "PER", "JPN"};
  if (!chance(8)) fields["country"] = lands[pick(0, 3)];
  if (!chance(8)) fields["location_id"] = "r" + std::to_string(pick(0, 2));
  if (!chance(6)) fields["size"] = pick(0, 6);
  if (!chance(6))
    fields["speed"] = chance(2) ? json::value(pick(0, 4)) : json::value(std::to_string(pick(0, 3)) + " Gbps");
  if (chance(8)) fields["size"] = "large";
  if (chance(2)) fields["host_id"] = "h" + std::to_string(pick(0, 2));
  return fields;
}

json::object RandomAdditions::distance(bool soft) {
  char const* const operators[] = {"<", "<=", ">", ">=", "="};
  if (chance(5)) {
    json::object range;
    range["distance"] =
        json::object{{"operator", "="}, {"value", json::object{{"min", pick(0, 2) * 100}, {"max", pick(2, 5) * 100}}}};
    return range;
  }
  return km(operators[pick(0, soft ? 3 : 4)], pick(0, 5) * 100);
}

void RandomAdditions::add_network_model() {
  std::vector<NetworkModel::Link> links;
  char const* const ends[] = {"r0", "r1", "r2", "hq", "lab", "hub"};
  for (int count = pick(1, 8), i = 0; i < count; ++i)
    links.push_back({ends[pick(0, 5)],
                     ends[pick(0, 5)],
                     {static_cast<double>(pick(1, 3)), static_cast<double>(pick(1, 4) * 100),
                      static_cast<double>(pick(1, 3) * 100)},
                     chance(3)});
  options.network = std::make_shared<NetworkModel const>(std::move(links));
}

json::object RandomAdditions::network() {
  char const* const operators[] = {"<", "<=", ">", ">="};
  auto const limit = [&](double value) { return json::object{{"operator", operators[pick(0, 3)]}, {"value", value}}; };
  json::object properties;
  if (options.network && chance(2)) properties["bandwidth"] = limit(pick(1, 3) * 100);
  if (chance(2)) properties["distance"] = limit(pick(1, 5) * 100);
  if (properties.empty() || chance(2)) properties["latency"] = limit(pick(1, 5));
  return properties;
}

json::object RandomAdditions::leaf_constraint() {
  json::object entry{{"demands", several(1)}};
  json::object properties;
  switch (pick(0, 4)) {
    case 4:
      entry["type"] = "network_to_location";
      properties = network();
      properties["location"] = chance(2) ? "hq" : "lab";
      break;
    case 0:
      entry["type"] = "distance_to_location";
      properties = distance(true);
      properties["location"] = chance(2) ? "hq" : "lab";
      break;
    case 1: {
      entry["type"] = "threshold";
      char const* const operators[] = {"gte", "lte", "gt", "lt"};
      json::array items{
          json::object{{"attribute", "size"}, {"operator", operators[pick(0, 3)]}, {"threshold", pick(0, 5)}}};
      if (chance(3))
        items.push_back(json::object{{"attribute", "speed"},
                                     {"operator", operators[pick(0, 3)]},
                                     {"threshold", pick(0, 3) * 1000},
                                     {"unit", "Mbps"}});
      properties["evaluate"] = std::move(items);
      break;
    }
    case 2:
      entry["type"] = "attribute";
      if (chance(2))
        properties["evaluate"] = json::object{{"country", json::object{{"any", json::array{"DEU", "JPN"}}}}};
      else
        properties["evaluate"] =
            json::object{{"size", json::object{{"ne", pick(0, 4)}}}, {"speed", json::object{{"lt", 3}}}};
      break;
    default:
      entry["type"] = "attribute";
      if (chance(2))
        properties["evaluate"] = json::object{{"network_roles", json::object{{"any", json::array{"role0"}}}}};
      else
        properties["evaluate"] = json::object{{"replication_role", "master"}};
  }
  entry["properties"] = std::move(properties);
  return entry;
}

json::object RandomAdditions::pair_constraint() {
  json::object entry{{"demands", several(2)}};
  json::object properties;
  switch (pick(0, 4)) {
    case 4:
      entry["type"] = "network_between_demands";
      properties = network();
      break;
    case 0:
      entry["type"] = "distance_between_demands";
      properties = distance(true);
      break;
    case 1:
      entry["type"] = "zone";
      properties = {{"qualifier", chance(2) ? "same" : "different"}, {"category", chance(2) ? "region" : "country"}};
      if (properties.at("category") == "country" && chance(2)) properties["location"] = "hq";
      break;
    default:
      entry["type"] = chance(2) ? "same_candidate" : "different_candidate";
  }
  entry["properties"] = std::move(properties);
  return entry;
}

json::object RandomAdditions::group(int depth) {
  auto const inner = [&]() -> json::object {
    if (depth < 2 && chance(3)) return group(depth + 1);
    return names_.size() > 1 && chance(2) ? pair_constraint() : leaf_constraint();
  };
  if (chance(2)) return {{"type", "not"}, {"constraint", inner()}};
  json::array members;
  for (int count = pick(1, 3), i = 0; i < count; ++i) members.push_back(inner());
  return {{"type", "any_of"}, {"constraints", std::move(members)}};
}

void RandomAdditions::add_constraint(int index) {
  auto entry = chance(2) ? group(0) : names_.size() > 1 && chance(2) ? pair_constraint() : leaf_constraint();
  auto const type = std::string(entry.at("type").as_string());
  bool const measured = type.starts_with("distance") || type.starts_with("network") || type == "threshold";
  if (chance(2)) entry[measured && chance(2) ? "weight" : "penalty"] = pick(1, 3) * (measured ? 1 : 100);
  if (entry.contains("weight") && type == "distance_to_location" && entry.at("demands").as_array().size() > 2)
    entry["weight"] = 0.5;
  plan.constraint("k" + std::to_string(index), type, std::move(entry));
}

void RandomAdditions::add_operand() {
  double const weight = chance(5) ? -1 : pick(1, 3);
  auto const demand = name(), other = name();
  switch (pick(0, 4)) {
    case 0:
      plan.operand("cost", {demand}, weight);
      break;
    case 1:
      if (demand != other) plan.operand(chance(2) ? "latency_between" : "distance_between", {demand, other}, weight);
      break;
    case 2:
      plan.operand("latency_between", {chance(2) ? "hq" : "lab", demand}, weight);
      break;
    default:
      plan.operand("distance_between", {demand, "hq"}, weight);
  }
}

json::object RandomAdditions::function() {
  auto const demand = name(), other = name();
  if (demand != other && chance(3))
    return {{"function", chance(2) ? "distance_between" : "latency_between"},
            {"params", json::object{{"demands", json::array{demand, other}}}}};
  if (chance(3))
    return {{"function", chance(3) ? "latency_between" : "distance_between"},
            {"params", json::object{{"location", "hq"}, {"demand", demand}}}};
  return {{"function", "attribute"}, {"params", json::object{{"demand", demand}, {"attribute", "size"}}}};
}

json::object RandomAdditions::node(int depth) {
  char const* const operators[] = {"sum", "min", "max"};
  json::array operands;
  for (int count = pick(1, 3), i = 0; i < count; ++i) {
    auto operand = depth < 2 && chance(2) ? json::object{{"operation_function", node(depth + 1)}} : function();
    if (chance(2)) operand["weight"] = pick(-2, 3);
    if (chance(3))
      operand["normalization"] = json::object{{"start", pick(0, 2)}, {"end", pick(3, 8) * (chance(3) ? -1 : 1)}};
    operands.push_back(std::move(operand));
  }
  return {{"operator", operators[pick(0, 2)]}, {"operands", std::move(operands)}};
}

void RandomAdditions::add_latency_rules() {
  placeholders = {{"ALPS", "AUT,CHE"}};
  if (!chance(3))
    countries["DEU"] = chance(2) ? json::array{"DEU", "ALPS,XX", "*"} : json::array{"ALPS,DEU", "JPN", "AUT"};
  if (!chance(4)) countries["*"] = chance(2) ? json::array{"PER,DEU", "JPN"} : json::array{"JPN", "*"};
}

}  // namespace conductor::tests::solver
