#include "documents.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <optional>

namespace conductor::plugins::controller_sdnc {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

void put(json::object& into, std::string_view name, std::string text) {
  if (!text.empty()) into[name] = std::move(text);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

struct Quantity {
  std::string amount, unit;
};

// Digits, with at most one point between them.
bool is_decimal(std::string_view text) {
  auto const point = std::min(text.find('.'), text.size());
  auto const digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

std::string number_text(double number) {
  std::array<char, 400> buffer{};
  auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed).ptr;
  return {buffer.data(), end};
}

std::string as_text(json::value const& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_double()) return number_text(value.as_double());
  if (value.is_null()) return {};
  return json::serialize(value);
}

// "200", 200, 2.5 or "2 Gbps"; `unit` is what a number without one means, and whether another may stand there.
std::optional<Quantity> quantity_of(json::value const& value, std::string const& unit) {
  auto const text = as_text(value);
  auto const end = std::min(text.find_first_not_of("0123456789."), text.size());
  Quantity quantity{.amount = text.substr(0, end), .unit = unit};
  if (!is_decimal(quantity.amount)) return std::nullopt;
  auto const begin = text.find_first_not_of(' ', end);
  if (begin == text.npos) return quantity;
  if (unit != "Mbps") return std::nullopt;
  auto const given = lower(std::string_view(text).substr(begin, text.find_last_not_of(' ') - begin + 1));
  for (auto const* known : {"Mbps", "Kbps", "Gbps"})
    if (given == lower(known)) return quantity.unit = known, quantity;
  return std::nullopt;
}

struct Meaning {
  std::string_view name, type, direction;
};
constexpr std::array meanings{Meaning{"bw_up", "bandwidth", "upstream"},
                              Meaning{"bw_down", "bandwidth", "downstream"},
                              Meaning{"dhv_site_effective_bandwidth", "bandwidth", "both"},
                              Meaning{"bandwidth", "bandwidth", "both"},
                              Meaning{"bandwidth_mbps", "bandwidth", "both"},
                              Meaning{"ports", "port", ""},
                              Meaning{"vnf_instances", "vnf", ""}};

std::string key_of(std::string_view name) {
  std::string key(name);
  for (auto& c : key)
    if (c == '_') c = '-';
  return key;
}

}  // namespace

std::string text_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr ? std::string() : as_text(*value);
}

std::vector<json::object const*> objects_of(json::object const& object, std::string_view key) {
  std::vector<json::object const*> found;
  auto const* list = object.if_contains(key);
  if (list == nullptr || !list->is_array()) return found;
  for (auto const& item : list->as_array())
    if (item.is_object()) found.push_back(&item.as_object());
  return found;
}

bool flag_of(json::object const& object, std::string_view key) { return text_of(object, key) == "true"; }

Result<json::object> candidate_of(json::object const& document, std::string const& request_type) {
  json::object out;
  auto const type = text_of(document, "inventory_type"), id = text_of(document, "candidate_id");
  put(out, "inventory-type", type);
  put(out, "candidate-id", id);
  put(out, "cloud-owner", text_of(document, "cloud_owner"));
  put(out, "cloud-region-id", text_of(document, "location_id"));
  put(out, "physical-location-id", text_of(document, "physical_location_id"));
  put(out, "vim-id", text_of(document, "vim-id"));
  put(out, "host-name", text_of(document, "host_id"));
  put(out, "service-instance-id", type == "service" ? id : text_of(document, "service_instance_id"));
  put(out, "vf-module-id", text_of(document, "vf-module-id"));
  put(out, "service-resource-id", text_of(document, "service_resource_id"));
  put(out, "vlan-key", text_of(document, "vlan_key"));
  put(out, "port-key", text_of(document, "port_key"));
  bool const existing = flag_of(document, "existing_placement");
  if (document.contains("existing_placement")) out["existing-placement"] = existing;
  if (request_type.empty() || request_type == "initial")
    out["change-type"] = "new-start";
  else if (request_type == "speed changed")
    out["change-type"] = existing ? "change-speed" : "rehome";
  else
    return Error{Errc::invalid, "request_type is '" + request_type + "'; SDN-C knows 'initial' and 'speed changed'"};
  return out;
}

Result<json::array> resources_of(json::object const& request) {
  json::array list;
  for (auto const& meaning : meanings) {
    auto const* value = request.if_contains(meaning.name);
    if (value == nullptr || value->is_null()) continue;
    bool const rate = meaning.type == "bandwidth";
    auto const quantity = quantity_of(*value, rate ? "Mbps" : "count");
    if (!quantity)
      return Error{Errc::invalid, "request." + std::string(meaning.name) + " is '" + as_text(*value) +
                                      (rate ? "'; expected a number of Mbps, or one with the unit Kbps, Mbps or Gbps"
                                            : "'; expected a number")};
    json::object resource{{"resource-key", key_of(meaning.name)},
                          {"resource-type", meaning.type},
                          {"quantity", quantity->amount},
                          {"unit", quantity->unit}};
    if (!meaning.direction.empty()) resource["direction"] = meaning.direction;
    list.push_back(std::move(resource));
  }
  if (auto const port = text_of(request, "port_name"); !port.empty())
    list.push_back(json::object{{"resource-key", "port-name"},
                                {"resource-type", "port"},
                                {"quantity", "1"},
                                {"unit", "count"},
                                {"port-name", port}});
  return list;
}

json::array parameters_of(json::object const& request) {
  json::array list;
  for (auto const& [name, value] : request)
    list.push_back(json::object{{"name", name},
                                {"value", as_text(value)},
                                {"value-type", value.is_number() ? "number"
                                               : value.is_bool() ? "boolean"
                                                                 : "string"}});
  return list;
}

std::string utc(sdk::WallTime time) {
  auto const seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

json::value without_modules(json::value const& value) {
  if (value.is_array()) {
    json::array list;
    for (auto const& item : value.as_array()) list.push_back(without_modules(item));
    return list;
  }
  if (!value.is_object()) return value;
  json::object object;
  for (auto const& [name, member] : value.as_object()) {
    auto const key = std::string_view(name);
    object[key.substr(key.find(':') + 1)] = without_modules(member);  // npos + 1 is 0: the whole name
  }
  return object;
}

}  // namespace conductor::plugins::controller_sdnc
