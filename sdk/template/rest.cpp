// Inventory provider `rest`: sites of a plain REST service as cloud candidates. A template for plugins of your own;
// sdk/docs/writing-a-plugin.md walks through it. Filters, costs and required or excluded candidates are the host's
// business.
#include "conductor/sdk/sdk.hpp"

namespace {

namespace json = boost::json;
namespace sdk = conductor::sdk;
using sdk::Errc;
using sdk::Error;

class RestInventory final : public sdk::InventoryProvider {
 public:
  // `concurrent`: resolve() may run on several threads at once; there is nothing in here that changes.
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::cloud;

  static void describe(sdk::Schema& schema) {
    schema.url("url", "Base URL of the inventory service.").required();
    schema.secret("token", "Bearer token sent with every request; empty: none.").default_to("");
  }

  RestInventory(sdk::Host& host, sdk::Settings const& settings)
      : url_(settings.text("url")), http_(host.http({.base_url = url_, .bearer_token = settings.text("token")})) {}

  sdk::Result<sdk::CandidateList> resolve(sdk::Call const& call, sdk::Demand const& demand) override {
    // Time-outs, retries, cancellation and TLS are inside send(); what comes back is a reply or the reason for none.
    sdk::HttpRequest const request{.target = "/sites?type=" + sdk::percent_encode(demand.inventory_type)};
    auto const reply = http_.send(call, request);
    if (!reply) return Error{reply.error().code, "demand " + demand.name + ": " + reply.error().text};
    if (reply->status != 200) return refused(demand, reply->status);
    return read_sites(demand, reply->body);
  }

 private:
  // An inventory that cannot be asked is an error, never an empty list: a plan must not fail for want of candidates
  // when the inventory is merely down.
  Error refused(sdk::Demand const& demand, int status) const {
    std::string const what =
        "demand " + demand.name + ": " + url_ + "/sites answered " + std::to_string(status) + ", expected 200; ";
    if (status == 401 || status == 403) return {Errc::denied, what + "check [rest] token"};
    if (status == 429 || status >= 500) return {Errc::unavailable, what + "try again when the service is well"};
    return {Errc::invalid, what + "check [rest] url"};
  }

  // Good sites are kept when one is malformed; that one is dropped with its reason, which the plan shows.
  sdk::Result<sdk::CandidateList> read_sites(sdk::Demand const& demand, std::string const& body) const {
    boost::system::error_code failed;
    auto const sites = json::parse(body, failed);
    if (failed || !sites.is_array())
      return Error{Errc::invalid, "demand " + demand.name + ": " + url_ + "/sites answered " +
                                      (failed ? "no JSON" : "JSON that is no list") + ", expected a list of sites"};
    sdk::CandidateList list;
    for (auto const& site : sites.as_array()) {
      auto const* object = site.if_object();
      auto const* id = object == nullptr ? nullptr : object->if_contains("id");
      if (id == nullptr || !id->is_string())
        list.dropped.push_back({"", "", "INVALID_SITE", "a site has no text 'id': " + json::serialize(site)});
      else if (!is_number(*object, "latitude") || !is_number(*object, "longitude"))
        list.dropped.push_back({text(*object, "id"), "", "INVALID_SITE", "latitude or longitude is no number"});
      else
        list.candidates.push_back(candidate_of(demand, *object));
    }
    return list;
  }

  static sdk::Candidate candidate_of(sdk::Demand const& demand, json::object const& site) {
    sdk::Candidate candidate{.candidate_id = text(site, "id"),
                             .inventory_type = demand.inventory_type,
                             .cloud_owner = text(site, "owner"),
                             .fields = {},
                             .attributes = {}};
    // Fields are what the plan shows and constraints look at ...
    candidate.fields["location_id"] = candidate.candidate_id;
    for (auto const* name : {"latitude", "longitude", "city", "state", "country", "region", "complex_name"})
      if (auto const* value = site.if_contains(name)) candidate.fields[name] = *value;
    // ... attributes are what a demand's filtering_attributes are matched against.
    if (auto const* given = site.if_contains("attributes"); given != nullptr && given->is_object())
      candidate.attributes = given->as_object();
    return candidate;
  }

  static bool is_number(json::object const& site, std::string_view key) {
    auto const* value = site.if_contains(key);
    return value != nullptr && value->is_number();
  }
  static std::string text(json::object const& site, std::string_view key) {
    auto const* value = site.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
  }

  std::string url_;
  sdk::HttpClient& http_;  // owned by the host, outlives us
};

}  // namespace

CONDUCTOR_PLUGIN(RestInventory, "rest", "1.0.0", "Sites from a plain REST endpoint");
