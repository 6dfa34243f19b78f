// Where a request goes, below `{server_url}/{version}`: path segments and query values are percent-encoded here, and
// nowhere else.
#pragma once
#include "conductor/sdk/http.hpp"

#include <string>
#include <string_view>

namespace conductor::plugins::inventory_aai {

class Target {
 public:
  // `path` is text of ours (or of path_of_link) and taken as it is.
  explicit Target(std::string path) : path_(std::move(path)) {}

  // One more path segment, whatever characters it has.
  Target& segment(std::string_view value) {
    if (!path_.ends_with('/')) path_ += '/';
    path_ += sdk::percent_encode(value);
    return *this;
  }
  // One more query parameter. A name given twice means either value.
  Target& with(std::string_view name, std::string_view value) {
    query_ += query_.empty() ? '?' : '&';
    query_ += std::string(name) + '=' + sdk::percent_encode(value);
    return *this;
  }
  // For messages: queries may name customers.
  std::string const& path() const { return path_; }
  std::string text() const { return path_ + query_; }

 private:
  std::string path_, query_;
};

}  // namespace conductor::plugins::inventory_aai
