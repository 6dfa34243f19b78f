#include "core/gazetteer/gazetteer.hpp"
#include "core/gazetteer/countries.hpp"
#include "core/gazetteer/csv.hpp"
#include "core/gazetteer/fold.hpp"
#include "core/gazetteer/search.hpp"

#include "bundled.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unordered_map>

namespace conductor::gazetteer {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::size_t levels = 4;  // country, administrative area, locality, postal code
constexpr std::uintmax_t max_file_bytes = 64U << 20U;

using Keys = std::array<std::string, levels>;

// Texts that are not UTF-8 equal no row.
Keys keys_of(std::string_view country, std::string_view area, std::string_view locality, std::string_view postal_code) {
  auto const key = [](std::string_view text) { return folded(text).value_or("\xFF"); };
  return {three_letters(country), key(area), key(locality), key(postal_code)};
}

// The last level that is given; `levels` when none is.
std::size_t finest(Keys const& keys) {
  for (auto level = levels; level-- > 0;)
    if (!keys[level].empty()) return level;
  return levels;
}

bool matches(Keys const& wanted, Keys const& have) {
  for (std::size_t level = 0; level < levels; ++level)
    if (!wanted[level].empty() && wanted[level] != have[level]) return false;
  return true;
}

}  // namespace

struct Gazetteer::Rows {
  using Index = std::unordered_map<std::string_view, std::vector<std::uint32_t>>;

  std::vector<Place> places;
  std::vector<Keys> keys;  // of each place, folded
  // For each level, by the key there: the rows that have nothing finer, and those that have.
  std::array<Index, levels> ending{}, going_on{};

  explicit Rows(std::vector<Place> read) : places(std::move(read)) {
    keys.reserve(places.size());
    for (auto const& place : places)
      keys.push_back(keys_of(place.country, place.administrative_area, place.locality, place.postal_code));
    for (std::uint32_t row = 0; row < keys.size(); ++row) {
      auto const last = finest(keys[row]);
      ending[last][keys[row][last]].push_back(row);
      for (std::size_t level = 0; level < last; ++level)
        if (!keys[row][level].empty()) going_on[level][keys[row][level]].push_back(row);
    }
  }

  void collect(Index const& index, std::string const& key, Keys const& wanted, std::vector<Place>& into) const {
    auto const found = index.find(key);
    if (found == index.end()) return;
    for (auto const row : found->second) {
      if (!matches(wanted, keys[row])) continue;
      into.push_back(places[row]);
      if (into.size() == Answer::most_places) return;
    }
  }
};

std::string to_string(Place const& place) {
  std::string out;
  for (auto const* part : {&place.postal_code, &place.locality, &place.administrative_area})
    if (!part->empty()) out.append(*part).append(", ");
  return out + place.country;
}

sdk::Result<Gazetteer> Gazetteer::bundled() {
  static auto const parsed = from_text(bundled_csv, "(bundled)");
  return parsed;
}

sdk::Result<Gazetteer> Gazetteer::from_text(std::string_view csv, std::string_view name) {
  auto places = read_places(csv, name);
  if (!places) return places.error();
  return Gazetteer(std::make_shared<Rows const>(std::move(*places)));
}

sdk::Result<Gazetteer> Gazetteer::from_file(std::filesystem::path const& path) {
  auto const unreadable = [&](std::string const& why) {
    return Error{Errc::unavailable, std::string("gazetteer ").append(path.string()).append(": ").append(why)};
  };
  std::error_code failed;
  auto const bytes = std::filesystem::file_size(path, failed);
  if (failed) return unreadable("cannot be read (" + failed.message() + "); check the path and its permissions");
  if (bytes > max_file_bytes)
    return Error{Errc::invalid,
                 std::string("gazetteer ").append(path.string()).append(": the file has more than 64 MiB")};
  std::ifstream file(path, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return unreadable("cannot be opened; check its permissions");
  return from_text(text, path.string());
}

Answer Gazetteer::find(Query const& query) const {
  Answer answer;
  auto const wanted = keys_of(query.country, query.administrative_area, query.locality, query.postal_code);
  auto const level = finest(wanted);
  if (level == levels) return answer;
  rows_->collect(rows_->ending[level], wanted[level], wanted, answer.places);
  if (answer.places.empty()) rows_->collect(rows_->going_on[level], wanted[level], wanted, answer.places);
  return answer;
}

std::vector<Place> Gazetteer::search(std::string_view text, std::size_t most) const {
  return best_matches(rows_->places, text, most);
}

std::size_t Gazetteer::size() const { return rows_->places.size(); }

}  // namespace conductor::gazetteer
