#include "handler.hpp"

#include "tests/simulators/peer/request.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace conductor::simulators::aai {

namespace json = boost::json;
using peer::header;
using sdk::HttpReply;
using sdk::HttpRequest;

namespace {

constexpr int all_levels = 1'000'000;

struct Refusal {
  int status;
  std::string id, text;
};

HttpReply refuse(HttpRequest const& request, std::string const& path, Refusal const& why) {
  json::object const body{
      {"requestError",
       {{"serviceException",
         {{"messageId", why.id},
          {"text", why.text + " (msg=%3) (ec=%4)"},
          {"variables", json::array{request.method, path, why.text, "ERR." + std::to_string(why.status)}}}}}}};
  return {why.status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

HttpReply success(json::object const& body, sdk::HttpHeaders headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  return {200, std::move(headers), json::serialize(body)};
}

// The parts of a query that are not filters.
struct Query {
  int depth = 0;
  bool nodes_only = false;
  std::optional<std::size_t> page, page_size;
  std::string format;
  std::vector<std::pair<std::string, std::string>> filters;
};

std::optional<std::size_t> positive(std::string const& text) {
  std::size_t number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

// One name=value; false when it is malformed.
bool read_parameter(std::string const& name, std::string const& value, Query& query) {
  if (name == "depth") {
    if (value == "all") return query.depth = all_levels, true;
    auto const levels = positive(value);
    query.depth = levels ? static_cast<int>(*levels) : 0;
    return levels || value == "0";
  }
  if (name == "resultIndex") return (query.page = positive(value)).has_value();
  if (name == "resultSize") return (query.page_size = positive(value)).has_value();
  if (name == "nodes-only") return query.nodes_only = true;
  if (name == "format") return query.format = value, true;
  if (name == "cleanup" || name == "skip-related-to" || name == "includeTotalCount") return true;
  query.filters.emplace_back(name, value);
  return true;
}

std::optional<Query> read_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    auto const end = std::min(text.find('&'), text.size());
    auto const item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.empty()) continue;
    auto const equals = std::min(item.find('='), item.size());
    auto const name = decode(item.substr(0, equals), true);
    auto const value = decode(item.substr(std::min(equals + 1, item.size())), true);
    if (!name || !value || !read_parameter(*name, *value, query)) return std::nullopt;
  }
  return query;
}

std::string as_text(json::value const& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

// Different names are ANDed, values of one name ORed.
bool passes(Node const& node, std::vector<std::pair<std::string, std::string>> const& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](auto const& filter) {
    auto const* have = node.properties.if_contains(filter.first);
    if (have == nullptr) return false;
    return std::any_of(filters.begin(), filters.end(), [&](auto const& other) {
      return other.first == filter.first && other.second == as_text(*have);
    });
  });
}

// `parent` empty: everywhere.
bool is_below(std::string const& path, std::string const& parent) {
  return parent.empty() || path.starts_with(parent + "/");
}

// Writes objects of one answer.
class Writer {
 public:
  Writer(World const& world, Rules const& rules, std::string const& version, Query const& query)
      : world_(world), rules_(rules), version_(version), query_(query) {}

  json::object object(Node const& node, int depth) const {
    auto out = node.properties;
    // A list is a node of its own without a name around it, as hpa-feature-attributes are: one level further down.
    if (depth <= 0)
      for (auto const& [name, value] : node.properties)
        if (value.is_array()) out.erase(name);
    if (!query_.nodes_only && !node.edges.empty()) out["relationship-list"] = {{"relationship", relationships(node)}};
    if (depth <= 0) return out;
    for (auto const& child : world_.nodes())
      if (is_child(child, node)) {
        auto const& type = *child.resource.type;
        auto& group = out[type.plural];
        if (!group.is_object()) group.emplace_object()[type.name].emplace_array();
        group.as_object()[type.name].as_array().push_back(object(child, depth - 1));
      }
    return out;
  }
  std::string link(std::string const& path) const {
    auto const version = rules_.link_version.empty() ? version_ : rules_.link_version;
    return (rules_.full_urls ? "https://aai.example.org:8443" : "") + rules_.base_path + "/" + version + "/" + path;
  }
  static bool is_child(Node const& child, Node const& parent) {
    return child.resource.type->parent == parent.resource.type->name && is_below(child.path, parent.path);
  }

