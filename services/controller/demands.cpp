// Demands (template specification 5): shape and preconditions of every requirement, in the normalised form in which
// they are looked up. Candidate lists are candidates.cpp's.
#include "services/controller/candidates.hpp"
#include "services/controller/slice_profiles.hpp"
#include "services/grammar/vocabulary.hpp"

#include "core/config/nearest.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::controller {

using namespace grammar;

namespace {

using Names = std::vector<std::string>;

constexpr std::array<std::string_view, 18> well_known{
    "customer-id",      "global-customer-id", "service-type",         "equipment-role", "model-invariant-id",
    "model-version-id", "service-role",       "orchestration-status", "prov-status",    "provisioning-status",
    "cloud-region-id",  "service-id",         "physical-location-id", "cloud-owner",    "cloud-region-version",
    "cloud-type",       "cloud-zone",         "complex-name"};

// The inventory's spelling of a well-known attribute; other names stay.
std::string attribute_name(std::string_view given) {
  std::string name(given);
  std::replace(name.begin(), name.end(), '_', '-');
  if (name == "equipment-type") return "equipment-role";
  if (std::find(well_known.begin(), well_known.end(), name) != well_known.end()) return name;
  return std::string(given);
}

class RequirementReader {
 public:
  RequirementReader(std::string const& demand, View const& requirement, Known const& known, Report& report)
      : demand_(demand), name_(readable(demand)), requirement_(requirement), known_(known), report_(report) {}

  json::object read() {
    check_keys();
    for (auto const& [key, value] : requirement_.members())
      if (!value->is_null()) result_[key] = text::to_json(value.node());
    read_attributes();
    auto const candidates = requirement_.given("candidates");
    read_provider(candidates.has_value());
    read_type(candidates.has_value());
    if (candidates)
      result_["candidates"] = read_candidates(requirement_, name_, known_, report_);
    else
      check_preconditions();
    read_values();
    check_candidate_lists(requirement_, name_, report_);
    return std::move(result_);
  }

 private:
  void check_keys() {
    for (auto const& [key, value] : requirement_.members())
      if (!report_.full() && !contains(requirement_keys(), key))
        report_.add(value, "Demand " + name_ + " has an invalid key " + readable(key),
                    "one of: " + joined(names_of(requirement_keys())),
                    config::nearest(readable(key), names_of(requirement_keys())));
  }

  void read_attributes() {
    auto const attributes = requirement_.given("filtering_attributes"), alias = requirement_.given("attributes");
    if (attributes && alias)
      report_.add(*alias, "Demand " + name_ + " has both attributes and filtering_attributes; keep one of them");
    result_.erase("attributes");
    if (!attributes && !alias) return;
    auto const& given = attributes ? *attributes : *alias;
    if (!given->is_mapping()) {
      report_.add(given,
                  "Demand " + name_ + " has the filtering_attributes '" + shown(given.node()) +
                      "', expected a mapping from attributes to values",
                  "a mapping");
      return;
    }
    for (auto const& [key, value] : given.members()) {
      check_filter(std::string(key), value);
      attributes_[attribute_name(key)] = text::to_json(value.node());
    }
    has_attributes_ = !attributes_.empty();
    result_["filtering_attributes"] = attributes_;
  }

  // A value, a list, {any: [...]} or {not: [...]}; the two parts of slice profiles have forms of their own.
  void check_filter(std::string const& attribute, View const& value) {
    if (!value->is_mapping() || attribute == "service_profile" || attribute == "subnets") return;
    bool const known = value->members.size() == 1 && (value->find("any") != nullptr || value->find("not") != nullptr);
    if (!known || value->members.front().value.is_mapping())
      report_.add(value,
                  "Filtering attribute " + readable(attribute) + " of demand " + name_ + " has the value '" +
                      shown(value.node()) + "', expected a value, a list, {any: [...]} or {not: [...]}",
                  "a value, a list, {any: [...]} or {not: [...]}");
  }

