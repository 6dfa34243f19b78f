#include "services/api/api.hpp"

#include <iterator>

namespace conductor::services::api {

std::vector<http::Route> Api::routes() {
  std::vector<http::Route> all;
  for (auto part : {plans_.routes(), submission_.routes()}) std::ranges::move(part, std::back_inserter(all));
  return all;
}

}  // namespace conductor::services::api
