#include "faults.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace conductor::simulators::peer {

namespace {

Fault::Kind kind_of(std::string_view name, std::span<Fault::Kind const> kinds) {
  constexpr std::array names{"none",         "status", "drop",         "garbage", "truncate",
                             "drop_request", "text",   "applied_text", "empty",   "late"};
  auto const at = std::find(names.begin(), names.end(), name) - names.begin();
  auto const kind = static_cast<Fault::Kind>(at);
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw std::invalid_argument(std::string("unknown kind of fault: ").append(name));
  return kind;
}

}  // namespace

std::vector<Fault::Kind> const& Fault::general_kinds() {
  static std::vector<Kind> const kinds{Kind::none,    Kind::status,   Kind::drop,
                                       Kind::garbage, Kind::truncate, Kind::drop_request};
  return kinds;
}

Fault Fault::from_json(boost::json::value const& document, std::span<Kind const> kinds) {
  if (!document.is_object()) throw std::invalid_argument("a fault is an object");
  Fault fault;
  for (auto const& [key, value] : document.as_object()) {
    if (key == "kind" && value.is_string()) {
      fault.kind = kind_of(value.as_string(), kinds);
    } else if (key == "status" && value.is_int64()) {
      fault.status = static_cast<int>(value.as_int64());
    } else if (key == "delay_ms" && value.is_int64()) {
      fault.delay = std::chrono::milliseconds(value.as_int64());
    } else if (key == "method" && value.is_string()) {
      fault.method = std::string(value.as_string());
    } else if (key == "text" && value.is_string()) {
      fault.text = std::string(value.as_string());
    } else if (key == "path" && value.is_string()) {
      fault.path = std::string(value.as_string());
    } else if (key == "count" && value.is_int64()) {
      fault.count = static_cast<int>(value.as_int64());
    } else {
      throw std::invalid_argument("unknown or mistyped key of a fault: " + std::string(key));
    }
  }
  if (fault.kind == Kind::status && (fault.status < 200 || fault.status > 599))
    throw std::invalid_argument("a status fault needs a status from 200 to 599");
  return fault;
}

void Faults::add(Fault fault) {
  std::lock_guard const lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  std::lock_guard const lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::next(std::string_view method, std::string_view target) {
  std::lock_guard const lock(mutex_);
  for (auto& fault : faults_) {
    if (fault.count == 0 || target.find(fault.path) == target.npos) continue;
    if (!fault.method.empty() && fault.method != method) continue;
    if (fault.count > 0) --fault.count;
    return fault;
  }
  return std::nullopt;
}

}  // namespace conductor::simulators::peer
