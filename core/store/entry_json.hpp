// Entries as lines of a backup, and back.
#pragma once
#include "core/store/entry.hpp"

#include <boost/json.hpp>

namespace conductor::store {

// Documents are shown by their lengths, in the order of the columns' names.
boost::json::object entry_json(Entry const& entry);

struct EntryLine {
  Entry entry;                                               // documents are empty
  std::vector<std::pair<std::string, std::size_t>> lengths;  // of the documents whose bytes follow
};
// The error says what is wrong with the line. Columns that this program does not know are an error, too: they would be
// lost; those that are missing get their defaults.
sdk::Result<EntryLine> entry_of(boost::json::value const& line);

}  // namespace conductor::store
