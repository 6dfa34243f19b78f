// Whether JSON keeps to a schema of the API's description, so that tests of handlers can hold their answers against it.
#pragma once
#include <boost/json.hpp>

#include <string>

namespace conductor::services::api::test {

// The description as it is served.
boost::json::value const& description();

// What is wrong with `value` as components/schemas/{name}; empty when nothing is.
std::string schema_problems(std::string const& name, boost::json::value const& value);

// The same for the answer of an operation: the schema that the description names for this path, method and status. "no
// such operation" when it names none.
std::string answer_problems(std::string const& path, std::string const& method, int status,
                            boost::json::value const& body);

}  // namespace conductor::services::api::test
