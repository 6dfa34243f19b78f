#include "core/store/plans.hpp"

#include "core/model/status.hpp"
#include "core/store/document.hpp"
#include "core/store/rows.hpp"

namespace conductor::store {

namespace {

using sdk::Durability;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

constexpr std::string_view table = sdk::tables::plans.name;
constexpr int remove_tries = 100;  // a worker may change the row between reading and removing; it cannot do so for ever

std::string what_of(std::string_view doing, std::string_view id) {
  return std::string(doing) + " plan " + std::string(id);
}

Error no_plan(std::string const& id) { return {Errc::not_found, "there is no plan " + id}; }

}  // namespace

Plan Plan::from(sdk::Row row) {
  Plan plan;
  plan.id = row.id;
  plan.name = row.text("name");
  plan.status = row.text("status");
  plan.message = row.text("message");
  plan.created_ms = row.created_ms;
  plan.updated_ms = row.updated_ms;
  plan.timeout_s = row.integer("timeout");
  plan.recommend_max = row.text("recommend_max");
  plan.translation_counter = row.integer("translation_counter");
  plan.solver_counter = row.integer("solver_counter");
  plan.reservation_counter = row.integer("reservation_counter");
  plan.translation_begin_ms = row.integer("translation_begin_timestamp");
  plan.fencing = row.integer("fencing");
  plan.returns = row.integer("returns");
  plan.deadline_ms = row.integer("deadline_ms");
  plan.request_id = row.text("request_id");
  plan.transaction_id = row.text("transaction_id");
  plan.submitter = row.text("submitter");
  plan.deleted = row.boolean("deleted");
  plan.row = std::move(row);
  return plan;
}

Plans::Plans(sdk::Store& store, sdk::Clock& clock, std::chrono::milliseconds longest_pause)
    : store_(store),
      stamp_(dynamic_cast<sdk::ChangeStamp*>(&store)),
      documents_(dynamic_cast<sdk::DocumentWrites*>(&store)),
      clock_(clock),
      notifier_(store, clock, longest_pause) {
  if (documents_ != nullptr && !documents_->writes_documents()) documents_ = nullptr;
}

sdk::Result<Plans::CreateResult> Plans::create(sdk::Call const& call, NewPlan const& plan) {
  recent_.make_room();  // mostly there is: workers make it when they have finished
  // The insert's full durability covers documents that are stored before it.
  auto const documents = {std::pair("template", &plan.template_document), std::pair("extras", &plan.extras)};
  Documents contents;
  auto const now_ms = clock_.wall_ms();
  sdk::Values values{
      {"status", std::string(model::status::template_)},
      {"name", plan.name},
      {"timeout", plan.timeout_s},
      {"recommend_max", plan.recommend_max},
      {"request_id", plan.request_id},
      {"transaction_id", plan.transaction_id},
      {"submitter", plan.submitter},
      {"deadline_ms", plan.timeout_s > 0 ? now_ms + plan.timeout_s * 1000 : std::int64_t{0}},
      {"history", with_transition({}, {.status = model::status::template_, .owner = {}, .at_ms = now_ms})}};
  for (auto const& [column, content] : documents)
    if (!content->is_null()) contents[column] = std::make_shared<boost::json::value const>(*content);
  name_documents(contents, values);
  auto const puts = put_documents(call, plan.id, contents, values);
  if (!puts) return puts.error();
  auto const op = sdk::random_id();
  auto row = inserted_row(sdk::tables::plans, plan.id, values, {}, now_ms, op);
  auto baton = relay_.offer({row, {}});
  if (baton) {
    add_claim(values, baton.claim(), now_ms);
    row = updated_row(std::move(row), values, {}, now_ms);
  }
  row.version.number = 1;
  Notifier::Writing writing(notifier_, std::string(table), plan.id, row.version.number);
  if (baton) baton.begin(row, std::move(contents));
  sdk::Mutation const insert{sdk::Mutation::Kind::insert, std::string(table), plan.id, values, {}};
  auto written = write(call, insert, *puts, op, Durability::full);
  if (written) {
    row.version = written.version;
    writing.done(row);
    if (baton) baton.pass(row);
    return CreateResult{Created::created, Plan::from(std::move(row))};
  }
  if (written.outcome != Outcome::exists) return error_of(written.outcome, written.text, what_of("create", plan.id));
  baton.drop();
  if (!written.row) {
    auto stored = store_.get(call, table, plan.id);
    if (!stored) return error_of(stored.outcome, stored.text, what_of("read", plan.id));
    written.row = std::move(stored.value);
  }
  writing.refused();
  return CreateResult{Created::exists, Plan::from(std::move(*written.row))};
}

sdk::Result<Plan> Plans::get(sdk::Call const& call, std::string const& id) {
  auto read = store_.get(call, table, id);
  if (read.outcome == Outcome::not_found) return no_plan(id);
  if (!read) return error_of(read.outcome, read.text, what_of("read", id));
  auto plan = Plan::from(std::move(read.value));
  if (plan.deleted) return no_plan(id);
  return plan;
}

sdk::Result<Plans::Listed> Plans::list(sdk::Call const& call, std::string const& status,
                                       std::optional<std::string> const& after, std::size_t limit) {
  auto page = store_.list(call, table, status.empty() ? sdk::Values{} : sdk::Values{{"status", status}}, after, limit);
  if (!page) return error_of(page.outcome, page.text, "list plans");
  Listed listed;
  listed.cursor = std::move(page.value.cursor);
  if (!page.value.rows.empty()) listed.last = {page.value.rows.back().created_ms, page.value.rows.back().id};
  for (auto& row : page.value.rows)
    if (!row.boolean("deleted")) listed.plans.push_back(Plan::from(std::move(row)));
  return listed;
}

sdk::Result<Document> Plans::shared_document(sdk::Call const& call, Plan const& plan, std::string const& column) {
  if (auto const found = plan.at_hand.find(column); found != plan.at_hand.end()) return found->second;
  if (auto kept = recent_.find(plan.row.text(column))) return kept;
  auto read = document(call, plan, column);
  if (!read) return read.error();
  return std::make_shared<boost::json::value const>(std::move(*read));
}

sdk::Result<boost::json::value> Plans::document(sdk::Call const& call, Plan const& plan, std::string const& column) {
  if (auto const found = plan.at_hand.find(column); found != plan.at_hand.end()) return *found->second;
  auto const& generation = plan.row.text(column);
  if (generation.empty()) return boost::json::value(nullptr);
  if (auto const kept = recent_.find(generation)) return *kept;
  auto const what = column + " of plan " + plan.id;
  auto const bytes = store_.get_blob(call, {std::string(table), plan.id, column}, generation);
  if (!bytes) return error_of(bytes.outcome, bytes.text, "read " + what);
  return decode_document(bytes.value, what);
}

sdk::Result<std::string> Plans::put_document(sdk::Call const& call, std::string const& plan_id,
                                             std::string const& column, boost::json::value const& content,
                                             Durability durability) {
  auto put = store_.put_blob(call, {std::string(table), plan_id, column}, encode_document(content), durability);
  if (!put) return error_of(put.outcome, put.text, "store " + column + " of plan " + plan_id);
  return std::move(put.value);
}

void Plans::name_documents(Documents const& contents, sdk::Values& values) {
  for (auto const& [column, content] : contents) values[column] = sdk::random_id();
}

sdk::Result<Plans::DocumentPuts> Plans::put_documents(sdk::Call const& call, std::string const& plan_id,
                                                      Documents const& contents, sdk::Values& values, bool with_row) {
  DocumentPuts puts;
  std::size_t bytes = 0;
  for (auto const& [column, content] : contents) {
    puts.push_back(
        {{std::string(table), plan_id, column}, std::get<std::string>(values.at(column)), encode_document(*content)});
    bytes += puts.back().bytes.size();
  }
  with_row = with_row && documents_ != nullptr && bytes <= sdk::DocumentWrites::most_bytes;
  for (auto& put : puts) {
    auto const& column = put.key.kind;
    if (!with_row) {
      auto stored = store_.put_blob(call, put.key, put.bytes, Durability::relaxed);
      if (!stored) return error_of(stored.outcome, stored.text, "store " + column + " of plan " + plan_id);
      put.generation = std::move(stored.value);
    }
    // Explanations are for people, who ask seldom.
    if (recent_.keeps() && column != "explanation")
      recent_.keep(put.generation, contents.at(column), document_text_bytes(put.bytes));
    values[column] = put.generation;
  }
  if (!with_row) puts.clear();
  return puts;
}

sdk::Written Plans::write(sdk::Call const& call, sdk::Mutation const& mutation, DocumentPuts const& documents,
                          std::string_view op, Durability durability) {
  if (!documents.empty()) return documents_->write_with_documents(call, mutation, documents, op, durability);
  if (mutation.kind == sdk::Mutation::Kind::insert)
    return store_.insert(call, mutation.table, mutation.id, mutation.values, op, durability);
  return store_.update(call, mutation.table, mutation.id, mutation.values, mutation.expect, op, durability);
}

sdk::Result<void> Plans::remove(sdk::Call const& call, std::string const& id) {
  for (int attempt = 0; attempt < remove_tries; ++attempt) {
    auto const plan = get(call, id);
    // Gone after a refused attempt: somebody else removed it, which is what was wanted.
    if (!plan) return attempt > 0 && plan.error().code == Errc::not_found ? sdk::Result<void>() : plan.error();
    sdk::Expect expect;
    expect.version = plan->row.version;
    auto const written = store_.remove(call, table, id, expect, sdk::random_id(), Durability::full);
    if (written) {
      notifier_.removed(std::string(table), id);
      return {};
    }
    if (written.outcome == Outcome::not_found) continue;
    if (written.outcome != Outcome::conflict) return error_of(written.outcome, written.text, what_of("remove", id));
  }
  return Error{Errc::unavailable, "plan " + id + " changed " + std::to_string(remove_tries) +
                                      " times while it was to be removed; try again"};
}

Error error_of(Outcome outcome, std::string const& text, std::string const& what) {
  auto const code = [&] {
    switch (outcome) {
      case Outcome::exists:
      case Outcome::conflict:
        return Errc::conflict;
      case Outcome::not_found:
        return Errc::not_found;
      case Outcome::too_large:
        return Errc::invalid;
      case Outcome::unavailable:
      case Outcome::ambiguous:
      case Outcome::no_space:  // until an operator has made space
        return Errc::unavailable;
      case Outcome::auth:
        return Errc::denied;
      case Outcome::schema:
        return Errc::unsupported;
      case Outcome::cancelled:
        return Errc::cancelled;
      case Outcome::ok:
      case Outcome::invalid:
      case Outcome::corrupt:
        break;
    }
    return Errc::internal;
  }();
  auto message = "cannot " + what + ": the store answers '" + std::string(sdk::to_string(outcome)) + "'";
  if (!text.empty()) message += " (" + text + ")";
  return {code, std::move(message)};
}

}  // namespace conductor::store
