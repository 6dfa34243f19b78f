// A JSON Schema (draft-07) of whole homing templates of all versions, for editors: they complete keys and mark mistakes
// while a template is written. The tables that the checks go by give its names, kinds and vocabularies.
//
// What a schema cannot say is left to validation: names of demands and locations, threshold expressions, ranges of
// coordinates given as text, HEAT texts. In one point it is stricter: a top-level key that is none is marked, where
// validation only warns. {get_param} and {get_file} may stand for every value.
#pragma once
#include <boost/json.hpp>

namespace conductor::services::controller {

// Made anew with each call. Pure.
boost::json::object template_schema();

}  // namespace conductor::services::controller
