#include "documents.hpp"
#include "blobs.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "failure.hpp"

namespace conductor::plugins::sqlite {

namespace checks = sdk::checks;
using Kind = sdk::Mutation::Kind;

std::optional<Failure> fault_of(sdk::Mutation const& mutation, std::span<sdk::DocumentPut const> documents,
                                std::string_view op, sdk::StoreInfo const& limits) {
  auto const failure = [](auto const& no) { return Failure{no->outcome, no->text}; };
  if (mutation.kind == Kind::remove) return Failure{sdk::Outcome::invalid, "a removal takes no documents along"};
  auto no = mutation.kind == Kind::insert
                ? checks::check_insert(mutation.table, mutation.id, mutation.values, op, limits)
                : checks::check_update(mutation.table, mutation.id, mutation.values, mutation.expect, op, limits);
  if (no) return failure(no);
  std::size_t bytes = 0;
  for (auto const& document : documents) {
    if (no = checks::check_blob(document.key, limits); no) return failure(no);
    bytes += document.bytes.size();
  }
  if (bytes <= sdk::DocumentWrites::most_bytes) return std::nullopt;
  auto const large = checks::too_large("the documents in bytes", bytes, sdk::DocumentWrites::most_bytes);
  return Failure{large.outcome, large.text};
}

sdk::Written apply_with_documents(Transaction& transaction, sdk::Mutation const& mutation,
                                  std::span<sdk::DocumentPut const> documents, std::string_view op,
                                  std::size_t max_record_bytes) {
  for (auto const& document : documents)
    put_parts(transaction, {document.key.table, document.key.id, document.key.kind}, document.generation, 0,
              parts_of(document.bytes.size()), document.bytes);
  auto const& table = *sdk::find_table(mutation.table);
  return mutation.kind == Kind::insert
             ? apply_insert(transaction, table, mutation.id, mutation.values, op)
             : apply_update(transaction, table, mutation.id, mutation.values, mutation.expect, op, max_record_bytes);
}

}  // namespace conductor::plugins::sqlite
