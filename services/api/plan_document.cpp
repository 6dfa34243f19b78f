#include "services/api/plan_document.hpp"

#include "core/model/status.hpp"

namespace conductor::services::api {

namespace json = boost::json;

namespace {

json::value links_of(std::string const& base, std::string const& id, WireCompat compat) {
  json::array links{json::object{{"href", base + "/v1/plans/" + id}, {"rel", "self"}}};
  if (compat == WireCompat::documented) return links;
  json::array nested;
  nested.emplace_back(std::move(links));
  return nested;
}

// Faults of the template, which deployed clients look for in a list. They take a plan for one without a solution when
// the first entry says "Unable to find any"; such a text counts even when the list of errors was never stored, as in a
// store that an earlier release has filled.
bool is_template_error(store::Plan const& plan, json::value const& errors) {
  if (plan.status != model::status::error) return false;
  return !errors.is_null() || plan.message.find("Unable to find any") != std::string::npos;
}

}  // namespace

json::object plan_document(store::Plan const& plan, json::value const& solution, json::value const& errors,
                           std::string const& base, WireCompat compat, json::value const& extras) {
  json::object document{{"name", plan.name}, {"id", plan.id}, {"status", plan.status}};
  if (!plan.message.empty()) {
    if (compat == WireCompat::onap && is_template_error(plan, errors)) {
      json::array list;
      list.emplace_back(plan.message);
      document["message"] = std::move(list);
    } else {
      document["message"] = plan.message;
    }
  }
  if (auto const* found = solution.if_object())
    for (auto const* key : {"recommendations", "solver_info"})
      if (auto const* value = found->if_contains(key);
          value != nullptr && value->is_array() && !value->as_array().empty())
        document[key] = *value;
  if (!errors.is_null()) document["errors"] = errors;
  document["links"] = links_of(base, plan.id, compat);
  if (!plan.transaction_id.empty()) document["transaction_id"] = plan.transaction_id;
  document["created"] = plan.created_ms;
  document["updated"] = plan.updated_ms;
  if (!plan.submitter.empty()) document["submitter"] = plan.submitter;
  if (auto const* request = extras.if_object())
    if (auto const* url = request->if_contains("callback_url")) document["callback_url"] = *url;
  return document;
}

json::object version_document(std::string const& base, std::string const& product_version) {
  json::array types;
  for (auto const* type : {"application/vnd.ecomp.homing-v1+json", "application/vnd.onap.has-v1+json"})
    types.push_back(json::object{{"base", "application/json"}, {"type", type}});
  json::array links{json::object{{"href", base + "/v1"}, {"rel", "self"}},
                    json::object{{"href", base + "/"}, {"type", "text/html"}, {"rel", "describedby"}}};
  json::array values{json::object{{"status", "development"},
                                  {"updated", "2016-11-01T00:00:00Z"},
                                  {"media-types", std::move(types)},
                                  {"id", "v1"},
                                  {"links", std::move(links)},
                                  {"version", product_version}}};
  return {{"versions", json::object{{"values", std::move(values)}}}};
}

}  // namespace conductor::services::api
