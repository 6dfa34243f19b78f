#include "faults.hpp"

#include <array>
#include <stdexcept>

namespace conductor::simulators::music {

Fault Fault::from_json(boost::json::value const& document) {
  constexpr std::array kinds{"none",         "status",  "drop_request", "drop_reply", "text",
                             "applied_text", "garbage", "empty",        "late"};
  if (!document.is_object()) throw std::invalid_argument("a fault is an object");
  Fault fault;
  for (auto const& [key, value] : document.as_object()) {
    if (key == "kind" && value.is_string()) {
      std::size_t at = 0;
      while (at < kinds.size() && value.as_string() != kinds[at]) ++at;
      if (at == kinds.size()) throw std::invalid_argument("unknown kind of fault: " + std::string(value.as_string()));
      fault.kind = static_cast<Kind>(at);
    } else if (key == "status" && value.is_int64()) {
      fault.status = static_cast<int>(value.as_int64());
    } else if (key == "text" && value.is_string()) {
      fault.text = std::string(value.as_string());
    } else if (key == "delay_ms" && value.is_int64()) {
      fault.delay = std::chrono::milliseconds(value.as_int64());
    } else if (key == "method" && value.is_string()) {
      fault.method = std::string(value.as_string());
    } else if (key == "path" && value.is_string()) {
      fault.path = std::string(value.as_string());
    } else if (key == "count" && value.is_int64()) {
      fault.count = static_cast<int>(value.as_int64());
    } else {
      throw std::invalid_argument("unknown or mistyped key of a fault: " + std::string(key));
    }
  }
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

}  // namespace conductor::simulators::music
