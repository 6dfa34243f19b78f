// A row and its documents in one transaction.
#pragma once
#include "conductor/sdk/store_writes.hpp"
#include "failure.hpp"
#include "mutations.hpp"

namespace conductor::plugins::sqlite {

// What is wrong with the arguments of write_with_documents; nothing when all is right.
std::optional<Failure> fault_of(sdk::Mutation const& mutation, std::span<sdk::DocumentPut const> documents,
                                std::string_view op, sdk::StoreInfo const& limits);
// Not ok: the caller must undo what was applied.
sdk::Written apply_with_documents(Transaction& transaction, sdk::Mutation const& mutation,
                                  std::span<sdk::DocumentPut const> documents, std::string_view op,
                                  std::size_t max_record_bytes);

}  // namespace conductor::plugins::sqlite
