#include "keys.hpp"

#include "conductor/sdk/http.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

namespace conductor::plugins::etcd {

namespace {

constexpr std::size_t time_digits = 17;

std::string text_of(sdk::Value const& value) {
  if (auto const* text = std::get_if<std::string>(&value)) return sdk::percent_encode(*text);
  if (auto const* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<bool>(value) ? "true" : "false";
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned code = 0;
    if (i + 3 > text.size()) return std::nullopt;
    auto const [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16);
    if (error != std::errc() || end != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(code);
    i += 2;
  }
  return out;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The text up to the next '/', taken away with it.
std::string_view next_part(std::string_view& rest) {
  auto const end = std::min(rest.find('/'), rest.size());
  auto const part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

std::string digits(std::int64_t ms) {
  auto text = std::to_string(std::max<std::int64_t>(ms, 0));
  if (text.size() < time_digits) text.insert(0, time_digits - text.size(), '0');
  return text;
}

std::string end_of(std::string prefix) {
  // Prefixes end in '/', which is not the last of the bytes.
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

std::string Keys::named(std::string_view kind, std::string_view table, std::string_view id) const {
  std::string key = prefix_;
  return key.append(kind).append(table).append("/").append(id);
}

std::string Keys::list(sdk::Table const& table, sdk::Values const& where) const {
  std::string key = prefix_;
  key.append(where.empty() ? "a/" : "i/").append(table.name).append("/");
  if (!where.empty())
    for (auto const column : table.index) key.append(text_of(where.find(column)->second)).append("/");
  return key;
}

std::string Keys::place(std::string const& list, std::int64_t created_ms, std::string_view id) {
  return std::string(list).append(digits(created_ms)).append("/").append(id);
}

std::string_view Keys::id_in(std::string_view place, std::string_view list) {
  auto const before = list.size() + time_digits + 1;
  return place.size() < before ? std::string_view() : place.substr(before);
}

std::string Keys::document(sdk::BlobKey const& key, std::string_view generation) const {
  std::string text = prefix_ + "b/";
  for (std::string_view const part :
       {std::string_view(key.table), std::string_view(key.id), std::string_view(key.kind), generation})
    text.append(sdk::percent_encode(part)).append("/");
  return text;
}

std::string Keys::part(std::string const& document, std::size_t number) {
  auto text = std::to_string(number);
  if (text.size() < 4) text.insert(0, 4 - text.size(), '0');
  return document + text;
}

std::string Keys::loose(std::int64_t since_ms, sdk::BlobKey const& key, std::string_view generation) const {
  std::string text = loose() + digits(since_ms);
  for (std::string_view const part :
       {std::string_view(key.table), std::string_view(key.id), std::string_view(key.kind), generation})
    text.append("/").append(sdk::percent_encode(part));
  return text;
}

std::optional<std::pair<std::string, std::string>> Keys::row_of(std::string_view key) const {
  auto const before = rows();
  if (!key.starts_with(before)) return std::nullopt;
  key.remove_prefix(before.size());
  auto const table = next_part(key);
  if (key.empty()) return std::nullopt;
  return std::pair(std::string(table), std::string(key));
}

std::optional<std::string> Keys::worker_of(std::string_view key) const {
  auto const before = workers();
  if (!key.starts_with(before) || key.size() == before.size()) return std::nullopt;
  return std::string(key.substr(before.size()));
}

std::optional<Keys::Loose> Keys::loose_of(std::string_view key) const {
  auto const before = loose();
  if (!key.starts_with(before)) return std::nullopt;
  key.remove_prefix(before.size());
  auto const since = number_in(next_part(key));
  std::vector<std::string> parts;
  while (!key.empty())
    if (auto part = unescape(next_part(key)))
      parts.push_back(std::move(*part));
    else
      return std::nullopt;
  if (!since || parts.size() != 4) return std::nullopt;
  return Loose{*since, {std::move(parts[0]), std::move(parts[1]), std::move(parts[2])}, std::move(parts[3])};
}

}  // namespace conductor::plugins::etcd
