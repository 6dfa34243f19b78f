#include "core/store/rows.hpp"

#include <boost/json.hpp>

namespace conductor::store {

namespace {

constexpr std::size_t kept_transitions = 64;

sdk::Value default_of(sdk::ColumnType type) {
  switch (type) {
    case sdk::ColumnType::integer:
      return std::int64_t{0};
    case sdk::ColumnType::boolean:
      return false;
    case sdk::ColumnType::map:
      return sdk::TextMap{};
    case sdk::ColumnType::list:
      return sdk::TextList{};
    case sdk::ColumnType::text:
    case sdk::ColumnType::document:
      break;
  }
  return std::string();
}

PastTransition past(std::string const& entry) {
  boost::system::error_code error;
  auto const value = boost::json::parse(entry, error);
  auto const* object = error ? nullptr : value.if_object();
  if (object == nullptr) return {};
  auto const number = [&](std::string_view name) {
    auto const* member = object->if_contains(name);
    return member != nullptr && member->is_int64() ? member->get_int64() : 0;
  };
  auto const* status = object->if_contains("status");
  return {number("seq"), number("at"), status != nullptr && status->is_string() ? status->get_string().c_str() : ""};
}

}  // namespace

sdk::Row inserted_row(sdk::Table const& table, std::string id, sdk::Values const& values, sdk::Version version,
                      std::int64_t now_ms, std::string op) {
  sdk::Row row{.id = std::move(id),
               .version = std::move(version),
               .created_ms = now_ms,
               .updated_ms = now_ms,
               .op = std::move(op),
               .columns = values};
  for (auto const& column : table.columns) row.columns.try_emplace(std::string(column.name), default_of(column.type));
  return row;
}

sdk::Row updated_row(sdk::Row row, sdk::Values const& set, sdk::Version version, std::int64_t now_ms) {
  for (auto const& [name, value] : set) row.columns[name] = value;
  row.version = std::move(version);
  row.updated_ms = now_ms;
  return row;
}

sdk::TextList with_transition(sdk::TextList history, Transition const& transition) {
  auto const seq = history.empty() ? 1 : past(history.back()).seq + 1;
  history.push_back(boost::json::serialize(boost::json::object{{"seq", seq},
                                                               {"status", transition.status},
                                                               {"at", transition.at_ms},
                                                               {"owner", transition.owner},
                                                               {"fencing", transition.fencing}}));
  if (history.size() > kept_transitions)
    history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(kept_transitions));
  return history;
}

void add_claim(sdk::Values& set, Relay::Claim const& claim, std::int64_t now_ms) {
  for (auto const& [column, value] : claim.set) set.insert_or_assign(column, value);
  auto& history = std::get<sdk::TextList>(set["history"]);
  history = with_transition(std::move(history), {.status = claim.status,
                                                 .owner = claim.owner,
                                                 .at_ms = now_ms,
                                                 .fencing = std::get<std::int64_t>(set["fencing"])});
}

std::vector<PastTransition> transitions_of(sdk::TextList const& history) {
  std::vector<PastTransition> transitions;
  for (auto const& entry : history)
    if (auto transition = past(entry); transition.seq > 0) transitions.push_back(std::move(transition));
  return transitions;
}

}  // namespace conductor::store
