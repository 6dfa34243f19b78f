#include "core/gazetteer/search.hpp"
#include "core/gazetteer/countries.hpp"
#include "core/gazetteer/fold.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace conductor::gazetteer {
namespace {

// Lower is better. `narrowed`: the whole name, and words of something coarser ("valencia spain").
enum class Rank { whole, narrowed, beginning, beginning_of_word, inside, elsewhere };

std::string words_of(std::string_view text) { return words_only(folded(text).value_or("")); }

Rank rank_in(std::string const& name, std::string const& wanted) {
  if (name == wanted) return Rank::whole;
  if (!name.empty() && (' ' + wanted + ' ').find(' ' + name + ' ') != std::string::npos) return Rank::narrowed;
  auto const at = name.find(wanted);
  if (at == std::string::npos) return Rank::elsewhere;
  if (at == 0) return Rank::beginning;
  return name.find(' ' + wanted) != std::string::npos ? Rank::beginning_of_word : Rank::inside;
}

bool has_all_words(std::string const& names, std::string_view wanted) {
  while (!wanted.empty()) {
    auto const word = wanted.substr(0, wanted.find(' '));
    if (names.find(word) == std::string::npos) return false;
    wanted.remove_prefix(std::min(wanted.size(), word.size() + 1));
  }
  return true;
}

// Nullopt: the row is not meant. `country` are the words of the country's name.
std::optional<Rank> rank_of(Place const& place, std::string const& country, std::string const& wanted) {
  auto const postal_code = words_of(place.postal_code), locality = words_of(place.locality),
             area = words_of(place.administrative_area), code = words_of(place.country);
  std::string names;
  for (auto const* part : {&postal_code, &locality, &area, &country, &code}) names.append(*part).append(" ");
  if (!has_all_words(names, wanted)) return std::nullopt;
  if (!postal_code.empty()) return std::min(rank_in(postal_code, wanted), rank_in(locality, wanted));
  if (!locality.empty()) return rank_in(locality, wanted);
  if (!area.empty()) return rank_in(area, wanted);
  return code == wanted ? Rank::whole : rank_in(country, wanted);
}

}  // namespace

std::vector<Place> best_matches(std::vector<Place> const& places, std::string_view text, std::size_t most) {
  auto wanted = words_of(text);
  if (wanted.empty()) return {};
  if (wanted.size() == 2) wanted = words_of(three_letters(wanted));  // "se" is Sweden, not every name with "se" inside
  std::vector<std::pair<Rank, std::size_t>> ranked;
  std::string code, country;
  for (std::size_t row = 0; row < places.size(); ++row) {
    if (places[row].country != code) {
      code = places[row].country;
      country = words_of(country_name(code));
    }
    if (auto const rank = rank_of(places[row], country, wanted)) ranked.emplace_back(*rank, row);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<Place> best;
  for (std::size_t i = 0; i < ranked.size() && i < most; ++i) best.push_back(places[ranked[i].second]);
  return best;
}

}  // namespace conductor::gazetteer
