#include "core/rpc/frame.hpp"

#include "core/rpc/messages.hpp"
#include "core/rpc/methods.hpp"

#include <limits>

namespace conductor::rpc {

namespace {

using sdk::Errc;
using sdk::Error;

constexpr std::size_t header_bytes = 4;
constexpr std::size_t max_depth = 512;         // as documents in the store
constexpr std::size_t tidy_from = 64U << 10U;  // bytes already taken that are worth moving the rest for

}  // namespace

sdk::Result<std::string> encode_frame(boost::json::object const& frame) {
  auto const text = boost::json::serialize(frame);
  if (text.size() > max_frame_bytes)
    return Error{Errc::invalid, "a message of " + std::to_string(text.size()) + " bytes cannot be sent, allowed are " +
                                    std::to_string(max_frame_bytes)};
  std::string bytes;
  bytes.reserve(header_bytes + text.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((text.size() >> shift) & 0xffU);
  return bytes + text;
}

sdk::Result<std::optional<boost::json::object>> FrameReader::next() {
  std::optional<boost::json::object> none;
  auto const rest = std::string_view(bytes_).substr(taken_);
  if (rest.size() < header_bytes) return none;
  std::size_t size = 0;
  for (std::size_t i = 0; i < header_bytes; ++i) size = (size << 8U) | static_cast<unsigned char>(rest[i]);
  if (size > longest_)
    return Error{Errc::invalid, "a frame of " + std::to_string(size) + " bytes was announced, allowed are " +
                                    std::to_string(longest_)};
  if (rest.size() - header_bytes < size) return none;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::system::error_code error;
  auto value = boost::json::parse(rest.substr(header_bytes, size), error, {}, options);
  if (error) return Error{Errc::invalid, "a frame is no JSON: " + error.message()};
  if (!value.is_object()) return Error{Errc::invalid, "a frame is no JSON object"};
  taken_ += header_bytes + size;
  if (taken_ == bytes_.size() || taken_ >= tidy_from) {
    bytes_.erase(0, taken_);
    taken_ = 0;
    // One large message should not keep its memory for the life of the connection.
    if (bytes_.empty() && bytes_.capacity() > tidy_from) bytes_.shrink_to_fit();
  }
  return std::optional(std::move(value.get_object()));
}

std::string text_of(boost::json::object const& frame, std::string_view name) {
  auto const* found = frame.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::int64_t integer_of(boost::json::object const& frame, std::string_view name) {
  auto const* found = frame.if_contains(name);
  if (found == nullptr) return 0;
  if (found->is_uint64()) return std::numeric_limits<std::int64_t>::max();
  return found->is_int64() ? found->get_int64() : 0;
}

boost::json::value value_of(boost::json::object const& frame, std::string_view name) {
  auto const* found = frame.if_contains(name);
  return found == nullptr ? boost::json::value() : *found;
}

boost::json::object answer_frame(std::string const& id, sdk::Result<boost::json::value> const& answer) {
  boost::json::object frame{{"kind", "answer"}, {"id", id}};
  if (answer) {
    frame["status"] = message_status::completed;
    frame["reply"] = *answer;
  } else {
    frame["status"] = message_status::error;
    frame["error"] = write_error(answer.error());
  }
  return frame;
}

sdk::Result<boost::json::value> read_answer(boost::json::object const& frame) {
  auto const status = text_of(frame, "status");
  if (status == message_status::completed) return value_of(frame, "reply");
  if (status == message_status::error) return read_error(text_of(frame, "error"));
  return Error{Errc::internal, "an answer has the status '" + status + "'; expected completed or error"};
}

}  // namespace conductor::rpc
