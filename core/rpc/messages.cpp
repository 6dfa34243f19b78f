#include "core/rpc/messages.hpp"

#include "core/rpc/methods.hpp"
#include "core/store/document.hpp"
#include "core/store/plans.hpp"
#include "core/store/rows.hpp"

namespace conductor::rpc {

namespace {

constexpr std::string_view table = sdk::tables::messages.name;
constexpr auto relaxed = sdk::Durability::relaxed;

sdk::Expect expect_version(sdk::Row const& row) {
  sdk::Expect expect;
  expect.version = row.version;
  return expect;
}

// The usual case of no arguments costs no blob.
bool is_empty(boost::json::value const& value) { return value.is_object() && value.get_object().empty(); }

}  // namespace

sdk::Result<void> Messages::send(sdk::Call const& call, Envelope const& envelope, boost::json::value const& args) {
  auto const& id = envelope.id;
  sdk::Values values{{"topic", envelope.topic},
                     {"method", envelope.method},
                     {"status", std::string(message_status::enqueued)},
                     {"reply_to", envelope.reply_to},
                     {"deadline_ms", envelope.remaining_ms},
                     {"request_id", call.request_id},
                     {"transaction_id", call.transaction_id},
                     {"plan_id", call.plan_id}};
  auto const what = "send " + envelope.topic + "." + envelope.method;
  if (!is_empty(args)) {
    auto put = store_.put_blob(call, {std::string(table), id, "args"}, store::encode_document(args), relaxed);
    if (!put) return store::error_of(put.outcome, put.text, what);
    values["args"] = std::move(put.value);
  }
  auto const op = sdk::random_id();
  store::Notifier::Writing writing(notifier_, std::string(table), id, 1);
  auto const written = store_.insert(call, table, id, values, op, relaxed);
  if (!written) return store::error_of(written.outcome, written.text, what);
  writing.done(store::inserted_row(sdk::tables::messages, id, values, written.version, clock_.wall_ms(), op));
  return {};
}

sdk::Read<std::int64_t> Messages::count_waiting(sdk::Call const& call, std::string const& topic) {
  return store_.count(call, table, {{"topic", topic}, {"status", std::string(message_status::enqueued)}});
}

sdk::Read<sdk::Row> Messages::read(sdk::Call const& call, std::string const& id) { return store_.get(call, table, id); }

sdk::Result<boost::json::value> Messages::document(sdk::Call const& call, sdk::Row const& row,
                                                   std::string const& column) {
  auto const& generation = row.text(column);
  if (generation.empty()) return boost::json::value(boost::json::object());
  auto const what = column + " of message " + row.id + " (" + row.text("topic") + "." + row.text("method") + ")";
  auto const bytes = store_.get_blob(call, {std::string(table), row.id, column}, generation);
  if (!bytes) return store::error_of(bytes.outcome, bytes.text, "read " + what);
  return store::decode_document(bytes.value, what);
}

sdk::Written Messages::write(sdk::Call const& call, sdk::Row const& row, sdk::Values const& set,
                             sdk::Expect const& expect) {
  store::Notifier::Writing writing(notifier_, std::string(table), row.id, row.version.number + 1);
  auto written = store_.update(call, table, row.id, set, expect, sdk::random_id(), relaxed);
  if (written)
    writing.done(store::updated_row(row, set, written.version, clock_.wall_ms()));
  else if (written.outcome == sdk::Outcome::conflict && written.row)
    writing.done(*written.row);
  return written;
}

sdk::Written Messages::claim(sdk::Call const& call, sdk::Row const& row, std::string const& token) {
  return write(
      call, row,
      {{"status", std::string(message_status::working)}, {"claim", token}, {"fencing", row.integer("fencing") + 1}},
      expect_version(row));
}

sdk::Written Messages::answer(sdk::Call const& call, sdk::Row const& held,
                              sdk::Result<boost::json::value> const& reply) {
  sdk::Values set{{"claim", std::string()}};
  if (!reply) {
    set["status"] = std::string(message_status::error);
    set["error"] = write_error(reply.error());
  } else {
    set["status"] = std::string(message_status::completed);
    if (!is_empty(*reply)) {
      auto put = store_.put_blob(call, {std::string(table), held.id, "reply"}, store::encode_document(*reply), relaxed);
      if (put.outcome == sdk::Outcome::too_large)
        return answer(call, held, store::error_of(put.outcome, put.text, "store the answer"));
      if (!put) {
        sdk::Written refused;
        refused.outcome = put.outcome;
        refused.text = std::move(put.text);
        return refused;
      }
      set["reply"] = std::move(put.value);
    }
  }
  // Not the version: the caller may have set `cancelled` meanwhile.
  sdk::Expect expect;
  expect.claim = held.text("claim");
  expect.columns["status"] = std::string(message_status::working);
  return write(call, held, set, expect);
}

sdk::Written Messages::requeue(sdk::Call const& call, sdk::Row const& row) {
  sdk::Expect expect;
  expect.claim = row.text("claim");
  expect.columns["status"] = std::string(message_status::working);
  return write(call, row, {{"status", std::string(message_status::enqueued)}, {"claim", std::string()}}, expect);
}

sdk::Written Messages::cancel(sdk::Call const& call, sdk::Row const& row) {
  return write(call, row, {{"cancelled", true}}, expect_version(row));
}

sdk::Written Messages::remove(sdk::Call const& call, sdk::Row const& row) {
  auto written = store_.remove(call, table, row.id, expect_version(row), sdk::random_id(), relaxed);
  if (written) notifier_.removed(std::string(table), row.id);
  return written;
}

}  // namespace conductor::rpc
