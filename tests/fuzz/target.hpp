// What every fuzz target declares: the function that the fuzzer (or replay.cpp) calls, and the words of its grammar.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

// Called with one input after the other, on one thread. A fault is a crash, a sanitizer's report or demand() failing.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace conductor::tests::fuzz {

// Pieces that the mutator puts into inputs: keys, values and signs of the grammar.
std::span<std::string_view const> words();

inline void demand(bool holds, char const* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

}  // namespace conductor::tests::fuzz