  // Without candidates a provider and a type are needed; with them they only describe the candidates.
  void read_provider(bool has_candidates) {
    auto const given = requirement_.given("inventory_provider");
    if (!given || is_blank(given->node())) {
      if (!has_candidates)
        report_.add(
            given.value_or(requirement_), "Inventory provider not specified in demand " + name_,
            known_.providers.empty() ? "the name of an inventory provider" : "one of: " + joined(known_.providers));
      return;
    }
    if (!is_known_provider(given->node(), known_))
      report_.add(*given, unsupported_provider(given->node(), name_), "one of: " + joined(known_.providers),
                  config::nearest(given->node().text(), known_.providers));
    provider_ = given->node().text();
  }

  void read_type(bool has_candidates) {
    auto const given = requirement_.given("inventory_type");
    if (!given || is_blank(given->node())) {
      if (!has_candidates)
        report_.add(given.value_or(requirement_), "Inventory type not specified for demand " + name_,
                    "one of: " + joined(type_names()));
      return;
    }
    type_ = given->node().text();
    if (contains(inventory_types(), type_)) return;
    report_.add(*given, "Unknown inventory type " + shown(given->node()) + " specified for demand " + name_,
                "one of: " + joined(type_names()), config::nearest(type_, type_names()));
    type_.clear();
  }

  static Names type_names() { return names_of(inventory_types()); }

  bool has(std::string_view key) const {
    auto const given = requirement_.given(key);
    return given && !is_blank(given->node());
  }
  bool filters_by(std::string_view attribute) const {
    auto const* value = attributes_.if_contains(attribute);
    return value != nullptr && !value->is_null() && !(value->is_string() && value->as_string().empty());
  }

  void need(bool is_given, std::string const& thing, std::string const& expected) {
    if (!is_given) report_.add(requirement_, thing + " not specified for demand " + name_, expected);
  }

  // What a type needs before it can be looked up in A&AI (5.2). Files have customers and service types as plain fields.
  void check_preconditions() {
    bool const from_aai = provider_ == "aai" || provider_ == "sdc";
    bool const customer =
        has_attributes_ ? filters_by("global-customer-id") || filters_by("customer-id") : has("customer_id");
    bool const service_type =
        has_attributes_ ? filters_by("equipment-role") || filters_by("service-type") : has("service_type");
    if (from_aai && (type_ == "service" || type_ == "vfmodule" || type_ == "transport"))
      need(customer, "Customer ID", "filtering_attributes with global-customer-id, or customer_id");
    if (from_aai && (type_ == "service" || type_ == "vfmodule"))
      need(has_attributes_ || has("service_type"), "Service Type", "filtering_attributes, or service_type");
    if (from_aai && type_ == "transport") {
      need(service_type, "Service Type", "filtering_attributes with service-type, or service_type");
      need(has("service_subscription"), "Service Subscription", "service_subscription");
      need(filters_by("service-role"), "Service Role", "filtering_attributes with service-role");
    }
    if (from_aai && (type_ == "nssi" || type_ == "nsi"))
      need(filters_by("model-invariant-id"), "Model Invariant ID", "filtering_attributes with model-invariant-id");
    if (from_aai && (type_ == "nst" || type_ == "nsst"))
      need(has_attributes_, "Filtering Attributes", "filtering_attributes, such as model-role");
    if (type_ == "slice_profiles") check_slice_profiles();
  }

  void check_slice_profiles() {
    auto const given = requirement_.given("filtering_attributes");
    auto const attributes = given ? given : requirement_.given("attributes");
    auto const mapping = [&](char const* key) {
      auto const found = attributes ? attributes->given(key) : std::nullopt;
      return found && found->node().is_mapping() ? found : std::nullopt;
    };
    auto const profile = mapping("service_profile"), subnets = mapping("subnets");
    need(profile.has_value(), "Service Profile", "filtering_attributes with the mapping service_profile");
    need(subnets.has_value(), "Subnets", "filtering_attributes with the mapping subnets");
    if (profile) check_service_profile(*profile, name_, report_);
    if (subnets) check_subnets(*subnets, name_, report_);
  }

