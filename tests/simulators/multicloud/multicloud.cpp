#include "multicloud.hpp"

#include "tests/simulators/peer/request.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace conductor::simulators::multicloud {

namespace json = boost::json;
using peer::header;
using sdk::HttpReply;
using sdk::HttpRequest;

namespace {

HttpReply reply(int status, json::object const& body) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

HttpReply refuse(int status, std::string const& why) { return reply(status, {{"error", why}}); }

struct Question {
  double vcpus = 0, memory = 0, storage = 0;
  std::vector<std::pair<std::string, std::string>> vims;
};

std::string quantity(json::object const& body, char const* name, bool whole, double& into) {
  auto const* value = body.if_contains(name);
  if (value == nullptr) return std::string(name) + " is missing";
  if (!value->is_number()) return std::string(name) + " is no number: " + json::serialize(*value);
  into = value->to_number<double>();
  if (into < 0) return std::string(name) + " is negative";
  if (whole && !value->is_int64() && !value->is_uint64()) return std::string(name) + " is no integer";
  return "";
}

bool is_nameable(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

// v0: one text, split at its first underscore.
std::string read_text(json::value const& vim, Question& question) {
  if (!vim.is_string()) return "v0 has VIMs as texts, got " + json::serialize(vim);
  std::string const id(vim.get_string());
  auto const underscore = id.find('_');
  if (underscore != id.npos && is_nameable(id))
    question.vims.emplace_back(id.substr(0, underscore), id.substr(underscore + 1));
  return "";
}

// v1: owner and region.
std::string read_object(json::value const& vim, Question& question) {
  auto const* object = vim.if_object();
  auto const* owner = object == nullptr ? nullptr : object->if_contains("cloud-owner");
  auto const* region = object == nullptr ? nullptr : object->if_contains("cloud-region-id");
  if (object == nullptr || object->size() != 2 || owner == nullptr || !owner->is_string() || region == nullptr ||
      !region->is_string())
    return "v1 has VIMs as {cloud-owner, cloud-region-id}, got " + json::serialize(vim);
  question.vims.emplace_back(owner->get_string(), region->get_string());
  return "";
}

// What is wrong with the body; empty when nothing is.
std::string read(json::object const& body, std::string const& version, Question& question) {
  constexpr std::array<std::string_view, 4> known{"vCPU", "Memory", "Storage", "VIMs"};
  for (auto const& [key, value] : body)
    if (std::find(known.begin(), known.end(), std::string_view(key)) == known.end())
      return "unknown key " + std::string(key);
  for (auto const& wrong :
       {quantity(body, "vCPU", true, question.vcpus), quantity(body, "Memory", false, question.memory),
        quantity(body, "Storage", true, question.storage)})
    if (!wrong.empty()) return wrong;
  auto const* vims = body.if_contains("VIMs");
  if (vims == nullptr || !vims->is_array()) return "VIMs is no list";
  for (auto const& vim : vims->get_array())
    if (auto wrong = version == "v0" ? read_text(vim, question) : read_object(vim, question); !wrong.empty())
      return wrong;
  return "";
}

bool fits(Vim const& vim, Question const& question) {
  auto const memory = vim.in_megabytes ? std::floor(question.memory) / 1024 : question.memory;
  return !vim.broken && question.vcpus <= vim.vcpus && memory <= vim.memory_gb && question.storage <= vim.storage_gb;
}

json::value named(std::pair<std::string, std::string> const& key, Vim const& vim, std::string const& version,
                  bool zones) {
  if (version == "v0") return json::value(key.first + "_" + key.second);
  json::object object{{"cloud-owner", key.first}, {"cloud-region-id", key.second}};
  if (zones)
    object["AZs"] = json::array{json::object{{"availability-zone-name", "az1"},
                                             {"vCPUAvail", vim.vcpus},
                                             {"MemoryAvail", vim.memory_gb},
                                             {"StorageAvail", vim.storage_gb}}};
  return object;
}

// The version of a path that this server has; nothing for other paths.
std::optional<std::string> version_of(Rules const& rules, std::string const& target) {
  for (auto const& version : rules.versions)
    if (target == rules.base_path + "/" + version + "/check_vim_capacity") return version;
  return std::nullopt;
}

}  // namespace

HttpReply answer(World const& world, Rules const& rules, HttpRequest const& request) {
  auto const version = version_of(rules, request.target);
  if (!version) return refuse(404, "no such resource: " + request.target);
  if (request.method != "POST") return refuse(405, "method not allowed: " + request.method);
  bool const open = rules.username.empty() && rules.password.empty();
  if (!open && !peer::is_from(request, rules.username, rules.password)) return refuse(401, "no valid login");
  if (!header(request, "Content-Type").starts_with("application/json")) return refuse(415, "the body must be JSON");
  for (auto const* name : {"X-FromAppId", "X-TransactionId"})
    if (header(request, name).empty()) return refuse(400, "header " + std::string(name) + " is missing");
  boost::system::error_code failed;
  auto const body = json::parse(request.body, failed);
  if (failed || !body.is_object()) return refuse(400, "the body is no JSON object");
  Question question;
  if (auto const wrong = read(body.get_object(), *version, question); !wrong.empty()) return refuse(400, wrong);
  json::array with_room;
  for (auto const& key : question.vims)
    if (auto const vim = world.find(key); vim != world.end() && fits(vim->second, question))
      with_room.push_back(named(key, vim->second, *version, rules.zones));
  return reply(200, {{"VIMs", std::move(with_room)}});
}

}  // namespace conductor::simulators::multicloud
