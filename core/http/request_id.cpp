// Random bits come from the kernel, some ids at a time: a system call for each would cost more than the rest of it.
#include "core/http/request_id.hpp"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace conductor::http {

namespace {

using Bits = std::array<std::uint8_t, 16>;

Bits next_bits() {
  static thread_local std::array<Bits, 64> supply;
  static thread_local std::size_t left = 0;
  if (left == 0) {
    if (::getrandom(supply.data(), sizeof supply, 0) != static_cast<ssize_t>(sizeof supply))
      throw std::runtime_error("the kernel gives no random bits");
    left = supply.size();
  }
  return supply[--left];
}

}  // namespace

std::string make_request_id() {
  constexpr char digits[] = "0123456789abcdef";
  auto bits = next_bits();
  bits[6] = static_cast<std::uint8_t>((bits[6] & 0x0FU) | 0x40U);  // version 4: random
  bits[8] = static_cast<std::uint8_t>((bits[8] & 0x3FU) | 0x80U);
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bits[i] >> 4U];
    text += digits[bits[i] & 0x0FU];
  }
  return text;
}

}  // namespace conductor::http
