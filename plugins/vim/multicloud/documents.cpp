#include "documents.hpp"

#include <algorithm>
#include <cmath>

namespace conductor::plugins::vim_multicloud {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

constexpr double megabytes_per_gigabyte = 1024, largest_integer = 9e15;

// Whole numbers as integers: 10, not 1E1, which not every reader of integers takes.
json::value number(double value) {
  if (value == std::floor(value) && value < largest_integer) return static_cast<std::int64_t>(value);
  return value;
}

std::string text_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr || !value->is_string() ? "" : std::string(value->get_string());
}

Errc code_of(int status) {
  if (status == 401 || status == 403) return Errc::denied;
  if (status == 400) return Errc::internal;
  if (status == 408 || status == 429 || status >= 500) return Errc::unavailable;
  return Errc::unsupported;
}

std::string advice(int status) {
  if (status == 401 || status == 403) return "; check [multicloud] username, password and certificate_file";
  if (status == 404) return "; check [multicloud] server_url and server_url_version";
  return "";
}

// "Own_region" of a text or of an object; empty for anything else.
std::string id_in(json::value const& item) {
  if (item.is_string()) return std::string(item.get_string());
  if (!item.is_object()) return "";
  auto const owner = text_of(item.get_object(), "cloud-owner"), region = text_of(item.get_object(), "cloud-region-id");
  return owner.empty() || region.empty() ? "" : owner + "_" + region;
}

Error unreadable(std::string const& request, std::string const& what) {
  return {Errc::unavailable, "MultiCloud answered 200 to " + request + " " + what};
}

}  // namespace

std::optional<std::pair<std::string, std::string>> parts_of(std::string const& vim_id) {
  auto const underscore = vim_id.find('_');
  if (underscore == vim_id.npos || underscore == 0 || underscore + 1 == vim_id.size()) return std::nullopt;
  return std::pair(vim_id.substr(0, underscore), vim_id.substr(underscore + 1));
}

bool can_be_named(std::string const& version, std::string const& vim_id) {
  if (!parts_of(vim_id)) return false;
  return version != "v0" || std::all_of(vim_id.begin(), vim_id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
         });
}

json::object request_body(Options const& options, sdk::VimQuestion const& question) {
  json::array vims;
  for (auto const& id : question.vim_ids) {
    if (options.version == "v0") {
      vims.emplace_back(id);
    } else {
      auto const parts = parts_of(id).value();
      vims.push_back(json::object{{"cloud-owner", parts.first}, {"cloud-region-id", parts.second}});
    }
  }
  auto const memory =
      options.memory_in_megabytes ? std::ceil(question.memory_gb * megabytes_per_gigabyte) : question.memory_gb;
  return {{"vCPU", number(std::ceil(question.vcpus))},
          {"Memory", number(memory)},
          {"Storage", number(std::ceil(question.storage_gb))},
          {"VIMs", std::move(vims)}};
}

Result<std::vector<std::string>> read_answer(std::string const& request, Result<sdk::HttpReply> const& reply) {
  if (!reply) {
    // The client's `invalid` (settings it cannot use, a reply that is too large) is no fault of the template.
    auto const code = reply.error().code == Errc::invalid ? Errc::unsupported : reply.error().code;
    return Error{code, "no response from MultiCloud to " + request + ": " + reply.error().text};
  }
  if (reply->status != 200)
    return Error{code_of(reply->status),
                 "MultiCloud answered " + std::to_string(reply->status) + " to " + request + advice(reply->status)};
  boost::system::error_code failed;
  auto const body = json::parse(reply->body, failed);
  if (failed || !body.is_object()) return unreadable(request, "with a body that is no JSON object");
  auto const* list = body.get_object().if_contains("VIMs");
  if (list == nullptr || !list->is_array()) return unreadable(request, "without the list VIMs");
  std::vector<std::string> ids;
  for (auto const& item : list->get_array()) {
    auto id = id_in(item);
    if (id.empty())
      return unreadable(request, "with an item of VIMs that is neither a text nor cloud-owner and cloud-region-id");
    ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace conductor::plugins::vim_multicloud
