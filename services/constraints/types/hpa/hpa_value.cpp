// The loose reader takes exactly what inventories are known to hold, and no more.
#include "services/constraints/types/hpa/hpa_value.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::constraints {
namespace {

// A flow mapping with or without quotes; a list may stand in braces of its own.
class LooseReader {
 public:
  explicit LooseReader(std::string_view text) : rest_(text) {}

  std::optional<json::value> read() {
    auto value = mapping();
    skip();
    if (!good_ || !rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  void skip() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front()))) rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  json::value fail() {
    good_ = false;
    return nullptr;
  }

  json::value mapping() {
    if (!take('{')) return fail();
    json::object object;
    do {
      auto const key = word(":,}");
      if (!good_ || !take(':')) return fail();
      object[key] = value();
    } while (good_ && take(','));
    return take('}') ? json::value(std::move(object)) : fail();
  }

  json::value value() {
    if (take('[')) return list();
    if (take('{')) {
      auto inner = take('[') ? list() : fail();
      return take('}') ? inner : fail();
    }
    return json::value(word(",}]"));
  }

  json::value list() {
    json::array items;
    if (take(']')) return items;
    do items.emplace_back(word(",]"));
    while (good_ && take(','));
    return take(']') ? json::value(std::move(items)) : fail();
  }

  // Quoted, or bare up to one of the ends.
  std::string word(std::string_view ends) {
    skip();
    if (rest_.empty()) return good_ = false, "";
    char const quote = rest_.front();
    if (quote == '"' || quote == '\'') {
      auto const end = rest_.find(quote, 1);
      if (end == rest_.npos) return good_ = false, "";
      std::string text(rest_.substr(1, end - 1));
      rest_.remove_prefix(end + 1);
      return text;
    }
    auto const end = std::min(rest_.find_first_of(ends), rest_.size());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
    if (text.empty() || text.find_first_of("{[") != text.npos) good_ = false;
    return text;
  }

  std::string_view rest_;
  bool good_ = true;
};

// ['A', "B"] in a text.
std::optional<json::array> list_in(std::string_view text) {
  if (text.empty() || text.front() != '[') return std::nullopt;
  auto const read = LooseReader("{list:" + std::string(text) + "}").read();
  auto const* list = read ? read->get_object().at("list").if_array() : nullptr;
  return list ? std::optional(*list) : std::nullopt;
}

// Powers of 1024, as existing data expects of KB, too.
std::optional<double> bytes_of(std::string unit) {
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::toupper(c); });
  if (unit == "B") return 1.0;
  double factor = 1;
  for (char const prefix : {'K', 'M', 'G', 'T', 'P'}) {
    factor *= 1024;
    if (unit == std::string(1, prefix) + "B" || unit == std::string(1, prefix) + "IB") return factor;
  }
  return std::nullopt;
}

bool same_unit(std::string const& a, std::string const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

// Both numbers in one unit; nothing when a side is no number or the units do not go together.
std::optional<std::pair<double, double>> numbers(HpaValue const& offered, HpaValue const& required) {
  auto a = number_in(offered.value), b = number_in(required.value);
  if (!a || !b) return std::nullopt;
  if (same_unit(offered.unit, required.unit)) return std::pair(*a, *b);
  auto const of_a = bytes_of(offered.unit), of_b = bytes_of(required.unit);
  if (!of_a || !of_b) return std::nullopt;
  return std::pair(*a * *of_a, *b * *of_b);
}

bool both_numeric(HpaValue const& a, HpaValue const& b) { return number_in(a.value) && number_in(b.value); }

bool equal(HpaValue const& offered, HpaValue const& required) {
  if (both_numeric(offered, required)) {
    auto const pair = numbers(offered, required);
    return pair && pair->first == pair->second;
  }
  if (offered.value.is_bool() || required.value.is_bool()) {
    auto const a = boolean_in(offered.value), b = boolean_in(required.value);
    return a && b && *a == *b;
  }
  auto const a = text_in(offered.value), b = text_in(required.value);
  return a && b ? *a == *b : offered.value == required.value;
}

json::array items_of(json::value const& value) {
  if (value.is_array()) return value.get_array();
  if (value.is_string())
    if (auto list = list_in(value.get_string())) return std::move(*list);
  if (value.is_null() || (value.is_string() && value.get_string().empty())) return {};
  return json::array{value};
}

bool has_all(HpaValue const& offered, HpaValue const& required) {
  auto const have = items_of(offered.value), want = items_of(required.value);
  if (have.empty() || want.empty()) return false;
  return std::all_of(want.begin(), want.end(), [&](auto const& item) {
    return std::any_of(have.begin(), have.end(), [&](auto const& each) {
      return equal({each, offered.unit}, {item, required.unit});
    });
  });
}

}  // namespace

std::optional<HpaValue> read_hpa_value(json::value const& text) {
  json::value read = text;
  if (text.is_string()) {
    json::error_code error;
    read = json::parse(text.get_string(), error);
    if (error) {
      auto loose = LooseReader(text.get_string()).read();
      if (!loose) return std::nullopt;
      read = std::move(*loose);
    }
  }
  auto const* value = read.is_object() ? member(read.get_object(), "value") : nullptr;
  if (!value || value->is_object()) return std::nullopt;
  return HpaValue{*value, text_of(read.get_object(), "unit")};
}

bool hpa_satisfied(HpaValue const& offered, std::string_view op, HpaValue const& required) {
  if (op == "=") return equal(offered, required);
  if (op == "ALL") return has_all(offered, required);
  auto const pair = numbers(offered, required);
  if (!pair) return false;
  auto const [have, want] = *pair;
  if (op == "<") return have < want;
  if (op == "<=") return have <= want;
  if (op == ">") return have > want;
  return op == ">=" && have >= want;
}

bool hpa_units_differ(HpaValue const& offered, HpaValue const& required) {
  return both_numeric(offered, required) && !numbers(offered, required);
}

}  // namespace conductor::services::constraints
