// What the module's operations accept: names, types and enumerations of their input, as its YANG says.
#pragma once
#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace conductor::simulators::sdnc {

// One refusal of RESTCONF.
struct Refusal {
  int status = 0;  // 0: none
  std::string tag{}, app_tag{}, message{}, key{};
};

// Looks at the input of check-capacity, reserve or release. Refused with 400: a missing or empty mandatory member, a
// member of another JSON type (64-bit integers and decimals are texts, RFC 7951), a value outside its enumeration, a
// list whose keys repeat. Members that the module does not have are ignored, as it may grow.
Refusal check_input(std::string_view operation, boost::json::object const& input);

}  // namespace conductor::simulators::sdnc
