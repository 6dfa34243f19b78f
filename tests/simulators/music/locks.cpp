// The lock queues, and the lock endpoints over them.
#include "music.hpp"
#include "request.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::simulators::music {

namespace {

// `$<name>$<ordinal>`.
struct LockId {
  std::string name;
  std::int64_t ordinal = 0;
};

std::optional<LockId> parsed(std::string const& id) {
  auto const last = id.rfind('$');
  if (id.empty() || id[0] != '$' || last == 0 || last == std::string::npos) return std::nullopt;
  LockId result{id.substr(1, last - 1), 0};
  auto const [end, error] = std::from_chars(id.data() + last + 1, id.data() + id.size(), result.ordinal);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return result;
}

std::string id_of(std::string const& name, std::int64_t ordinal) { return "$" + name + "$" + std::to_string(ordinal); }

}  // namespace

Music::LockRef Music::enqueue(LockQueue& queue, bool write) {
  queue.refs.push_back({++queue.last, write, Cassandra::Clock::now()});
  return queue.refs.back();
}

void Music::dequeue(LockQueue& queue, std::int64_t ordinal) {
  std::erase_if(queue.refs, [&](LockRef const& ref) { return ref.ordinal == ordinal; });
}

// A holder older than the lease is put out; its successor holds from now on.
void Music::evict_expired(LockQueue& queue) const {
  auto const now = Cassandra::Clock::now();
  while (!queue.refs.empty() && queue.refs.front().since + rules_.lease <= now) {
    queue.refs.pop_front();
    if (!queue.refs.empty()) queue.refs.front().since = std::max(queue.refs.front().since, now);
  }
}

// The head holds; readers hold together while no writer is before them.
bool Music::holds(LockQueue const& queue, std::int64_t ordinal) {
  for (std::size_t i = 0; i < queue.refs.size(); ++i) {
    if (queue.refs[i].ordinal == ordinal) return i == 0 || !queue.refs[i].write;
    if (queue.refs[i].write) return false;
  }
  return false;
}

void Music::expire_locks() {
  Guard const guard(mutex_);
  for (auto& [name, queue] : queues_)
    for (auto& ref : queue.refs) ref.since -= rules_.lease;
}

std::size_t Music::lock_queue_length(std::string const& lock_name) {
  Guard const guard(mutex_);
  return queues_[lock_name].refs.size();
}

sdk::HttpReply Music::locks(Request const& request) {
  if (request.path.size() < 2) return page(404);
  auto const& verb = request.path[1];
  if (request.is("POST", 3) && verb == "create") {
    auto const& name = request.path[2];
    // Names are split at dots: what does not have exactly three parts locks something else.
    if (std::count(name.begin(), name.end(), '.') != 2 || name.find('$') != name.npos)
      return failure("Unable to create lock reference for key [" + name + "]. Please try again.");
    auto const* type = request.body.if_contains("lockType");
    Guard const guard(mutex_);
    auto const ref = enqueue(queues_[name], type == nullptr || *type != json::value("READ"));
    return success(json::object{{"lock", {{"lock", id_of(name, ref.ordinal)}}}});
  }
  if (request.is("GET", 3) && verb == "acquire") return acquire(request, request.path[2], false);
  if (request.is("POST", 3) && verb == "acquire-with-lease") return acquire(request, request.path[2], true);
  if (request.is("DELETE", 3) && (verb == "release" || verb == "delete")) {
    auto const id = parsed(request.path[2]);
    if (!id) return failure("Unable to release lock");
    Guard const guard(mutex_);
    auto& queue = queues_[id->name];
    dequeue(queue, id->ordinal);
    if (!queue.refs.empty()) queue.refs.front().since = Cassandra::Clock::now();
    return success(json::object{{"lock", {{"lock", request.path[2]}, {"lock-status", "UNLOCKED"}}}});
  }
  bool const enquire = request.is("GET", 3) && (verb == "enquire" || verb == "holders");
  if (enquire || request.is("GET", 2)) {
    auto const& name = request.path.back();
    Guard const guard(mutex_);
    auto const& refs = queues_[name].refs;
    if (refs.empty()) return failure("There was a problem getting the lock holder");
    return success(json::object{{"lock", {{"lock", name}, {"lock-holder", id_of(name, refs.front().ordinal)}}}});
  }
  return page(405);
}

sdk::HttpReply Music::acquire(Request const& request, std::string const& text, bool with_lease) {
  auto const id = parsed(text);
  if (with_lease && !request.has_body)
    return failure("Incomplete Request body. Please correct your input request and retry.");
  Guard const guard(mutex_);
  auto const found = id ? queues_.find(id->name) : queues_.end();
  bool const queued =
      found != queues_.end() && std::any_of(found->second.refs.begin(), found->second.refs.end(),
                                            [&](LockRef const& ref) { return ref.ordinal == id->ordinal; });
  if (!queued) return failure("Unable to aquire lock");
  auto& queue = found->second;
  if (with_lease) evict_expired(queue);
  if (!holds(queue, id->ordinal))
    return reply(400, {{"status", "FAILURE"}, {"lock", {{"lock", text}}}, {"message", text + " is not a lock holder"}});
  for (auto& ref : queue.refs)
    if (ref.ordinal == id->ordinal) ref.since = Cassandra::Clock::now();
  return success(json::object{{"lock", {{"lock", text}}},
                              {"message", std::to_string(id->ordinal) + " is the lock holder for the key"}});
}

// Nothing when `mine` holds the lock, else the error text; `mine` is out of the queue then. The guard is let go in
// between, so that others come between.
std::optional<std::string> Music::hold(Guard& guard, LockQueue& queue, LockRef const& mine, std::string const& name) {
  guard.unlock();
  guard.lock();
  evict_expired(queue);
  if (holds(queue, mine.ordinal)) return std::nullopt;
  dequeue(queue, mine.ordinal);
  return id_of(name, mine.ordinal) + " is not a lock holder";
}

}  // namespace conductor::simulators::music
