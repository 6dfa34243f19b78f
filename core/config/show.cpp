// A secret is hidden in three places: its own option, options that refer to it, and logins inside URLs.
#include "core/config/show.hpp"

#include "core/config/value.hpp"

#include <algorithm>

namespace conductor::config {
namespace {

using Entry = Catalogue::Entry;
constexpr std::string_view mask = "***";

std::vector<Entry const*> sorted(Catalogue const& catalogue) {
  std::vector<Entry const*> out;
  for (auto const& entry : catalogue.entries()) out.push_back(&entry);
  std::ranges::stable_sort(out, {}, [](Entry const* e) { return std::pair(e->section != "DEFAULT", e->section); });
  return out;
}

class Masker {
 public:
  Masker(Catalogue const& catalogue, Config const& config) {
    for (auto const& entry : catalogue.entries()) {
      if (entry.option.type != sdk::OptionType::secret) continue;
      auto const secret = config.section(entry.section).text(entry.option.name);
      // Very short ones would hide ordinary text and hide nothing that matters.
      if (secret.size() > 3) secrets_.push_back(secret);
    }
  }

  std::string operator()(std::string text) const {
    for (auto const& secret : secrets_)
      for (std::size_t at = 0; (at = text.find(secret, at)) != text.npos; at += mask.size())
        text.replace(at, secret.size(), mask);
    auto const scheme = text.find("://");
    if (scheme == text.npos) return text;
    auto const host = text.find_first_of("/?#", scheme + 3);
    auto const login = text.rfind('@', host);
    if (login != text.npos && login > scheme + 3) text.replace(scheme + 3, login - scheme - 3, mask);
    return text;
  }

 private:
  std::vector<std::string> secrets_;
};

std::string shown(Entry const& entry, sdk::Settings::Value const& value, Masker const& masked) {
  bool const secret = entry.option.type == sdk::OptionType::secret;
  auto text = value_text(value);
  if (secret && !std::holds_alternative<std::monostate>(value)) return text.empty() ? "" : std::string(mask);
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) text.replace(at, 1, "\\n");
  return masked(std::move(text));
}

boost::json::value as_json(Entry const& entry, sdk::Settings::Value const& value, Masker const& masked) {
  struct Writer {
    Entry const& entry;
    Masker const& masked;
    boost::json::value operator()(std::monostate) const { return nullptr; }
    boost::json::value operator()(std::string const& text) const {
      bool const hidden = entry.option.type == sdk::OptionType::secret && !text.empty();
      return boost::json::value(hidden ? std::string(mask) : masked(text));
    }
    boost::json::value operator()(std::int64_t number) const { return number; }
    boost::json::value operator()(double number) const { return number; }
    boost::json::value operator()(bool yes) const { return yes; }
    boost::json::value operator()(std::vector<std::string> const& items) const {
      boost::json::array out;
      for (auto const& item : items) out.emplace_back(masked(item));
      return out;
    }
  };
  return std::visit(Writer{entry, masked}, value);
}

}  // namespace

std::string show_text(Catalogue const& catalogue, Config const& config, bool only_given) {
  struct Row {
    Entry const* entry;
    std::string value, origin;
  };
  Masker const masked(catalogue, config);
  std::vector<Row> rows;
  std::size_t name_width = 0, value_width = 0;
  for (auto const* entry : sorted(catalogue)) {
    if (only_given && !config.given(entry->section, entry->option.name)) continue;
    auto const& value = config.section(entry->section).values().at(entry->option.name);
    rows.push_back({entry, shown(*entry, value, masked), config.origin(entry->section, entry->option.name)});
    name_width = std::max(name_width, entry->option.name.size());
    value_width = std::max(value_width, std::min<std::size_t>(rows.back().value.size(), 48));
  }
  auto const padded = [](std::string text, std::size_t width) {
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
  };
  std::string out, section;
  for (auto const& row : rows) {
    if (row.entry->section != section) out += (out.empty() ? "[" : "\n[") + (section = row.entry->section) + "]\n";
    out += padded(row.entry->option.name, name_width) + " = " + padded(row.value, value_width) + "  # " + row.origin +
           "\n";
  }
  return out;
}

boost::json::object show_json(Catalogue const& catalogue, Config const& config) {
  Masker const masked(catalogue, config);
  boost::json::object out;
  for (auto const* entry : sorted(catalogue)) {
    auto const& value = config.section(entry->section).values().at(entry->option.name);
    auto& section = out.emplace(entry->section, boost::json::object()).first->value().as_object();
    boost::json::object option;
    option["value"] = as_json(*entry, value, masked);
    option["origin"] = config.origin(entry->section, entry->option.name);
    section[entry->option.name] = std::move(option);
  }
  return out;
}

}  // namespace conductor::config
