#include "compat_documents.hpp"
#include "compat_rows.hpp"

#include <zstd.h>

#include <algorithm>

namespace conductor::plugins::music {

using sdk::BlobKey;
using sdk::Call;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;

namespace {

constexpr std::size_t longest_text = 64U << 20U;

std::optional<std::string> text_of(std::string_view bytes) {
  if (bytes.starts_with('j')) return std::string(bytes.substr(1));
  if (!bytes.starts_with('z')) return std::nullopt;
  bytes.remove_prefix(1);
  auto const size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > longest_text) return std::nullopt;
  std::string text(size, '\0');
  if (ZSTD_decompress(text.data(), text.size(), bytes.data(), bytes.size()) != size) return std::nullopt;
  return text;
}

// An original keeps the template alone; here it comes with its files. With files it stays as it is.
std::string as_original(BlobKey const& key, std::string text) {
  if (key.table != sdk::tables::plans.name || key.kind != "template") return text;
  boost::system::error_code bad;
  auto const value = json::parse(text, bad);
  if (bad || !value.is_object() || value.as_object().size() != 1) return text;
  auto const* inner = value.as_object().if_contains("template");
  return inner != nullptr && inner->is_object() ? json::serialize(*inner) : text;
}

std::string as_ours(BlobKey const& key, std::string text) {
  if (key.table != sdk::tables::plans.name || key.kind != "template") return text;
  boost::system::error_code bad;
  auto const value = json::parse(text, bad);
  bool const ours = !bad && value.is_object() && value.as_object().contains("template");
  return bad || ours ? text : json::serialize(json::object{{"template", value}});
}

}  // namespace

std::string generation_of(std::string_view text) {
  // What an original writes when there is no document.
  if (text.empty() || text == "{}" || text == "null") return {};
  std::uint64_t sum = 14695981039346656037U;  // FNV-1a
  for (char const c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return "text-" + std::to_string(text.size()) + "-" + std::to_string(sum);
}

Read<std::string> CompatDocuments::put(Call const& call, BlobKey const& key, std::string_view bytes) {
  if (!CompatRows::is_shared(*sdk::find_table(key.table))) return native_.put(call, key, bytes);
  auto text = text_of(bytes);
  if (!text)
    return failed<Read<std::string>>(Outcome::invalid, "store/music: the document '" + key.kind +
                                                           "' is no JSON text; the layout compat keeps no other");
  if (text->size() > max_bytes())
    return failed<Read<std::string>>(Outcome::too_large, "store/music: the document '" + key.kind + "' of " + key.id +
                                                             " has " + std::to_string(text->size()) +
                                                             " bytes, the layout compat keeps " +
                                                             std::to_string(max_bytes()) + "; use the layout native");
  auto kept = as_original(key, std::move(*text));
  auto generation = generation_of(kept);
  if (!generation.empty()) keep(generation, std::move(kept));
  return {Outcome::ok, std::move(generation), {}};
}

void CompatDocuments::keep(std::string const& generation, std::string content) {
  std::lock_guard const lock(mutex_);
  if (auto const found = by_generation_.find(generation); found != by_generation_.end()) {
    ++found->second->puts;
    texts_.splice(texts_.end(), texts_, found->second);
    return;
  }
  bytes_ += content.size();
  auto const text = texts_.insert(texts_.end(), Text{generation, std::move(content), 1});
  by_generation_[text->generation] = text;
  while (bytes_ > most_waiting_bytes && texts_.size() > 1) drop(texts_.begin());
}

// With the lock held.
void CompatDocuments::drop(Texts::iterator text) {
  bytes_ -= text->content.size();
  by_generation_.erase(text->generation);
  texts_.erase(text);
}

void CompatDocuments::referred(sdk::Table const& table, sdk::Values const& columns) {
  if (!CompatRows::is_shared(table)) return;
  std::lock_guard const lock(mutex_);
  for (auto const& [name, value] : columns) {
    auto const* const column = table.column(name);
    if (column == nullptr || column->type != sdk::ColumnType::document) continue;
    auto const found = by_generation_.find(std::get<std::string>(value));
    if (found != by_generation_.end() && --found->second->puts == 0) drop(found->second);
  }
}

std::size_t CompatDocuments::waiting_count() const {
  std::lock_guard const lock(mutex_);
  return texts_.size();
}

Read<std::string> CompatDocuments::get(Call const& call, BlobKey const& key, std::string_view generation) {
  if (!CompatRows::is_shared(*sdk::find_table(key.table))) return native_.get(call, key, generation);
  auto text = waiting(generation);
  if (!text) {
    auto found = rows_->document(call, key, generation);
    if (!found) return found;
    text = std::move(found.value);
  }
  return {Outcome::ok, "j" + as_ours(key, std::move(*text)), {}};
}

std::optional<std::string> CompatDocuments::waiting(std::string_view generation) const {
  std::lock_guard const lock(mutex_);
  auto const found = by_generation_.find(generation);
  return found == by_generation_.end() ? std::nullopt : std::optional(found->second->content);
}

bool CompatDocuments::dropped(Call const& call, std::vector<std::pair<BlobKey, std::string>> const& documents) {
  std::vector<std::pair<BlobKey, std::string>> native;
  for (auto const& document : documents)
    if (!CompatRows::is_shared(*sdk::find_table(document.first.table))) native.push_back(document);
  return native_.dropped(call, native);
}

}  // namespace conductor::plugins::music
