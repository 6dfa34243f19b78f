// The operators' part of a guarded store: verification and import.
#include "core/plugin/guarded_store.hpp"

namespace conductor::plugin {

using sdk::Outcome;

namespace {

template <class Answer>
Answer absent() {
  Answer answer;
  answer.outcome = Outcome::invalid;
  answer.text = "this store does not claim the capability maintenance";
  return answer;
}

template <class Answer>
Answer settled(sdk::Result<Answer> answer, Outcome otherwise) {
  if (answer) return std::move(*answer);
  Answer failed;
  failed.outcome = otherwise;
  failed.text = answer.error().text;
  return failed;
}

}  // namespace

sdk::Read<sdk::TextList> GuardedStore::verify(sdk::Call const& call) {
  using Answer = sdk::Read<sdk::TextList>;
  if (maintenance_ == nullptr) return absent<Answer>();
  auto work = [store = store_, maintenance = maintenance_, call]() -> sdk::Result<Answer> {
    return maintenance->verify(call);
  };
  return settled<Answer>(guard_.run<Answer>(call, "verify", std::move(work)), Outcome::unavailable);
}

sdk::Written GuardedStore::import_row(sdk::Call const& call, std::string_view table, sdk::Row const& row,
                                      sdk::Durability durability) {
  using Answer = sdk::Written;
  if (maintenance_ == nullptr) return absent<Answer>();
  auto work = [store = store_, maintenance = maintenance_, call, name = std::string(table), row,
               durability]() -> sdk::Result<Answer> { return maintenance->import_row(call, name, row, durability); };
  return settled<Answer>(guard_.run<Answer>(call, "import_row", std::move(work)), Outcome::ambiguous);
}

}  // namespace conductor::plugin
