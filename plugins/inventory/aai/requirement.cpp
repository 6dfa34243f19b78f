#include "requirement.hpp"

#include "documents.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;
using Texts = std::vector<std::string>;

namespace {

json::object const* attributes_in(json::object const& requirement) {
  for (auto const* key : {"filtering_attributes", "attributes"})
    if (auto const* given = requirement.if_contains(key); given != nullptr && given->is_object())
      return &given->as_object();
  return nullptr;
}

// Under its inventory name, or with underscores.
json::value const* find_attribute(json::object const& attributes, std::string name) {
  if (auto const* found = attributes.if_contains(name)) return found;
  std::replace(name.begin(), name.end(), '-', '_');
  return attributes.if_contains(name);
}

// A scalar, a list or {"any": [...]} as texts, without empty ones. Nothing for other forms.
std::optional<Texts> texts_in(json::value const* value) {
  if (value == nullptr) return Texts();
  if (auto const* form = value->if_object()) {
    value = form->if_contains("any");
    if (value == nullptr || form->size() != 1) return std::nullopt;
  }
  Texts texts;
  auto const add = [&](json::value const& item) {
    if (auto text = text_of(json::object{{"value", item}}, "value"); !text.empty()) texts.push_back(std::move(text));
  };
  if (auto const* list = value->if_array())
    for (auto const& item : *list) add(item);
  else
    add(*value);
  return texts;
}

// Reads one query value after the other and remembers the first that cannot be read.
class Reader {
 public:
  Reader(std::string const& demand, json::object const& from) : demand_(demand), from_(from) {}

  Texts texts(std::string const& name) {
    auto found = texts_in(find_attribute(from_, name));
    if (!found && !failure_)
      failure_ = Error{Errc::invalid, "Filtering attribute " + name + " of demand " + demand_ + " is " +
                                          json::serialize(*find_attribute(from_, name)) +
                                          "; it selects at the inventory and must be a value, a list or {any: [...]}"};
    return found.value_or(Texts());
  }
  // The first of two names that has values.
  Texts either(std::string const& first, std::string const& second) {
    auto found = texts(first);
    return found.empty() ? texts(second) : found;
  }
  std::optional<Error> const& failure() const { return failure_; }

 private:
  std::string const& demand_;
  json::object const& from_;
  std::optional<Error> failure_;
};

// Texts that only a letter-by-letter comparison can find equal; numbers and booleans have several spellings.
bool plain_text(json::value const& value) {
  auto const* text = value.if_string();
  if (text == nullptr || text->empty() || *text == "true" || *text == "false") return false;
  double number = 0;
  return std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc();
}

// Whether this attribute rejects for certain. `have` exists.
bool rejects(json::value const& wanted, json::value const& have) {
  auto const* form = wanted.if_object();
  bool const negated = form != nullptr && form->size() == 1 && form->contains("not");
  auto const texts = texts_in(negated ? form->if_contains("not") : &wanted);
  if (!plain_text(have) || !texts || texts->empty()) return false;
  bool const listed = std::find(texts->begin(), texts->end(), std::string(have.as_string())) != texts->end();
  return listed == negated;
}

// Whether a list of named candidates is given, and whether it names this one.
struct Naming {
  bool given = false, named = false;
};

Naming naming(json::object const& requirement, std::string_view key, std::string const& candidate_id) {
  auto const* list = requirement.if_contains(key);
  auto const* items = list == nullptr ? nullptr : list->if_array();
  Naming result;
  if (items == nullptr) return result;
  for (auto const& item : *items) {
    auto const* entry = item.if_object();
    if (entry == nullptr) return {};  // the data service reports it
    result.given = true;
    auto const type = text_of(*entry, "inventory_type");
    auto const ids = texts_in(entry->if_contains("candidate_id")).value_or(Texts());
    if ((type.empty() || type == "service") && std::find(ids.begin(), ids.end(), candidate_id) != ids.end())
      result.named = true;
  }
  return result;
}

constexpr std::array query_attributes{"service-type", "equipment-role", "model-invariant-id", "model-version-id"};

}  // namespace

Result<ServiceRequirement> read_service_requirement(sdk::Demand const& demand) {
  auto const* attributes = attributes_in(demand.requirement);
  Reader reader(demand.name, attributes == nullptr ? demand.requirement : *attributes);
  ServiceRequirement wanted;
  Texts customers;
  if (attributes == nullptr) {
    customers = reader.texts("customer_id");
    wanted.roles = reader.texts("service_type");
  } else {
    customers = reader.either("global-customer-id", "customer-id");
    wanted.roles = reader.either("equipment-role", "service-type");
    wanted.models = reader.texts("model-invariant-id");
    wanted.model_versions = reader.texts("model-version-id");
  }
  Reader outer(demand.name, demand.requirement);
  wanted.service_ids = outer.texts("service_id");
  for (auto const& failure : {reader.failure(), outer.failure()})
    if (failure) return *failure;
  if (customers.empty()) return Error{Errc::invalid, "Customer ID not specified for demand " + demand.name};
  if (customers.size() > 1)
    return Error{Errc::invalid, "Demand " + demand.name + " names " + std::to_string(customers.size()) +
                                    " customers; a service belongs to one"};
  wanted.customer = customers.front();
  if (wanted.roles.empty() && wanted.models.empty())
    return Error{Errc::invalid,
                 "Service Type not specified for demand " + demand.name +
                     (attributes == nullptr
                          ? ""
                          : "; give equipment-role, service-type or model-invariant-id in filtering_attributes")};
  return wanted;
}

std::optional<sdk::Drop> ruled_out(json::object const& requirement, std::string const& candidate_id,
                                   std::string const& location_id, json::object const& attributes) {
  auto const drop = [&](std::string code, std::string text) {
    return sdk::Drop{candidate_id, location_id, std::move(code), std::move(text)};
  };
  if (auto const* wanted = attributes_in(requirement))
    for (auto const& [given_name, value] : *wanted) {
      std::string name(given_name);
      auto const* have = attributes.if_contains(name);
      if (have == nullptr) {
        std::replace(name.begin(), name.end(), '_', '-');
        have = attributes.if_contains(name);
      }
      bool const queried = std::find(query_attributes.begin(), query_attributes.end(), name) != query_attributes.end();
      if (have != nullptr && !queried && rejects(value, *have))
        return drop("ATTRIBUTE_MISMATCH",
                    name + " is " + json::serialize(*have) + ", wanted " + json::serialize(value));
    }
  if (auto const region = text_of(requirement, "region"); !region.empty() && region != location_id)
    return drop("REGION_MISMATCH", "location_id is " + location_id + ", wanted " + region);
  if (naming(requirement, "excluded_candidates", candidate_id).named)
    return drop("EXCLUDED", "listed in excluded_candidates");
  auto const required = naming(requirement, "required_candidates", candidate_id);
  if (required.given && !required.named) return drop("NOT_REQUIRED", "not listed in required_candidates");
  return std::nullopt;
}

}  // namespace conductor::plugins::inventory_aai
