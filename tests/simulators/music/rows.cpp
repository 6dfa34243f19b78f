// The data endpoints: reads at consistency ONE, reads and writes under the row's lock.
#include "music.hpp"
#include "request.hpp"

#include <algorithm>

namespace conductor::simulators::music {

namespace {

constexpr std::int64_t milliseconds_of_2018_08_01 = 1'533'081'600'000;

std::optional<std::string> key_of(std::vector<std::pair<std::string, std::string>> const& query,
                                  std::string const& column) {
  if (query.size() != 1 || query[0].first != column || query[0].second.empty()) return std::nullopt;
  return query[0].second;
}

sdk::HttpReply no_where() { return failure("Mandatory WHERE clause is missing. Please check the input request."); }

std::optional<sdk::HttpReply> refused_columns(TableData const& table, json::object const& values) {
  for (auto const& [name, value] : values)
    if (!table.columns.contains(std::string(name))) return failure("Invalid column name : " + std::string(name));
  return std::nullopt;
}

json::object object_in(json::object const& body, std::string_view member) {
  auto const* found = body.if_contains(member);
  return found != nullptr && found->is_object() ? found->as_object() : json::object{};
}

// Keys with a dot or dollar lead to the lock of something else.
bool can_be_locked(std::string const& key) { return key.find_first_of(".$") == std::string::npos; }

}  // namespace

std::int64_t Music::stamp(std::int64_t ordinal) const {
  auto const now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  return ordinal * 1'000'000'000'000 + now.count() - milliseconds_of_2018_08_01;
}

sdk::HttpReply Music::rows(Request const& request) {
  bool const critical = request.path.size() == 6 && request.path[5] == "criticalget";
  if (request.path.size() != 5 && !critical) return page(404);
  TableData* table = nullptr;
  {
    Guard const guard(mutex_);
    if (!cassandra_.has_keyspace(request.path[1]))
      return failure("NullPointerException - Please check to make sure all inputs are valid.");
    table = cassandra_.find(request.path[1], request.path[3]);
  }
  if (table == nullptr)
    return failure("Table information not found. Please check input for table name= " + request.path[1] + "." +
                   request.path[3]);
  if (request.method == "GET") return critical ? page(405) : select(request, *table);
  if (!request.has_body) return failure("Incomplete Request body. Please correct your input request and retry.");
  auto const kind = request.consistency();
  if (kind.empty()) return failure("NullPointerException - Please check to make sure all inputs are valid.");
  if (kind == "atomic_delete_lock") return failure("Null result - Please Contact admin");
  if (kind != "atomic" && kind != "critical" && kind != "eventual" && kind != "eventual_nb")
    return failure("Consistency type unknown: " + kind);
  if (critical) return request.method == "PUT" ? critical_get(request, *table) : page(405);
  if (request.method == "POST") return insert(request, *table);
  if (request.method == "PUT") return update(request, *table);
  return request.method == "DELETE" ? remove(request, *table) : page(405);
}

sdk::HttpReply Music::select(Request const& request, TableData& table) {
  // Content on a GET is not refused, but not understood either; our client is to send none.
  if (request.has_body) return page(400);
  std::map<std::string, std::string> const where(request.query.begin(), request.query.end());
  std::vector<json::object> found;
  {
    Guard const guard(mutex_);
    found = cassandra_.select(table, where);
  }
  json::object result;
  for (std::size_t i = 0; i < found.size(); ++i) result["row " + std::to_string(i)] = std::move(found[i]);
  if (rules_.old_replies) return reply(200, std::move(result));
  json::object body;
  if (result.empty()) body["error"] = "No data found";
  body["result"] = std::move(result);
  return success(std::move(body));
}

sdk::HttpReply Music::critical_get(Request const& request, TableData& table) {
  auto const key = key_of(request.query, table.key);
  if (!key) return no_where();
  auto const name = request.path[1] + "." + request.path[3] + "." + *key;
  Guard guard(mutex_);
  auto& queue = queues_[name];
  std::int64_t mine = 0;
  if (request.consistency() == "critical") {
    auto const id = request.lock_id();
    auto const prefix = "$" + name + "$";
    if (id.starts_with(prefix)) mine = std::atoll(id.c_str() + prefix.size());
    if (!holds(queue, mine)) return failure(id + " is not the lock holder");
  } else {
    auto const ref = enqueue(queue, false);
    if (!can_be_locked(*key)) return dequeue(queue, ref.ordinal), failure("Lock " + name + " does not exist.");
    if (auto const unheld = hold(guard, queue, ref, name)) return failure(*unheld);
    mine = ref.ordinal;
  }
  auto row = cassandra_.read(table, *key, true);
  if (request.consistency() != "critical") dequeue(queue, mine);
  if (!row) return success(json::object{{"error", "No data found"}});
  return success(json::object{{"result", {{"row 0", std::move(*row)}}}});
}

sdk::HttpReply Music::insert(Request const& request, TableData& table) {
  auto const values = object_in(request.body, "values");
  if (auto refused = refused_columns(table, values)) return *refused;
  auto const* key = values.if_contains(table.key);
  if (key == nullptr) return failure("Query Exception: Some partition key parts are missing: " + table.key);
  auto const id = std::string(Cassandra::converted(*key, "text").as_string());
  if (id.empty()) return failure("Query Exception: Key may not be empty");
  auto others = values;
  others.erase(table.key);
  if (request.consistency().starts_with("eventual")) {
    Guard const guard(mutex_);
    cassandra_.write(table, id, others, stamp(0));
    return success("Insert Successful");
  }
  auto done = locked_write(request, table, id, [&](std::int64_t at) { cassandra_.write(table, id, others, at); });
  if (done.status == 200) return success("Insert Successful");
  if (done.body.find("is not a lock holder") != std::string::npos)
    return failure("Unable to create lock reference for key [" + id + "]. Please try again.");
  return done;
}

sdk::HttpReply Music::update(Request const& request, TableData& table) {
  auto const key = key_of(request.query, table.key);
  if (!key) return no_where();
  auto const values = object_in(request.body, "values");
  if (values.empty()) return failure("Required HashMap is empty or null");
  if (auto refused = refused_columns(table, values)) return *refused;
  if (values.contains(table.key))
    return failure("Query Exception: PRIMARY KEY part " + table.key + " found in SET part");
  if (request.consistency().starts_with("eventual")) {
    Guard const guard(mutex_);
    cassandra_.write(table, *key, values, stamp(0));
    return success("Eventual Operation Successfully performed");
  }
  return locked_write(request, table, *key, [&](std::int64_t at) { cassandra_.write(table, *key, values, at); });
}

sdk::HttpReply Music::remove(Request const& request, TableData& table) {
  auto const key = key_of(request.query, table.key);
  if (!key) return no_where();
  if (request.consistency().starts_with("eventual")) {
    Guard const guard(mutex_);
    cassandra_.erase(table, *key, stamp(0));
    return success("Eventual Operation Successfully performed");
  }
  auto done = locked_write(request, table, *key, [&](std::int64_t at) { cassandra_.erase(table, *key, at); });
  if (done.body.find("is not a lock holder") != std::string::npos)
    return failure("Unable to perform Delete operation. Exception from music");
  return done;
}

std::optional<std::string> Music::refusal(TableData& table, std::string const& key, json::object const& conditions) {
  if (conditions.empty()) return std::nullopt;
  std::string const thrown = "Exception thrown while checking the condition, check its sanctity:\n";
  if (!cassandra_.read(table, key, true)) return thrown + "No data found to update";
  for (auto const& [name, wanted] : conditions) {
    auto const type = table.columns.find(std::string(name));
    if (type == table.columns.end()) return thrown + "Column " + std::string(name) + " not found";
    auto stored = cassandra_.cell(table, key, std::string(name));
    if (stored.is_null() && (type->second == "text" || type->second.starts_with("map"))) return thrown + "null";
    if (stored.is_null()) stored = type->second == "boolean" ? json::value(false) : json::value(0);
    if (stored != Cassandra::converted(wanted, type->second)) return "Lock acquired but the condition is not true";
  }
  return std::nullopt;
}

// Another writer comes between, or nobody does.
void Music::wait_late(Guard& guard, LockQueue& queue, std::int64_t ordinal) {
  dequeue(queue, ordinal);
  queue.late = true;
  auto const before = queue.writes;
  wrote_.wait_for(guard, std::chrono::milliseconds(100), [&] { return queue.writes != before; });
  queue.late = false;
}

sdk::HttpReply Music::locked_write(Request const& request, TableData& table, std::string const& key,
                                   std::function<void(std::int64_t)> const& write) {
  auto const name = request.path[1] + "." + request.path[3] + "." + key;
  auto const conditions = object_in(request.body, "conditions");
  bool const critical = request.consistency() == "critical";
  Guard guard(mutex_);
  auto& queue = queues_[name];
  if (!can_be_locked(key)) return failure("Lock " + name + " does not exist.");
  std::int64_t mine = 0;
  if (critical) {
    auto const id = request.lock_id();
    auto const prefix = "$" + name + "$";
    if (id.starts_with(prefix)) mine = std::atoll(id.c_str() + prefix.size());
    bool const heads = !queue.refs.empty() && queue.refs.front().ordinal == mine && queue.refs.front().write;
    if (!heads) return failure(id + " is not the lock holder");
  } else {
    auto const ref = enqueue(queue, true);
    if (auto const unheld = hold(guard, queue, ref, name)) return failure(*unheld);
    mine = ref.ordinal;
  }
  auto const refused = request.method == "POST" ? std::nullopt : refusal(table, key, conditions);
  bool const late = (request.fault && request.fault->kind == Fault::Kind::late) ||
                    (rules_.always_late && !conditions.empty() && !queue.late);
  if (!refused && late) wait_late(guard, queue, mine);
  if (!refused) {
    try {
      write(stamp(mine));
    } catch (QueryError const&) {
      if (!critical) dequeue(queue, mine);
      throw;
    }
    ++queue.writes;
    wrote_.notify_all();
  }
  if (!critical) dequeue(queue, mine);
  return refused ? failure(*refused) : success("Update performed");
}

}  // namespace conductor::simulators::music
