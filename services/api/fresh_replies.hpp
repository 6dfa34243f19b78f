// Answers to GET requests, kept for as long as the store's stamp (store::Plans::stamp) says that nothing has changed,
// so that reading a plan again and again reaches neither a handler thread nor the database. They are never older than
// what the database would give: the stamp is taken before the database is read and compared before each use.
#pragma once
#include "core/http/router.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace conductor::services::api {

// Thread-safe.
class FreshReplies {
 public:
  static constexpr std::size_t most_bytes = 8U << 20U;

  using Stamp = std::function<std::optional<std::uint64_t>()>;

  explicit FreshReplies(Stamp stamp) : now_(std::move(stamp)) {}
  // For a route whose answer follows from the store and the address alone: the handler with its answers kept, and what
  // gives them again. Requests with a query are passed on.
  http::Handler keeping(http::Handler handler);
  http::AtOnce at_once();

 private:
  std::optional<std::string> find(http::Request const& request);
  void keep(std::uint64_t stamp, http::Request const& request, http::Response const& response);

  Stamp const now_;
  std::mutex mutex_;
  std::uint64_t stamp_ = 0;  // of all answers
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::string> bodies_;  // by base URL and path
};

}  // namespace conductor::services::api
