// Places by name (template specification 4, placemarks): which coordinates a country, an area, a locality or a postal
// code has. Rows come from a CSV file; one with the world's countries and large cities is built in.
#pragma once
#include "conductor/sdk/result.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::gazetteer {

// One row of the file. Empty locality and postal code: the centre of its area, or of its country when the area is
// empty too.
struct Place {
  std::string country;  // ISO 3166 alpha-3, capitals
  std::string administrative_area{}, locality{}, postal_code{};
  double latitude = 0, longitude = 0;  // degrees
  bool operator==(Place const&) const = default;
};

// As messages show a place, finest part first: "75001, Paris, Île-de-France, FRA".
std::string to_string(Place const& place);

// What is looked for. An empty text means that the key is not given. Country: alpha-3 or alpha-2, in any case.
struct Query {
  std::string country{}, administrative_area{}, locality{}, postal_code{};
  bool empty() const {
    return country.empty() && administrative_area.empty() && locality.empty() && postal_code.empty();
  }
};

// All rows that remain, in the order of the file, at most `most_places`. One: resolved. None: unknown. More: ambiguous.
struct Answer {
  static constexpr std::size_t most_places = 100;
  std::vector<Place> places{};
  bool found() const { return places.size() == 1; }
};

// An immutable value, cheap to copy; copies share their rows. All members may be called from any thread; only
// from_file blocks, on reading the file.
class Gazetteer {
 public:
  // The built-in rows; parsed when first asked for, once per process.
  static sdk::Result<Gazetteer> bundled();
  // `unavailable` when the file cannot be read, `invalid` when a row is wrong; the text names file, line and column.
  static sdk::Result<Gazetteer> from_file(std::filesystem::path const& path);
  // `name` stands for the text in messages.
  static sdk::Result<Gazetteer> from_text(std::string_view csv, std::string_view name);

  // The rows that have all given keys, case and diacritics ignored. When some of them have nothing finer than the
  // finest given key, only those count: a country alone means its centroid, a city without postal code the row of the
  // city. An empty query finds nothing.
  Answer find(Query const& query) const;

  // For people who type a part of a name (of a locality, an area, a country, its code, or a postal code), case,
  // diacritics and punctuation ignored; several words or names, in any order, must all be there. Best first: whole
  // names, then beginnings, then beginnings of words, then the rest; ties in the order of the file.
  std::vector<Place> search(std::string_view text, std::size_t most) const;

  std::size_t size() const;

 private:
  struct Rows;
  explicit Gazetteer(std::shared_ptr<Rows const> rows) : rows_(std::move(rows)) {}
  std::shared_ptr<Rows const> rows_;
};

}  // namespace conductor::gazetteer
