// What is wrong in a document that a person wrote, in the form that validation answers and failed plans show it
// (API specification 19.3).
#pragma once
#include <boost/json.hpp>

#include <string>
#include <vector>

namespace conductor::text {

// `message` says all of it in one sentence; the other parts say the same piece by piece. Line and column count from 1
// and are 0 when the document was no text. Empty parts are left out of the JSON form.
struct Problem {
  std::string pointer{};  // JSON pointer of the element
  int line = 0, column = 0;
  std::string value{};     // seen, cut to a readable length
  std::string expected{};  // wanted instead
  std::string message{};
  std::string suggestion{};  // a better value, when there is an obvious one
};

using Problems = std::vector<Problem>;

boost::json::object to_json(Problem const& problem);
boost::json::array to_json(Problems const& problems);

}  // namespace conductor::text
