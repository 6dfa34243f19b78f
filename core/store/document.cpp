#include "core/store/document.hpp"

#include <zstd.h>

#include <memory>

namespace conductor::store {

namespace {

constexpr char plain_mark = 'j', zstd_mark = 'z';
constexpr std::size_t compress_from = 512;  // shorter ones gain nothing
constexpr std::size_t longest = std::size_t{1}
                                << 29U;  // of a document's text; a guard against damaged or hostile frames
constexpr int level = 1;                 // two thirds of the gain of level 3 in half the time
constexpr std::size_t max_depth = 512;   // templates are limited to less before they get here

sdk::Error damaged(std::string_view what, std::string const& why) {
  return {sdk::Errc::internal, std::string(what) + " cannot be read: " + why};
}

sdk::Result<std::string> inflate(std::string_view frame, std::string_view what) {
  auto const size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
    return damaged(what, "it is no complete zstd frame");
  if (size > longest)
    return damaged(what, "it is " + std::to_string(size) + " bytes long, allowed are " + std::to_string(longest));
  std::string text(size, '\0');
  auto const got = ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0) return damaged(what, ZSTD_getErrorName(got));
  text.resize(got);
  return text;
}

}  // namespace

std::string encode_document(boost::json::value const& content) {
  auto const text = boost::json::serialize(content);
  if (text.size() >= compress_from) {
    std::string bytes(1 + ZSTD_compressBound(text.size()), zstd_mark);
    auto const size = ZSTD_compress(bytes.data() + 1, bytes.size() - 1, text.data(), text.size(), level);
    if (ZSTD_isError(size) == 0 && size < text.size()) {
      bytes.resize(1 + size);
      return bytes;
    }
  }
  return plain_mark + text;
}

std::size_t document_text_bytes(std::string_view bytes) {
  if (bytes.empty()) return 0;
  auto const text = bytes.substr(1);
  if (bytes.front() != zstd_mark) return text.size();
  auto const size = ZSTD_getFrameContentSize(text.data(), text.size());
  return size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ? text.size()
                                                                            : static_cast<std::size_t>(size);
}

sdk::Result<boost::json::value> decode_document(std::string_view bytes, std::string_view what) {
  if (bytes.empty()) return damaged(what, "it is empty");
  std::string inflated;
  auto text = bytes.substr(1);
  if (bytes.front() == zstd_mark) {
    auto whole = inflate(text, what);
    if (!whole) return whole.error();
    inflated = std::move(*whole);
    text = inflated;
  } else if (bytes.front() != plain_mark) {
    return damaged(what, "its format mark is " + std::to_string(static_cast<unsigned char>(bytes.front())) +
                             "; a newer version may have written it");
  }
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::system::error_code error;
  auto value = boost::json::parse(text, error, {}, options);
  if (error) return damaged(what, error.message());
  return value;
}

}  // namespace conductor::store
