// The tables that every store keeps, as data: one place from which stores create them and core checks what it writes.
// Every row also has id, version token, created_ms, updated_ms and op (store.hpp, Row); those are no columns.
#pragma once
#include <array>
#include <span>
#include <string_view>

namespace conductor::sdk {

// document: the generation of a blob (table, id, column name, generation); empty when there is none.
enum class ColumnType { text, integer, boolean, map, list, document };

struct Column {
  std::string_view name;
  ColumnType type = ColumnType::text;
};

struct Table {
  std::string_view name;
  std::span<Column const> columns;
  // The columns by which rows can be listed, all given together (LST-6); empty: only as a whole.
  std::span<std::string_view const> index;

  constexpr Column const* column(std::string_view wanted) const {
    for (auto const& column : columns)
      if (column.name == wanted) return &column;
    return nullptr;
  }
};

// Schema number: major * 1000 + minor. A new table, column or index is a minor step.
inline constexpr int store_schema_version = 1001;

namespace tables {
using enum ColumnType;
inline constexpr std::array plan_columns{Column{"status"},
                                         Column{"name"},
                                         Column{"message"},
                                         Column{"timeout", integer},
                                         Column{"recommend_max"},
                                         Column{"template", document},
                                         Column{"translation", document},
                                         Column{"solution", document},
                                         Column{"explanation", document},
                                         Column{"errors", document},
                                         Column{"extras", document},
                                         Column{"translation_owner"},
                                         Column{"translation_counter", integer},
                                         Column{"translation_begin_timestamp", integer},
                                         Column{"solver_owner"},
                                         Column{"solver_counter", integer},
                                         Column{"reservation_owner"},
                                         Column{"reservation_counter", integer},
                                         Column{"claim"},
                                         Column{"fencing", integer},
                                         Column{"returns", integer},
                                         Column{"request_id"},
                                         Column{"transaction_id"},
                                         Column{"submitter"},
                                         Column{"deadline_ms", integer},
                                         Column{"deleted", boolean},
                                         Column{"history", list}};
inline constexpr std::array message_columns{Column{"topic"},
                                            Column{"method"},
                                            Column{"args", document},
                                            Column{"reply", document},
                                            Column{"status"},
                                            Column{"error"},
                                            Column{"reply_to"},
                                            Column{"deadline_ms", integer},
                                            Column{"cancelled", boolean},
                                            Column{"request_id"},
                                            Column{"transaction_id"},
                                            Column{"plan_id"},
                                            Column{"claim"},
                                            Column{"fencing", integer}};
inline constexpr std::array order_lock_columns{Column{"plans", map}, Column{"is_spinup_completed", boolean},
                                               Column{"spinup_completed_timestamp", integer}};
inline constexpr std::array order_lock_history_columns{Column{"conflict_id"}, Column{"plans", map},
                                                       Column{"is_spinup_completed", boolean},
                                                       Column{"spinup_completed_timestamp", integer}};
inline constexpr std::array region_placeholder_columns{Column{"region_name"}, Column{"countries", map}};
inline constexpr std::array country_latency_columns{Column{"country_name"}, Column{"groups", list}};
inline constexpr std::array group_columns{Column{"group"}, Column{"countries", map}};
inline constexpr std::array group_rule_columns{Column{"group"}, Column{"rule", map}};
inline constexpr std::array triage_columns{Column{"name"}, Column{"optimization_type"},
                                           Column{"triage_solver", document}, Column{"triage_translator", document}};
inline constexpr std::array worker_columns{Column{"seq", integer}, Column{"ttl_ms", integer}, Column{"info", map}};
inline constexpr std::array meta_columns{Column{"value"}};
inline constexpr std::array attempt_columns{
    Column{"plan_id"}, Column{"attempt", integer}, Column{"state"}, Column{"fencing", integer},
    Column{"claim"},   Column{"digest"},           Column{"cause"}, Column{"items", document}};
inline constexpr std::array delivery_columns{Column{"plan_id"},         Column{"event"},
                                             Column{"state"},           Column{"url"},
                                             Column{"tries", integer},  Column{"not_before_ms", integer},
                                             Column{"body", document},  Column{"claim"},
                                             Column{"fencing", integer}};

inline constexpr std::array<std::string_view, 1> by_status{"status"}, by_country{"country_name"},
    by_conflict{"conflict_id"}, by_state{"state"};
inline constexpr std::array<std::string_view, 2> by_topic_status{"topic", "status"};

inline constexpr Table plans{"plans", plan_columns, by_status};
inline constexpr Table messages{"messages", message_columns, by_topic_status};
inline constexpr Table order_locks{"order_locks", order_lock_columns, {}};
inline constexpr Table order_locks_history{"order_locks_history", order_lock_history_columns, by_conflict};
inline constexpr Table region_placeholders{"region_placeholders", region_placeholder_columns, {}};
inline constexpr Table country_latency{"country_latency", country_latency_columns, by_country};
inline constexpr Table groups{"groups", group_columns, {}};
inline constexpr Table group_rules{"group_rules", group_rule_columns, {}};
inline constexpr Table triage_tool{"triage_tool", triage_columns, {}};
inline constexpr Table workers{"workers", worker_columns, {}};
inline constexpr Table meta{"meta", meta_columns, {}};
inline constexpr Table attempts{"attempts", attempt_columns, by_state};
inline constexpr Table deliveries{"deliveries", delivery_columns, by_state};

inline constexpr std::array all{plans,
                                messages,
                                order_locks,
                                order_locks_history,
                                region_placeholders,
                                country_latency,
                                groups,
                                group_rules,
                                triage_tool,
                                workers,
                                meta,
                                attempts,
                                deliveries};
}  // namespace tables

// The table of that name, or null.
constexpr Table const* find_table(std::string_view name) {
  for (auto const& table : tables::all)
    if (table.name == name) return &table;
  return nullptr;
}

}  // namespace conductor::sdk
