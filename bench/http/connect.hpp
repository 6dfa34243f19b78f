// Kept connections that are driven by hand: only what a load generator needs of HTTP.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::bench {

// Progress of one reply that has a Content-Length.
struct Reply {
  std::string text;  // head and body, as far as they have come
  int status = 0;

  // True when the reply is complete.
  bool take(std::string_view bytes);
  void clear();

 private:
  std::size_t size_ = 0;  // of the whole; 0: not known yet
};

struct KeptConnection {
  int descriptor = -1;
  Reply reply{};
};

// A blocking connection to 127.0.0.1; throws std::system_error.
int connect_to(std::uint16_t port);
void send_all(int descriptor, std::string_view text);
// Reads what is there; true when a reply is complete. Throws std::runtime_error when the server closes the connection.
bool read_some(KeptConnection& connection);

// `share` from 0 to 1; sorts.
double percentile_ms(std::vector<std::uint32_t>& micros, double share);

}  // namespace conductor::bench
