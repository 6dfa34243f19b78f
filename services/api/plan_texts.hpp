// Plan documents as JSON text. A document is made once per version of its row and then kept: a row never changes within
// a version, nor do the documents that it refers to, and the row itself is read anew for every request.
#pragma once
#include "services/api/context.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace conductor::services::api {

// Thread-safe.
class PlanTexts {
 public:
  static constexpr std::size_t default_bytes = 1U << 20U;

  // `context` outlives it. `max_bytes`: of the texts kept; those asked for last stay.
  explicit PlanTexts(ApiContext const& context, std::size_t max_bytes = default_bytes)
      : context_(context), max_bytes_(max_bytes) {}

  using Text = std::shared_ptr<std::string const>;
  // Reads what the row refers to unless the text is known. not_found: deleted meanwhile.
  sdk::Result<Text> of(sdk::Call const& call, http::Request const& request, store::Plan const& plan);

 private:
  struct Entry {
    std::string key;
    Text text;
    std::size_t bytes() const { return key.size() * 2 + text->size(); }
  };
  Text find(std::string const& key);
  void keep(std::string key, Text text);

  ApiContext const& context_;
  std::size_t const max_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the latest used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace conductor::services::api
