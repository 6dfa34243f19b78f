#include "schema.hpp"

#include "conductor/sdk/claims.hpp"

#include <charconv>

namespace conductor::plugins::etcd {

namespace json = boost::json;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;

namespace {

constexpr std::string_view product = "conductor";

Read<int> unusable(std::string text) { return failed<Read<int>>(Outcome::schema, std::move(text)); }

// Nothing: new enough, or it does not say.
std::optional<std::string> too_old(std::string_view version) {
  int major = 0, minor = 0;
  auto const* const end = version.data() + version.size();
  auto const [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc() || dot == end) return std::nullopt;
  std::from_chars(dot + 1, end, minor);
  if (major > 3 || (major == 3 && minor >= 4)) return std::nullopt;
  return "the server is etcd " + std::string(version) + "; 3.4 or later is needed";
}

Read<int> read_schema(std::string const& value, std::string const& key) {
  auto const content = json_of(value);
  if (!content || text_at(*content, "product") != product)
    return unusable("the key " + key + " is not Conductor's; choose another [etcd_api] prefix");
  auto const version = static_cast<int>(number_at(*content, "schema"));
  if (version / 1000 > sdk::store_schema_version / 1000)
    return unusable("the store has schema " + std::to_string(version) + ", this program knows " +
                    std::to_string(sdk::store_schema_version) + "; run the newer program");
  return {Outcome::ok, version, {}};
}

}  // namespace

Read<int> ensure_schema(Connection& connection, sdk::Call const& call) {
  auto const key = connection.keys.schema();
  auto const prefix = connection.keys.prefix();
  for (;;) {
    auto anything = read(prefix);
    anything.end = end_of(prefix);
    anything.limit = 1;
    auto const answer = connection.read(call, {read(key), anything});
    if (!answer) return failed_as<Read<int>>(answer.reply);
    auto const& answers = answer.value->answers;
    if (answers.size() != 2) return failed<Read<int>>(Outcome::unavailable, "etcd's answer cannot be understood");
    if (auto const version = connection.gateway.get(call, "/version"); version)
      if (auto const content = json_of(version->body))
        if (auto const problem = too_old(text_at(*content, "etcdserver"))) return unusable(*problem);
    if (!answers[0].pairs.empty()) return read_schema(answers[0].pairs.front().value, key);
    if (!answers[1].pairs.empty())
      return unusable("the prefix " + prefix + " holds keys of something else (such as " +
                      answers[1].pairs.front().key.substr(0, 100) + "); choose another [etcd_api] prefix");
    Transaction transaction;
    transaction.compares.push_back({Compare::Target::version, key, 0});
    transaction.success.push_back(put(
        key, json::serialize(json::object{
                 {"product", product}, {"schema", sdk::store_schema_version}, {"installation", sdk::random_id()}})));
    auto const made = connection.write(call, transaction);
    if (!made) return failed_as<Read<int>>(made.reply);
    // Somebody else was faster, or our own first try: it is there now.
  }
}

}  // namespace conductor::plugins::etcd
