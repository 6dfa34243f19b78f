// From a homing template to the document that solver and reservation read (template specification 12). Pure but for
// the look-ups, which go through an interface. All local checks come before the first look-up.
#pragma once
#include "services/controller/draft.hpp"

#include "conductor/sdk/result.hpp"

namespace conductor::services::controller {

// The look-ups of a translation, with arguments and answers of rpc topic `data` (core/model/data_topic.hpp).
class Lookups {
 public:
  virtual ~Lookups() = default;
  // {NAME: {"host_name" | "clli_code"}} -> {NAME: {"latitude", "longitude", "country"} | {"error"}}
  virtual sdk::Result<json::object> locations(json::object const& wanted) = 0;
  // {NAME: [requirement, ...]} -> {NAME: {"candidates", "dropped"} | {"error"}}
  virtual sdk::Result<json::object> demands(json::object const& wanted, std::string const& request_type) = 0;
};

struct Input {
  text::Node document;    // the template
  json::object files{};   // for get_file
  json::object solver{};  // the request's options, which win over the template's
  std::string plan_id{};
  Known known{};
  std::size_t max_candidates = 100'000;  // per demand; further ones are cut off
};

struct Translation {
  json::value document;   // null when there are errors
  std::string message;    // the first error in the original's order; empty when there are none
  text::Problems errors;  // all of them, by their place in the template
  text::Problems warnings;
};

// Without `lookups` only what can be checked here is checked, and there is no document. Errors are those of look-ups
// worth trying again (unavailable, timed_out, cancelled); everything else is a problem in the translation.
sdk::Result<Translation> translate(Input const& input, Lookups* lookups);

}  // namespace conductor::services::controller
