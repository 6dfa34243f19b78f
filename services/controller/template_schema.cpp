#include "services/controller/template_schema.hpp"

#include "services/constraints/table.hpp"
#include "services/controller/objective.hpp"
#include "services/controller/opt_schema.hpp"
#include "services/grammar/schema_parts.hpp"

namespace conductor::services::controller {

using namespace grammar;

namespace {

using namespace schema_parts;
using namespace constraints;

json::object locations() {
  json::object properties = properties_of(location_keys());
  auto const degrees = [&](char const* key, int most) {
    properties[key] =
        or_function({{"anyOf", json::array{json::object{{"type", "number"}, {"minimum", -most}, {"maximum", most}},
                                           numeric_text()}},
                     {"description", properties.at(key).at("description")}});
  };
  degrees("latitude", 90);
  degrees("longitude", 180);
  properties["country"] = or_function({{"type", "string"}, {"pattern", "^[A-Za-z]{2,3}$"}});
  return closed("A place: coordinates, or a name that an inventory or the gazetteer knows.", std::move(properties), {});
}

json::object named_candidates() {
  json::object item = closed(
      "", {{"inventory_type", or_function(one_of(inventory_types()))}, {"candidate_id", texts()}}, {"candidate_id"});
  return {{"anyOf", json::array{item, list_of(item)}}};
}

json::object filters() {
  json::object const plain{{"type", json::array{"string", "number", "boolean", "null", "array"}}};
  json::object const forms{{"anyOf", json::array{plain, closed("", {{"any", or_function(plain)}}, {"any"}),
                                                 closed("", {{"not", or_function(plain)}}, {"not"})}}};
  return {{"type", "object"},
          {"properties", json::object{{"service_profile", json::object{{"type", "object"}}},
                                      {"subnets", json::object{{"type", "object"}}}}},
          {"additionalProperties", or_function(forms)}};
}

json::object requirement() {
  json::object properties = properties_of(requirement_keys());
  auto const with_help = [&](char const* key, json::object schema) {
    auto const help = properties.at(key).as_object().if_contains("description");
    if (help != nullptr) schema["description"] = *help;
    properties[key] = or_function(std::move(schema));
  };
  with_help("inventory_type", one_of(inventory_types()));
  for (auto const* key : {"required_candidates", "excluded_candidates", "existing_placement"})
    with_help(key, reference("named_candidates"));
  for (auto const* key : {"filtering_attributes", "attributes"}) with_help(key, reference("filters"));
  with_help("candidates", list_of(reference("candidate")));
  with_help("conflict_identifier",
            list_of({{"anyOf", json::array{json::object{{"type", "string"}},
                                           closed("", {{"get_candidate_attribute", json::object{{"type", "string"}}}},
                                                  {"get_candidate_attribute"})}}}));
  json::object schema = closed("What candidates of a demand must be like.", std::move(properties), {});
  schema["anyOf"] = json::array{json::object{{"required", json::array{"candidates"}}},
                                json::object{{"required", json::array{"inventory_provider", "inventory_type"}}}};
  return schema;
}

json::object property_schema(Property const& property) {
  if (property.schema != nullptr) return or_function(property.schema());
  json::object schema = property.values.empty() ? of_kind(property.kind) : one_of(property.values);
  if (!property.threshold.empty()) schema = {{"type", json::array{"string", "number"}}};
  if (!property.help.empty()) schema["description"] = property.help;
  return or_function(std::move(schema));
}

// The properties of one type, as a schema of the whole constraint.
json::object of_type(Type const& type) {
  if (type.members == Members::list) {
    json::object members = non_empty_list_of(reference("member"));
    members["maxItems"] = static_cast<int>(most_members);
    return {
        {"required", json::array{"constraints"}},
        {"properties", json::object{{"constraints", or_function(members)}, {"demands", false}, {"properties", false}}}};
  }
  if (type.members == Members::one)
    return {
        {"required", json::array{"constraint"}},
        {"properties",
         json::object{{"constraint", or_function(reference("member"))}, {"demands", false}, {"properties", false}}}};
  json::object properties;
  json::array required;
  for (auto const& property : type.properties) {
    properties[property.name] = property_schema(property);
    if (property.required) required.emplace_back(property.name);
  }
  json::array wanted{"demands"};
  if (!required.empty()) wanted.emplace_back("properties");
  json::object inner{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) inner["required"] = std::move(required);
  json::object all{{"properties", or_function(std::move(inner))}};
  if (type.least_demands > 1)
    all["demands"] =
        or_function({{"type", "array"}, {"minItems", static_cast<int>(type.least_demands)}, {"items", text()}});
  all["constraints"] = false;
  all["constraint"] = false;
  if (type.soft == Soft::no) all["penalty"] = false;
  if (type.soft != Soft::penalty_or_weight) all["weight"] = false;
  return {{"required", std::move(wanted)}, {"properties", std::move(all)}};
}

json::object constraint(bool member) {
  std::vector<std::string_view> names;
  json::array by_type;
  std::string help = "One of:";
  for (auto const* type : types()) {
    if (member && !type->member) continue;
    names.push_back(type->name);
    help.append("\n").append(type->name).append(": ").append(type->help);
    by_type.emplace_back(when("type", type->name, of_type(*type)));
  }
  json::object properties{{"type", or_function(one_of(names))},
                          {"demands", texts()},
                          {"properties", json::object()},
                          {"constraints", json::object()},
                          {"constraint", json::object()}};
  properties["type"].as_object()["description"] = help;
  if (!member) {
    properties["penalty"] =
        described(positive(), "Makes the constraint soft: each violation adds this to the objective.");
    properties["weight"] = described(positive(), "Makes it soft: each violation adds this times the excess.");
  }
  auto schema =
      closed(member ? "Member of a group." : "What a placement must keep to.", std::move(properties), {"type"});
  schema["allOf"] = std::move(by_type);
  return schema;
}

// minimize > sum > operands; a product holds numbers and one of the others.
json::object weighted_operand() {
  json::array forms;
  for (auto const name : objective_functions()) {
    std::string const key(name);
    bool const pair = key.ends_with("_between");
    forms.emplace_back(closed("", {{key, pair ? or_function(pair_of_names()) : texts()}}, {key}));
  }
  json::array factors{number(),
                      closed("", {{"sum", or_function(non_empty_list_of(reference("weighted_operand")))}}, {"sum"})};
  for (auto const& form : forms) factors.push_back(form);
  forms.emplace_back(closed("", {{"product", or_function(non_empty_list_of({{"anyOf", factors}}))}}, {"product"}));
  return {{"anyOf", std::move(forms)}};
}

// The built-in schema of the 2020 grammar, its own definitions moved under ours and functions allowed in it.
json::object generic_objective_schema(json::object& definitions) {
  auto schema = json::parse(opt_schema_text).as_object();
  for (auto& [name, definition] : schema["definitions"].as_object()) definitions[name] = with_functions(definition);
  schema.erase("definitions");
  schema.erase("$schema");
  schema.erase("title");
  return with_functions(schema).as_object();
}

json::object reservation() {
  json::object schema{
      {"type", "object"},
      {"required", json::array{"demands", "properties"}},
      {"properties",
       json::object{{"type", text()},
                    {"demands", json::object{{"anyOf", json::array{texts(), json::object{{"type", "object"}}}}}},
                    {"properties",
                     or_function({{"type", "object"},
                                  {"required", json::array{"controller"}},
                                  {"properties", json::object{{"controller", text()}, {"request", mapping()}}}})}}}};
  return schema;
}

json::object reservations() {
  return {{"type", "object"},
          {"properties", json::object{{"service_model", or_function(one_of({"ADIOD", "DHV"}))},
                                      {"service_candidates", or_function(map_of(reference("reservation")))}}},
          {"additionalProperties", or_function(reference("reservation"))}};
}

json::object solver() {
  return closed("How to search.",
                {{"strategy", described(text(), "Name of a loaded strategy.")},
                 {"deadline", described(positive(), "Seconds.")},
                 {"seed", or_function({{"type", "integer"}})},
                 {"node_limit", or_function({{"type", "integer"}, {"minimum", 1}, {"maximum", 9'000'000'000'000'000}})},
                 {"move_cost", or_function({{"type", "number"}, {"minimum", 0}})}},
                {});
}

json::object definitions() {
  json::object all;
  all["function"] = function_schema();
  all["location"] = locations();
  all["filters"] = filters();
  all["named_candidates"] = named_candidates();
  all["candidate"] = closed("A candidate in full.", properties_of(candidate_keys()), {"candidate_id"});
  all["requirement"] = requirement();
  all["constraint"] = constraint(false);
  all["member"] = constraint(true);
  for (auto const* type : types())
    for (auto const& definition : type->definitions) all[definition.name] = definition.schema();
  all["reservation"] = reservation();
  return all;
}

json::object sections() {
  auto const requirement = or_function(reference("requirement"));
  json::object const one_or_more{{"anyOf", json::array{requirement, non_empty_list_of(requirement)}}};
  auto demands = map_of(one_or_more);
  demands["minProperties"] = 1;
  demands["description"] = "Name -> one requirement or a list; their candidates are put together.";
  json::object all;
  all["homing_template_version"] =
      described(one_of(template_versions()), "2020-08-13 has another grammar of optimization, all else is the same.");
  all["parameters"] = json::object{{"type", "object"}, {"description", "Values for {get_param: NAME}."}};
  all["locations"] = described(or_function(map_of(or_function(reference("location")))), "Name -> place.");
  all["demands"] = or_function(demands);
  all["constraints"] =
      described(or_function(map_of(or_function(reference("constraint")))), "Name -> constraint; all must hold.");
  all["optimization"] = json::object{{"description", "What is best; without it any allowed choice is as good."}};
  all["reservation"] = or_function(reservations());
  all["reservations"] = or_function(reservations());
  all["solver"] = or_function(solver());
  all["transaction-id"] = json::object();
  return all;
}

}  // namespace

json::object template_schema() {
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "Homing template"}};
  auto parts = definitions();
  auto const generic = generic_objective_schema(parts);
  // Both grammars call their parts operands.
  parts["weighted_operand"] = weighted_operand();
  auto const sum =
      closed("", {{"sum", or_function(non_empty_list_of(or_function(reference("weighted_operand"))))}}, {"sum"});
  parts["weighted_sum"] = closed("", {{"minimize", or_function(sum)}}, {"minimize"});
  parts["generic_objective"] = generic;
  auto whole = closed("A homing template.", sections(), {"homing_template_version", "demands"});
  for (auto& [key, value] : whole) schema[key] = value;
  json::object const empty{{"type", "object"}, {"maxProperties", 0}};
  auto const optimization = [&](char const* name) {
    return json::object{
        {"properties", json::object{{"optimization", or_function({{"anyOf", json::array{empty, reference(name)}}})}}}};
  };
  auto choice = when("homing_template_version", generic_version, optimization("generic_objective"));
  choice["else"] = optimization("weighted_sum");
  schema["allOf"] = json::array{std::move(choice)};
  schema["definitions"] = std::move(parts);
  return schema;
}

}  // namespace conductor::services::controller