 private:
  json::array relationships(Node const& node) const {
    json::array list;
    for (auto const& [other, label] : node.edges) {
      auto const& target = world_.nodes()[other];
      json::object entry{{"related-to", target.resource.type->name}, {"related-link", link(target.path)}};
      if (!label.empty()) entry["relationship-label"] = label;
      json::array data;
      for (auto const& [key, value] : target.resource.keys)
        data.push_back(json::object{{"relationship-key", key}, {"relationship-value", value}});
      entry["relationship-data"] = std::move(data);
      list.push_back(std::move(entry));
    }
    return list;
  }
  World const& world_;
  Rules const& rules_;
  std::string const& version_;
  Query const& query_;
};

// One request, after its head was found to be in order.
class Answering {
 public:
  Answering(World const& world, Rules const& rules, HttpRequest const& request, std::string version, std::string path,
            Query query)
      : world_(world),
        request_(request),
        version_(std::move(version)),
        path_(std::move(path)),
        query_(std::move(query)),
        writer_(world_, rules, version_, query_) {}

  HttpReply answer() const {
    if (path_ == "query") return request_.method == "PUT" ? stored_query() : wrong_method();
    if (request_.method != "GET") return wrong_method();
    if (path_.starts_with("resources/id/")) return vertex();
    auto const resource = parse_resource(path_);
    if (!resource) return refuse(request_, path_, {400, "SVC3000", "Invalid path"});
    for (auto const& [name, value] : query_.filters)
      if (!resource->is_collection || !resource->type->is_property(name))
        return refuse(request_, path_,
                      {400, "SVC3000", "property: " + name + " not found on " + std::string(resource->type->name)});
    return resource->is_collection ? collection(*resource) : single(*resource);
  }

 private:
  HttpReply wrong_method() const { return refuse(request_, path_, {405, "SVC3102", "Method not allowed"}); }
  HttpReply not_found() const {
    return refuse(request_, path_, {404, "SVC3001", "Resource not found for %1 using id %2"});
  }

  HttpReply single(Resource const& resource) const {
    auto const* node = world_.find(resource.node);
    return node == nullptr ? not_found() : success(writer_.object(*node, query_.depth));
  }

  HttpReply collection(Resource const& resource) const {
    std::vector<Node const*> found;
    for (auto const& node : world_.nodes())
      if (node.resource.type == resource.type && is_below(node.path, resource.node) && passes(node, query_.filters))
        found.push_back(&node);
    if (found.empty()) return not_found();
    sdk::HttpHeaders headers;
    std::size_t begin = 0, end = found.size();
    if (query_.page_size) {
      begin = std::min((query_.page.value_or(1) - 1) * *query_.page_size, found.size());
      end = std::min(begin + *query_.page_size, found.size());
      headers = {{"total-results", std::to_string(found.size())},
                 {"total-pages", std::to_string((found.size() + *query_.page_size - 1) / *query_.page_size)}};
      if (begin == end) return not_found();
    }
    json::array list;
    for (; begin < end; ++begin) list.push_back(writer_.object(*found[begin], query_.depth));
    json::object body;
    body[resource.type->name] = std::move(list);
    return success(body, std::move(headers));
  }

  HttpReply vertex() const {
    auto const id = positive(path_.substr(std::string_view("resources/id/").size()));
    if (!id || *id > world_.nodes().size()) return not_found();
    auto const& node = world_.nodes()[*id - 1];
    json::object body;
    body[node.resource.type->name] = writer_.object(node, query_.depth);
    return success(body);
  }

