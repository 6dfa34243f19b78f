#include "services/api/plan_texts.hpp"

namespace conductor::services::api {

sdk::Result<PlanTexts::Text> PlanTexts::of(sdk::Call const& call, http::Request const& request,
                                           store::Plan const& plan) {
  // The links in a document name the server as the client addressed it. Ids and incarnations hold no line breaks.
  auto const& version = plan.row.version;
  std::string key = plan.id;
  key.append(1, '\n').append(version.incarnation).append(1, '\n').append(std::to_string(version.number));
  key.append(1, '\n').append(context_.base(request));
  if (auto known = find(key)) return known;
  auto const document = context_.document(call, request, plan);
  if (!document) return document.error();
  auto written = boost::json::serialize(*document);
  written.shrink_to_fit();
  auto text = std::make_shared<std::string const>(std::move(written));
  keep(std::move(key), text);
  return text;
}

PlanTexts::Text PlanTexts::find(std::string const& key) {
  std::lock_guard const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->text;
}

void PlanTexts::keep(std::string key, Text text) {
  std::lock_guard const lock(mutex_);
  // Two requests may have made the same text.
  if (by_key_.contains(key)) return;
  entries_.push_front({std::move(key), std::move(text)});
  bytes_ += entries_.front().bytes();
  by_key_.emplace(entries_.front().key, entries_.begin());
  while (bytes_ > max_bytes_ && !entries_.empty()) {
    bytes_ -= entries_.back().bytes();
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace conductor::services::api
