// Frames of direct calls: four bytes of length (big-endian), then as many bytes of JSON, one object each.
//
// Every frame has `kind`, and all but hello concern one message by its `id`:
//   hello     server -> caller, first: v (version of this protocol), worker (its lease), topics
//   request   caller -> server: id, topic, method, args, reply_to, deadline_ms (time left), request_id, transaction_id,
//             plan_id: the columns of a message in the store (store contract 5.4)
//   taken     server -> caller: the request has arrived and will be answered
//   refused   server -> caller: it was not begun, for the reason `text`; the caller may ask elsewhere
//   answer    server -> caller: status completed and reply, or status error and error
//   cancel    caller -> server: nobody waits any more
//   ping, pong   whether the other one lives; id is the pinging caller's choice
//   draining  server -> caller: no new requests, please
// Fields that a reader does not know are ignored, kinds that it does not know too. A new meaning of an old field takes
// a new version; peers of different versions talk over the store.
#pragma once
#include "conductor/sdk/result.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace conductor::rpc {

inline constexpr std::int64_t protocol_version = 1;
inline constexpr std::size_t max_frame_bytes = std::size_t{64} << 20U;  // as much as a message in the store may carry

// Length and text. `invalid` when the text is longer than max_frame_bytes.
sdk::Result<std::string> encode_frame(boost::json::object const& frame);

// Takes bytes as they come, gives frames. Not thread-safe.
class FrameReader {
 public:
  // `longest`: of a frame; a longer one is refused before its bytes are taken.
  explicit FrameReader(std::size_t longest = max_frame_bytes) : longest_(longest) {}
  void feed(std::string_view bytes) { bytes_.append(bytes); }
  // The next whole frame; nothing when more bytes are needed. After an error the connection is of no use.
  sdk::Result<std::optional<boost::json::object>> next();

 private:
  std::size_t const longest_;
  std::string bytes_;
  std::size_t taken_ = 0;  // of bytes_
};

// Members of a frame: empty, 0 or null when missing or of another type; the largest integer for larger ones.
std::string text_of(boost::json::object const& frame, std::string_view name);
std::int64_t integer_of(boost::json::object const& frame, std::string_view name);
boost::json::value value_of(boost::json::object const& frame, std::string_view name);

// An answer as a frame, and back.
boost::json::object answer_frame(std::string const& id, sdk::Result<boost::json::value> const& answer);
sdk::Result<boost::json::value> read_answer(boost::json::object const& frame);

}  // namespace conductor::rpc