  // query/ucpe-instance: the start nodes that are pservers, their cloud regions and complexes.
  HttpReply stored_query() const {
    boost::system::error_code failed;
    auto const body = json::parse(request_.body, failed);
    auto const* form = failed ? nullptr : body.if_object();
    auto const* start = form == nullptr ? nullptr : form->if_contains("start");
    auto const* name = form == nullptr ? nullptr : form->if_contains("query");
    if (start == nullptr || name == nullptr || !name->is_string() || !(start->is_array() || start->is_string()))
      return refuse(request_, path_, {400, "SVC3000", "start and query are needed"});
    if (name->as_string() != "query/ucpe-instance") return refuse(request_, path_, {400, "SVC3000", "unknown query"});
    if (query_.format != "id") return refuse(request_, path_, {400, "SVC3000", "only format=id is simulated"});
    if (query_.depth > 1) return refuse(request_, path_, {403, "SVC3300", "depth exceeds the limit"});
    json::array paths;
    if (start->is_array())
      paths = start->as_array();
    else
      paths.push_back(*start);
    json::array results;
    for (auto const& path : paths) {
      auto const resource = path.is_string() ? parse_resource(path.as_string()) : std::nullopt;
      if (!resource || resource->is_collection) return refuse(request_, path_, {400, "SVC3000", "Invalid start node"});
      auto const* node = world_.find(resource->node);
      if (node != nullptr && node->resource.type->name == "pserver") collect(*node, results);
    }
    return success({{"results", std::move(results)}});
  }

  void collect(Node const& node, json::array& results) const {
    auto const type = node.resource.type->name;
    auto const id = static_cast<std::size_t>(&node - world_.nodes().data()) + 1;
    results.push_back(
        json::object{{"resource-type", type}, {"resource-link", writer_.link("resources/id/" + std::to_string(id))}});
    if (type == "complex") return;
    for (auto const& [other, label] : node.edges) {
      auto const& next = world_.nodes()[other];
      bool const onward =
          next.resource.type->name == "complex" || (type == "pserver" && next.resource.type->name == "cloud-region");
      if (onward) collect(next, results);
    }
  }

  World const& world_;
  HttpRequest const& request_;
  std::string const version_, path_;
  Query const query_;
  Writer writer_;
};

// What is wrong with the head of a request, before its path is looked at.
std::optional<Refusal> wrong_head(Rules const& rules, HttpRequest const& request) {
  if (!rules.username.empty() || !rules.password.empty())
    if (!peer::is_from(request, rules.username, rules.password)) return Refusal{401, "SVC3300", "Not authenticated"};
  if (header(request, "X-FromAppId").empty()) return Refusal{400, "SVC3000", "X-FromAppId is missing"};
  if (header(request, "X-TransactionId").empty() && header(request, "X-ONAP-RequestID").empty())
    return Refusal{400, "SVC3000", "X-TransactionId is missing"};
  auto const accept = header(request, "Accept");
  if (accept.find("application/json") == accept.npos && accept.find("*/*") == accept.npos)
    return Refusal{406, "SVC3000", "only application/json is simulated"};
  return std::nullopt;
}

}  // namespace

HttpReply answer(World const& world, Rules const& rules, HttpRequest const& request) {
  auto const question = std::min(request.target.find('?'), request.target.size());
  std::string path = request.target.substr(0, question);
  if (!path.starts_with(rules.base_path + "/")) return {404, {}, ""};
  path.erase(0, rules.base_path.size() + 1);
  if (auto const why = wrong_head(rules, request)) return refuse(request, path, *why);
  auto const slash = std::min(path.find('/'), path.size());
  auto const version = path.substr(0, slash);
  if (!rules.versions.contains(version)) return refuse(request, path, {410, "SVC3010", "API version not served"});
  path.erase(0, std::min(slash + 1, path.size()));
  while (path.ends_with('/')) path.pop_back();
  auto query = read_query(std::string_view(request.target).substr(std::min(question + 1, request.target.size())));
  if (!query || !decode(path, false)) return refuse(request, path, {400, "SVC3000", "malformed encoding or parameter"});
  return Answering(world, rules, request, version, path, std::move(*query)).answer();
}

}  // namespace conductor::simulators::aai
