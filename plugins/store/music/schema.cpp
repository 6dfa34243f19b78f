#include "schema.hpp"
#include "compat_rows.hpp"
#include "conductor/sdk/store_answers.hpp"
#include "documents.hpp"
#include "native_rows.hpp"

namespace conductor::plugins::music {

using sdk::Call;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;

namespace {

constexpr std::string_view product = "conductor", row_name = "schema";

json::object installation_fields() {
  return {{"id", "text"}, {"product", "text"}, {"schema_number", "int"}, {"PRIMARY KEY", "(id)"}};
}

// `why` begins with a space.
Read<int> refused(Wire& wire, std::string const& keyspace, std::string const& why) {
  return failed<Read<int>>(Outcome::schema, "store/music: keyspace '" + keyspace + "' at " + wire.hosts().url(0) + why);
}

Read<int> trouble(Wire& wire, std::string const& doing, Answer const& answer) {
  auto outcome = outcome_of(answer.verdict);
  if (outcome == Outcome::ambiguous) outcome = Outcome::unavailable;
  return failed<Read<int>>(outcome, "store/music: " + doing + " at " + wire.hosts().url(0) + " failed: " + answer.text);
}

// What stands in `installation`; not_found when it is not there, or nobody has finished it.
Read<int> present(Call const& call, Wire& wire, std::string const& keyspace) {
  Spot const spot{keyspace, "installation"};
  auto answer = wire.select(call, spot, "id", row_name);
  if (answer && answer.rows.empty()) answer = wire.read(call, spot, row_name);
  if (answer.verdict == Verdict::invalid) return failed<Read<int>>(Outcome::not_found, answer.text);
  if (!answer) return trouble(wire, "reading the schema's number", answer);
  if (answer.rows.empty()) return failed<Read<int>>(Outcome::not_found, "no number");
  auto const number = static_cast<int>(integer_in(answer.rows[0], "schema_number"));
  if (text_in(answer.rows[0], "product") != product)
    return refused(
        wire, keyspace,
        " belongs to '" + text_in(answer.rows[0], "product") + "'; set [music_api] keyspace to one of its own");
  if (number / 1000 > sdk::store_schema_version / 1000)
    return refused(wire, keyspace,
                   " has schema " + std::to_string(number) + ", this program knows " +
                       std::to_string(sdk::store_schema_version) + "; use a newer release");
  return {Outcome::ok, number, {}};
}

struct Made {
  Answer answer;
  bool fresh = false;
};

Made make_table(Call const& call, Wire& wire, Spot const& spot, json::object const& fields,
                std::vector<std::string_view> const& indexes) {
  auto answer = wire.create_table(call, spot, fields);
  bool const fresh = answer.verdict == Verdict::done;
  if (answer.verdict == Verdict::exists) answer.verdict = Verdict::done;
  for (auto const index : indexes)
    if (answer) answer = wire.create_index(call, spot, index);
  return {std::move(answer), fresh};
}

Read<int> make_keyspace(Call const& call, Wire& wire, std::string const& keyspace) {
  auto const answer = wire.create_keyspace(call, keyspace, wire.options().replication);
  // `closed`: an administrator has made it, or the first table will tell.
  if (answer || answer.verdict == Verdict::exists || answer.verdict == Verdict::closed) return {Outcome::ok, 0, {}};
  return trouble(wire, "creating keyspace '" + keyspace + "'", answer);
}

Read<int> table_trouble(Wire& wire, Spot const& spot, Answer const& answer) {
  if (answer.verdict == Verdict::invalid && answer.text.find("does not exist") != std::string::npos)
    return refused(wire, spot.keyspace, " was not found; create it or set [music_api] keyspace (" + answer.text + ")");
  return trouble(wire, "creating table " + spot.keyspace + "." + spot.table, answer);
}

Read<int> make_native_tables(Call const& call, Wire& wire, std::string const& keyspace) {
  std::vector<std::tuple<std::string, json::object, std::vector<std::string_view>>> wanted{
      {"installation", installation_fields(), {}},
      {"docs", NativeDocuments::docs_fields(), {}},
      {"loose", NativeDocuments::loose_fields(), {NativeDocuments::loose_index}}};
  for (auto const& table : sdk::tables::all)
    wanted.emplace_back(table.name, NativeRows::fields(table), NativeRows::indexes(table));
  for (auto const& [name, fields, indexes] : wanted) {
    Spot const spot{keyspace, name};
    auto const made = make_table(call, wire, spot, fields, indexes);
    if (!made.answer && !made.fresh && made.answer.text.find("Undefined column") != std::string::npos)
      return refused(wire, keyspace,
                     " has a table " + name +
                         " of something else; set [music_api] keyspace to one of its own, or layout "
                         "to compat if it is an original Conductor's");
    if (!made.answer) return table_trouble(wire, spot, made.answer);
  }
  return {Outcome::ok, 0, {}};
}

}  // namespace

Read<int> ensure_native_schema(Call const& call, Wire& wire) {
  auto const& keyspace = wire.options().keyspace;
  auto const there = present(call, wire, keyspace);
  if (there.outcome != Outcome::not_found) return there;
  if (auto const made = make_keyspace(call, wire, keyspace); !made) return made;
  if (auto const made = make_native_tables(call, wire, keyspace); !made) return made;
  // Last: what is not finished is begun again by the next start.
  auto const marked = wire.put(call, {keyspace, "installation"},
                               {{"id", row_name}, {"product", product}, {"schema_number", sdk::store_schema_version}});
  if (!marked) return trouble(wire, "writing the schema's number", marked);
  return {Outcome::ok, sdk::store_schema_version, {}};
}

Read<int> ensure_compat_schema(Call const& call, Wire& wire) {
  for (auto const& keyspace : {wire.options().keyspace, wire.options().rpc_keyspace})
    if (auto const made = make_keyspace(call, wire, keyspace); !made) return made;
  for (auto const& [spot, fields, indexes] : CompatRows::tables(wire.options()))
    if (auto const made = make_table(call, wire, spot, fields, indexes); !made.answer)
      return table_trouble(wire, spot, made.answer);
  return {Outcome::ok, sdk::store_schema_version, {}};
}

}  // namespace conductor::plugins::music
