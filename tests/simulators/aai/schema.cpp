#include "schema.hpp"

#include <algorithm>

namespace conductor::simulators::aai {

namespace {

std::vector<NodeType> const& types() {
  static std::vector<NodeType> const all{
      {"cloud-region",
       "cloud-regions",
       "cloud-infrastructure",
       {"cloud-owner", "cloud-region-id"},
       {"cloud-type", "owner-defined-type", "cloud-region-version", "identity-url", "cloud-zone", "complex-name",
        "sriov-automation", "cloud-extra-info", "orchestration-disabled", "in-maint", "status"}},
      {"tenant", "tenants", "cloud-region", {"tenant-id"}, {"tenant-name", "tenant-context"}},
      {"flavor",
       "flavors",
       "cloud-region",
       {"flavor-id"},
       {"flavor-name", "flavor-vcpus", "flavor-ram", "flavor-disk", "flavor-ephemeral", "flavor-swap",
        "flavor-is-public", "flavor-selflink", "flavor-disabled"}},
      {"hpa-capability",
       "hpa-capabilities",
       "cloud-region",
       {"hpa-capability-id"},
       {"hpa-feature", "hpa-version", "architecture"}},
      {"hpa-capability",
       "hpa-capabilities",
       "flavor",
       {"hpa-capability-id"},
       {"hpa-feature", "hpa-version", "architecture"}},
      {"vserver",
       "vservers",
       "tenant",
       {"vserver-id"},
       {"vserver-name", "vserver-name2", "prov-status", "vserver-selflink", "in-maint", "is-closed-loop-disabled"}},
      {"complex",
       "complexes",
       "cloud-infrastructure",
       {"physical-location-id"},
       {"data-center-code", "complex-name", "identity-url", "physical-location-type", "street1", "street2", "city",
        "state", "postal-code", "country", "region", "latitude", "longitude", "elevation", "lata"}},
      {"pserver",
       "pservers",
       "cloud-infrastructure",
       {"hostname"},
       {"ptnii-equip-name", "equip-type", "equip-vendor", "equip-model", "pserver-id", "in-maint", "prov-status"}},
      {"pnf", "pnfs", "network", {"pnf-name"}, {"pnf-name2", "pnf-id", "equip-type", "equip-vendor", "in-maint"}},
      {"generic-vnf",
       "generic-vnfs",
       "network",
       {"vnf-id"},
       {"vnf-name", "vnf-name2", "vnf-type", "service-id", "regional-resource-zone", "prov-status",
        "operational-status", "orchestration-status", "equipment-role", "ipv4-oam-address", "in-maint", "nf-type",
        "nf-function", "nf-role", "is-closed-loop-disabled", "model-invariant-id", "model-version-id",
        "model-customization-id"}},
      {"l3-network",
       "l3-networks",
       "network",
       {"network-id"},
       {"network-name", "network-type", "network-role", "network-technology", "orchestration-status"}},
      {"instance-group",
       "instance-groups",
       "network",
       {"id"},
       {"description", "instance-group-type", "instance-group-role", "instance-group-name"}},
      {"customer", "customers", "business", {"global-customer-id"}, {"subscriber-name", "subscriber-type"}},
      {"service-subscription", "service-subscriptions", "customer", {"service-type"}, {"temp-ub-sub-account-id"}},
      {"service-instance",
       "service-instances",
       "service-subscription",
       {"service-instance-id"},
       {"service-instance-name", "service-type", "service-role", "environment-context", "workload-context",
        "model-invariant-id", "model-version-id", "orchestration-status"}},
      {"allotted-resource",
       "allotted-resources",
       "service-instance",
       {"id"},
       {"allotted-resource-name", "description", "type", "role", "orchestration-status"}},
  };
  return all;
}

std::vector<std::string_view> split(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    auto const end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool NodeType::is_property(std::string_view property) const {
  return property == "resource-version" || std::find(keys.begin(), keys.end(), property) != keys.end() ||
         std::find(properties.begin(), properties.end(), property) != properties.end();
}

NodeType const* node_type(std::string_view name) {
  auto const found = std::find_if(types().begin(), types().end(), [&](auto const& type) { return type.name == name; });
  return found == types().end() ? nullptr : &*found;
}

NodeType const* node_type_of_plural(std::string_view plural, std::string_view parent) {
  for (auto const& type : types())
    if (type.plural == plural && (parent.empty() || type.parent == parent)) return &type;
  return nullptr;
}

bool is_namespace(std::string_view name) {
  return name == "cloud-infrastructure" || name == "network" || name == "business";
}

std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      int const high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else if (static_cast<unsigned char>(text[i]) <= 0x20 || static_cast<unsigned char>(text[i]) >= 0x7F) {
      return std::nullopt;  // must have been encoded
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<Resource> parse_resource(std::string_view path) {
  auto const segments = split(path);
  if (segments.size() < 2) return std::nullopt;
  bool const anywhere = segments[0] == "nodes";
  if (!anywhere && !is_namespace(segments[0])) return std::nullopt;
  Resource resource;
  std::string_view parent = anywhere ? std::string_view() : segments[0];
  std::string node = anywhere ? "" : std::string(segments[0]);
  for (std::size_t i = 1; i < segments.size();) {
    resource.type = node_type_of_plural(segments[i], parent);
    if (resource.type == nullptr) return std::nullopt;
    if (++i == segments.size()) {
      resource.is_collection = true;
      resource.node = resource.keys.empty() ? "" : node;
      return resource;
    }
    auto const& type = *resource.type;
    if (anywhere || segments[i] != type.name || segments.size() - i - 1 < type.keys.size()) return std::nullopt;
    node += "/" + std::string(type.plural) + "/" + std::string(type.name);
    for (auto const key : type.keys) {
      auto value = decode(segments[++i], false);
      if (!value) return std::nullopt;
      node += "/" + std::string(segments[i]);
      resource.keys.emplace_back(std::string(type.name) + "." + std::string(key), std::move(*value));
    }
    ++i;
    parent = type.name;
  }
  resource.node = node;
  return resource;
}

}  // namespace conductor::simulators::aai
