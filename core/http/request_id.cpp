// Random bits come from the kernel.
#include "core/http/request_id.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace conductor::http {

std::string make_request_id() {
  static thread_local boost::uuids::random_generator generator;
  return boost::uuids::to_string(generator());
}

}  // namespace conductor::http
