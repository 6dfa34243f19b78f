// What inventory type slice_profiles generates candidates from (template specification 5.5): forms and sizes only; the
// candidates are the provider's work.
#pragma once
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

// `demand` as shown. Attribute -> {value, operator}.
void check_service_profile(View const& profile, std::string const& demand, Report& report);
// Subnet -> attribute -> {values}, {min, max, steps} or {derive_from}. All combinations together may be at most
// 100,000.
void check_subnets(View const& subnets, std::string const& demand, Report& report);

}  // namespace conductor::services::controller
