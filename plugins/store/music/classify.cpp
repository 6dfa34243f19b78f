// What the texts of MUSIC mean, as a table. They differ a little between releases, so key phrases decide.
#include "wire.hpp"

#include <algorithm>

namespace conductor::plugins::music {

namespace {

struct Phrase {
  std::string_view text;  // lower case
  Verdict verdict;
};

// The first that is contained decides.
constexpr Phrase phrases[] = {
    {"condition is not true", Verdict::refused},
    {"no data found to update", Verdict::missing},
    {"already exists exception", Verdict::exists},
    {"keyspace creation has been turned off", Verdict::closed},
    {"doing the critical put", Verdict::doubtful},
    {"lock reference", Verdict::contended},
    {"lock holder", Verdict::contended},
    {"cannot perform atomic put", Verdict::contended},
    {"unable to perform delete operation", Verdict::contended},
    {"unknownerror", Verdict::contended},
    {"does not exist.", Verdict::contended},
    {"invalid column name", Verdict::invalid},
    {"undefined column name", Verdict::invalid},
    {"mandatory where clause", Verdict::invalid},
    {"table information not found", Verdict::invalid},
    {"incomplete request body", Verdict::invalid},
    {"nullpointerexception", Verdict::invalid},
    {"query exception", Verdict::invalid},
    {"check its sanctity", Verdict::invalid},
    {"all host(s) tried for query failed", Verdict::unavailable},
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::string text_in(json::object const& object, std::string_view member) {
  auto const* found = object.if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

bool is_row_map(json::object const& object) {
  return std::all_of(object.begin(), object.end(),
                     [](auto const& member) { return member.key().starts_with("row ") && member.value().is_object(); });
}

bool take_rows(json::object& rows, Answer& answer) {
  if (!is_row_map(rows)) return false;
  for (auto& [name, row] : rows) answer.rows.push_back(std::move(row.as_object()));
  return true;
}

// A reply that is no JSON, or not MUSIC's: from a container, a proxy, a gateway.
Answer foreign(sdk::HttpReply const& reply, bool changes) {
  auto const text = "HTTP " + std::to_string(reply.status) + " with a reply that is not MUSIC's";
  if (reply.status == 401 || reply.status == 403) return {Verdict::auth, {}, text, {}};
  if (reply.status == 404 || reply.status == 405 || reply.status == 406 || reply.status == 415)
    return {Verdict::garbage, {}, text + "; check the path of server_url, it ends in /MUSIC/rest/v2", {}};
  return {changes ? Verdict::doubtful : Verdict::garbage, {}, text, {}};
}

}  // namespace

Answer classify(sdk::HttpReply const& reply, bool changes) {
  boost::system::error_code bad;
  auto value = json::parse(reply.body, bad);
  if (bad || !value.is_object() || reply.status >= 402) return foreign(reply, changes);
  auto& body = value.as_object();
  auto text = text_in(body, "error");
  if (text.empty()) text = text_in(body, "message");
  if (text.empty()) text = text_in(body, "responseMessage");
  if (reply.status == 401) return {Verdict::auth, {}, text, {}};
  auto const status = text_in(body, "status");
  Answer answer{Verdict::done, {}, std::move(text), {}};
  // Release 2.0: a bare map of rows.
  if (status.empty() && reply.status == 200 && !changes && take_rows(body, answer)) return answer;
  if (status == "SUCCESS" && reply.status == 200) {
    auto* const result = body.if_contains("result");
    bool const good = result == nullptr || (result->is_object() && take_rows(result->as_object(), answer));
    return good ? answer : foreign(reply, changes);
  }
  if (status.empty() && text_in(body, "responseMessage").empty()) return foreign(reply, changes);
  auto const seen = lower(answer.text);
  auto const* const phrase = std::find_if(std::begin(phrases), std::end(phrases),
                                          [&](Phrase const& one) { return seen.find(one.text) != std::string::npos; });
  answer.verdict = phrase != std::end(phrases) ? phrase->verdict : changes ? Verdict::doubtful : Verdict::unavailable;
  return answer;
}

Answer lock_too_old() { return {Verdict::contended, {}, "the lock was held too long to be relied on", {}}; }

Answer lock_failure(sdk::Error const& error) {
  auto const verdict = error.code == sdk::Errc::denied     ? Verdict::auth
                       : error.code == sdk::Errc::conflict ? Verdict::contended
                                                           : Verdict::unavailable;
  return {verdict, {}, error.text, {}};
}

sdk::Outcome outcome_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::done:
      return sdk::Outcome::ok;
    case Verdict::refused:
      return sdk::Outcome::conflict;
    case Verdict::missing:
      return sdk::Outcome::not_found;
    case Verdict::doubtful:
      return sdk::Outcome::ambiguous;
    case Verdict::invalid:
    case Verdict::exists:
    case Verdict::closed:
      return sdk::Outcome::schema;
    case Verdict::auth:
      return sdk::Outcome::auth;
    case Verdict::contended:
    case Verdict::unavailable:
    case Verdict::garbage:
      break;
  }
  return sdk::Outcome::unavailable;
}

}  // namespace conductor::plugins::music
