#include "core/store/document.hpp"

#include "core/text/arena.hpp"

#include <zstd.h>

#include <memory>
#include <mutex>
#include <vector>

namespace conductor::store {

namespace {

constexpr char plain_mark = 'j', zstd_mark = 'z';
constexpr std::size_t compress_from = 512;  // shorter ones gain nothing
constexpr std::size_t longest = std::size_t{1}
                                << 29U;  // of a document's text; a guard against damaged or hostile frames
constexpr int level = 1;                 // two thirds of the gain of level 3 in half the time
constexpr std::size_t max_depth = 512;   // templates are limited to less before they get here

// Contexts of zstd take half a megabyte, which is dear to get from the system for each document and too much to keep
// for every thread. A few are kept for all.
template <class Context, Context* (*make)(), std::size_t (*free)(Context*)>
class Contexts {
 public:
  struct Free {
    void operator()(Context* context) const { free(context); }
  };
  using Owned = std::unique_ptr<Context, Free>;

  // Runs `work` with a context, which may be null when memory is short.
  template <class Work>
  std::size_t with(Work const& work) {
    auto context = take();
    auto const result = work(context.get());
    std::lock_guard const lock(mutex_);
    if (context && idle_.size() < most_idle) idle_.push_back(std::move(context));
    return result;
  }

 private:
  static constexpr std::size_t most_idle = 2;
  Owned take() {
    {
      std::lock_guard const lock(mutex_);
      if (!idle_.empty()) {
        auto context = std::move(idle_.back());
        idle_.pop_back();
        return context;
      }
    }
    return Owned(make());
  }
  std::mutex mutex_;
  std::vector<Owned> idle_;
};

std::size_t compress(std::string& into, std::string_view text) {
  static Contexts<ZSTD_CCtx, ZSTD_createCCtx, ZSTD_freeCCtx> contexts;
  return contexts.with([&](ZSTD_CCtx* context) {
    // An error as zstd has them, so that the text is stored as it is.
    if (context == nullptr) return static_cast<std::size_t>(-1);
    return ZSTD_compressCCtx(context, into.data(), into.size(), text.data(), text.size(), level);
  });
}

// Writes the content's text at the beginning of `buffer`, which grows as needed.
std::string_view write_text(boost::json::value const& content, std::string& buffer) {
  constexpr std::size_t first_size = std::size_t{16} << 10U;
  if (buffer.size() < first_size) buffer.resize(first_size);
  boost::json::serializer serializer;
  serializer.reset(&content);
  std::size_t size = 0;
  while (true) {
    size += serializer.read(buffer.data() + size, buffer.size() - size).size();
    if (serializer.done()) return {buffer.data(), size};
    buffer.resize(buffer.size() * 2);
  }
}

// Room for text and frame, which a thread keeps: growing new strings takes as long as writing a document into them.
struct Room {
  static constexpr std::size_t most_kept = std::size_t{256} << 10U;
  std::string text, frame;

  void give_back() {
    for (auto* buffer : {&text, &frame})
      if (buffer->size() > most_kept) {
        buffer->clear();
        buffer->shrink_to_fit();
      }
  }
};

std::size_t decompress(std::string& into, std::string_view frame) {
  static Contexts<ZSTD_DCtx, ZSTD_createDCtx, ZSTD_freeDCtx> contexts;
  return contexts.with([&](ZSTD_DCtx* context) {
    if (context == nullptr) return ZSTD_decompress(into.data(), into.size(), frame.data(), frame.size());
    return ZSTD_decompressDCtx(context, into.data(), into.size(), frame.data(), frame.size());
  });
}

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
  auto const got = decompress(text, frame);
  if (ZSTD_isError(got) != 0) return damaged(what, ZSTD_getErrorName(got));
  text.resize(got);
  return text;
}

}  // namespace

std::string encode_document(boost::json::value const& content) {
  thread_local Room room;
  auto const text = write_text(content, room.text);
  auto kept = text;
  if (text.size() >= compress_from) {
    if (auto const bound = ZSTD_compressBound(text.size()); room.frame.size() < bound) room.frame.resize(bound);
    auto const size = compress(room.frame, text);
    if (ZSTD_isError(size) == 0 && size < text.size()) kept = std::string_view(room.frame).substr(0, size);
  }
  std::string bytes;
  bytes.reserve(1 + kept.size());
  bytes.append(1, kept.data() == text.data() ? plain_mark : zstd_mark).append(kept);
  room.give_back();
  return bytes;
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
  auto content = bytes.substr(1);
  if (bytes.front() == zstd_mark) {
    auto whole = inflate(content, what);
    if (!whole) return whole.error();
    inflated = std::move(*whole);
    content = inflated;
  } else if (bytes.front() != plain_mark) {
    return damaged(what, "its format mark is " + std::to_string(static_cast<unsigned char>(bytes.front())) +
                             "; a newer version may have written it");
  }
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::system::error_code error;
  auto value = boost::json::parse(content, error, text::make_arena(), options);
  if (error) return damaged(what, error.message());
  return value;
}

}  // namespace conductor::store
