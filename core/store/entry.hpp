// Rows with their documents outside any store: what backups consist of and what travels from one store to another.
#pragma once
#include "conductor/sdk/store.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace conductor::store {

// The version of the row means nothing outside its store; document columns name generations of the store it came from.
struct Entry {
  std::string table;
  sdk::Row row;
  std::map<std::string, std::string, std::less<>> documents{};  // by column; bytes as the store gave them
  bool removed = false;                                         // the row is gone: only table and id count
  bool late = false;  // read again because the row had changed since an earlier entry
};

using Entries = std::vector<Entry>;
// Takes the next entries; an error ends the reading and is what it returns. A later entry of the same row wins.
using EntrySink = std::function<sdk::Result<void>(Entries entries)>;
// Gives all entries once, in the order of tables and of lists, then what has changed meanwhile.
using EntrySource = std::function<sdk::Result<void>(EntrySink const& sink)>;

// The tables that travel. Not: workers, which are processes that live, and messages, which wait for such processes.
std::vector<sdk::Table const*> const& travelling_tables();
// Rows of `meta` that tell of the store itself stay where they are; so does the row of the health probe.
bool stays(std::string_view table, std::string_view id);

// Whether two rows say the same, wherever they are kept: columns, times unless `without_times`, documents left out.
bool same_row(sdk::Table const& table, sdk::Row const& left, sdk::Row const& right, bool without_times);

// "plans 'f5…'", for messages.
std::string name_of(Entry const& entry);

// An error with what was being done in front of it.
sdk::Error failure_of(sdk::Outcome outcome, std::string const& text, std::string const& doing);

}  // namespace conductor::store
