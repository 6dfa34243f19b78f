#include "services/api/api.hpp"

#include "services/api/openapi.hpp"

#include <iterator>

namespace conductor::services::api {

std::vector<http::Route> Api::routes() {
  std::vector<http::Route> all;
  for (auto part :
       {plans_.routes(), health_.routes(), events_.routes(), parts_.routes(), triage_.routes(), submission_.routes(),
        templates_.routes(), orders_.routes(), openapi_routes(context_.config.product_version)})
    std::ranges::move(part, std::back_inserter(all));
  return all;
}

}  // namespace conductor::services::api
