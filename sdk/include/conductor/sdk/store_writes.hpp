// Abilities of a store around writing, beside those of store.hpp: for stores whose writing the host can make cheaper.
#pragma once
#include "conductor/sdk/store.hpp"

namespace conductor::sdk {

// Capability of a store. Mutations are carried out on a thread of the store's own or by the host's HTTP client, and
// their callers return by the deadline + 100 ms whatever disk and peers do: the host spares them a thread of its own.
inline constexpr Capabilities own_writer = 1U << 16U;
// Capability of a store that implements DocumentWrites.
inline constexpr Capabilities document_writes = 1U << 17U;

struct DocumentPut {
  BlobKey key;
  std::string generation;  // a fresh random id, which the row's document column then names
  std::string bytes;
};

// What a store with the capability `document_writes` implements beside Store: a row and its documents in one step,
// which takes one round trip and one transaction instead of several.
class DocumentWrites {
 public:
  virtual ~DocumentWrites() = default;
  // Stores the documents as put_blob does, under the given generations, and carries out the mutation, an insert or an
  // update: all or nothing. Outcomes are those of the mutation. Thread-safe, blocking, by the deadline + 100 ms. At
  // most `most_bytes` of documents together.
  virtual Written write_with_documents(Call const& call, Mutation const& mutation,
                                       std::span<DocumentPut const> documents, std::string_view op,
                                       Durability durability) = 0;
  static constexpr std::size_t most_bytes = 256U << 10U;
  // Whether the call above may be made; a store that implements this answers yes.
  virtual bool writes_documents() const { return true; }
};

}  // namespace conductor::sdk