  void read_values() {
    for (auto const& key : requirement_keys())
      if (auto const given = requirement_.given(key.name)) check_value(key, *given);
    if (auto const given = requirement_.given("default_cost")) {
      auto const number = number_in(given->node());
      if (!number)
        report_.add(*given,
                    "Demand " + name_ + " has the default_cost '" + shown(given->node()) + "', expected a number",
                    "a number");
      else
        result_["default_cost"] = *number;
    }
    if (auto const given = requirement_.given("unique")) {
      auto const flag = boolean_in(given->node());
      if (!flag)
        report_.add(*given, "Demand " + name_ + " has unique '" + shown(given->node()) + "', expected true or false",
                    "true or false");
      else
        result_["unique"] = *flag ? "true" : "false";
    }
    if (auto const given = requirement_.given("conflict_identifier")) check_conflict_identifier(*given);
  }

  // Lists and the attributes have checks of their own, numbers and booleans are read by the caller.
  void check_value(Key const& key, View const& given) {
    bool good = true;
    char const* expected = "";
    if (key.kind == ValueKind::text && key.name != "inventory_provider" && key.name != "inventory_type")
      good = given->is_text(), expected = "a text";
    else if (key.kind == ValueKind::texts)
      good = texts_in(given.node()).has_value(), expected = "a text or a list of texts";
    else if (key.kind == ValueKind::mapping && key.name != "filtering_attributes" && key.name != "attributes")
      good = given->is_mapping(), expected = "a mapping";
    if (good) return;
    std::string text = "Demand " + name_ + " has the ";
    text.append(key.name).append(" '").append(shown(given.node())).append("', expected ").append(expected);
    report_.add(given, std::move(text), expected);
  }

  void check_conflict_identifier(View const& given) {
    bool good = given->is_list();
    for (auto const& item : given->items)
      good = good &&
             (item.is_text() || (item.is_mapping() && item.members.size() == 1 &&
                                 item.members[0].key == "get_candidate_attribute" && item.members[0].value.is_text()));
    if (!good)
      report_.add(given,
                  "Demand " + name_ +
                      " has a conflict_identifier that is not a list of texts and of "
                      "{get_candidate_attribute: FIELD}",
                  "a list of texts and of {get_candidate_attribute: FIELD}");
  }

  std::string const& demand_;
  std::string const name_;
  View const& requirement_;
  Known const& known_;
  Report& report_;
  json::object result_, attributes_;
  std::string provider_, type_;
  bool has_attributes_ = false;
};

void read_demand(std::string_view key, View const& value, Known const& known, Draft& draft, Report& report) {
  std::string const name = readable(key);
  std::vector<View> requirements;
  if (value->is_mapping())
    requirements.push_back(value);
  else if (value->is_list() && !value->items.empty())
    requirements = value.items();
  else
    report.add(value, "Demand " + name + " must be a dictionary or a list of dictionaries",
               "one requirement, or a list of them");
  DraftDemand demand{.name = std::string(key), .where = value, .requirements = {}, .has_required = false};
  json::array resolved;
  for (auto const& requirement : requirements) {
    if (report.full()) break;
    if (!requirement->is_mapping()) {
      report.add(requirement, "Demand " + name + " has a requirement that must be a dictionary", "a mapping");
      continue;
    }
    auto const required = requirement.given("required_candidates");
    demand.has_required |= required && !is_blank(required->node());
    auto document = RequirementReader(demand.name, requirement, known, report).read();
    (document.contains("candidates") ? demand.requirements : resolved).emplace_back(std::move(document));
  }
  for (auto& requirement : resolved) demand.requirements.push_back(std::move(requirement));
  draft.demands.push_back(std::move(demand));
}

}  // namespace

void draft_demands(Template const& given, Known const& known, Draft& draft, Report& report) {
  for (auto const& [name, value] : given.section("demands").members())
    if (!report.full()) read_demand(name, value, known, draft, report);
}

}  // namespace conductor::services::controller
