// Documents: immutable bytes under (table, id, kind, generation), in parts of at most 256 KiB with a checksum each. A
// generation to which no row refers is listed in `loose` with the time since when, and freed by the sweep.
#pragma once
#include "conductor/sdk/store.hpp"
#include "mutations.hpp"

namespace conductor::plugins::sqlite {

inline constexpr std::size_t part_bytes = 256U << 10U;
// So much is written in one transaction, to let others in between.
inline constexpr std::size_t parts_at_once = 4;

struct BlobName {
  std::string_view table, id, kind;
};

constexpr std::size_t parts_of(std::size_t bytes) { return bytes == 0 ? 1 : (bytes + part_bytes - 1) / part_bytes; }

// Writes parts first, first + 1, … of `parts`; `bytes` are those of these parts. The same call repeated is harmless.
void put_parts(Transaction& transaction, BlobName const& name, std::string_view generation, std::size_t first,
               std::size_t parts, std::string_view bytes);
// not_found: gone, or never there; corrupt: a part is damaged or missing.
sdk::Read<std::string> read_blob(Connection& connection, BlobName const& name, std::string_view generation);

void loosen_blob(Connection& connection, BlobName const& name, std::string_view generation, std::int64_t now_ms);
void hold_blob(Connection& connection, BlobName const& name, std::string_view generation);

struct LooseBlob {
  std::string table, id, kind, generation;
};
std::vector<LooseBlob> loose_blobs(Connection& connection, std::int64_t before_ms, std::size_t limit);
// Frees one, whole, unless its row refers to it. True when it was freed.
bool free_blob(Connection& connection, LooseBlob const& blob);

}  // namespace conductor::plugins::sqlite
