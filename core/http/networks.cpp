// IPv4 and its form inside IPv6 are one and the same here.
#include "core/http/networks.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace conductor::http {

bool Networks::read(std::string_view text, Bytes& bytes, bool& v4) {
  std::string const name(text);
  v4 = ::inet_pton(AF_INET, name.c_str(), bytes.data() + 12) == 1;
  if (v4) {
    std::fill_n(bytes.begin(), 10, std::uint8_t{0});
    bytes[10] = bytes[11] = 0xFF;
    return true;
  }
  return ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

sdk::Result<Networks> Networks::parse(std::vector<std::string> const& items) {
  Networks all;
  for (auto const& item : items) {
    if (item == "unix") {
      all.unix_ = true;
      continue;
    }
    std::string_view const text = item;
    auto const slash = std::min(text.find('/'), text.size());
    Range range;
    bool v4 = false;
    bool good = read(text.substr(0, slash), range.network, v4);
    unsigned const most = v4 ? 32 : 128;
    unsigned bits = most;
    if (slash < text.size()) {
      auto const length = text.substr(slash + 1);
      auto const [end, failed] = std::from_chars(length.data(), length.data() + length.size(), bits);
      good = good && failed == std::errc() && end == length.data() + length.size() && bits <= most;
    }
    if (!good)
      return sdk::Error{sdk::Errc::invalid,
                        "'" + item + "' is neither an address, nor a network such as 10.0.0.0/8, nor 'unix'"};
    range.bits = bits + (128 - most);
    all.ranges_.push_back(range);
  }
  return all;
}

bool Networks::contains(std::string_view address) const {
  if (address == "unix:") return unix_;
  Bytes bytes{};
  bool v4 = false;
  if (!read(address, bytes, v4)) return false;
  return std::ranges::any_of(ranges_, [&](Range const& range) {
    auto const whole = range.bits / 8;
    if (std::memcmp(bytes.data(), range.network.data(), whole) != 0) return false;
    auto const rest = range.bits % 8;
    return rest == 0 || ((bytes[whole] ^ range.network[whole]) >> (8 - rest)) == 0;
  });
}

}  // namespace conductor::http
