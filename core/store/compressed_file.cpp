#include "core/store/compressed_file.hpp"

#include <zstd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace conductor::store {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr int level = 3;
constexpr std::size_t longest_line = std::size_t{64} << 20U;

Error failed(std::filesystem::path const& file, std::string_view doing, int code) {
  return {code == ENOSPC ? Errc::unavailable : Errc::denied,
          std::string("cannot ").append(doing) + " " + file.string() + ": " + std::generic_category().message(code)};
}

struct FreeStream {
  void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
  void operator()(ZSTD_DCtx* stream) const { ZSTD_freeDCtx(stream); }
};

class Writer final : public CompressedWriter {
 public:
  Writer(std::filesystem::path file, std::filesystem::path partial, int descriptor, bool replace)
      : file_(std::move(file)),
        partial_(std::move(partial)),
        descriptor_(descriptor),
        replace_(replace),
        stream_(ZSTD_createCCtx()),
        buffer_(ZSTD_CStreamOutSize()) {
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
  }
  ~Writer() override {
    ::close(descriptor_);
    if (!done_) ::unlink(partial_.c_str());
  }

  sdk::Result<void> write(std::string_view bytes) override { return compress(bytes, ZSTD_e_continue); }

  sdk::Result<void> finish() override {
    if (auto ended = compress({}, ZSTD_e_end); !ended) return ended;
    if (::fsync(descriptor_) != 0) return failed(partial_, "sync", errno);
    // link() does not replace what somebody else has put there meanwhile.
    if (replace_ ? ::rename(partial_.c_str(), file_.c_str()) != 0 : ::link(partial_.c_str(), file_.c_str()) != 0)
      return failed(file_, "create", errno);
    if (!replace_) ::unlink(partial_.c_str());
    done_ = true;
    sync_directory();
    return {};
  }

 private:
  sdk::Result<void> compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer output{buffer_.data(), buffer_.size(), 0};
      auto const left = ZSTD_compressStream2(stream_.get(), &output, &input, directive);
      if (ZSTD_isError(left) != 0)
        return Error{Errc::internal, "cannot compress " + file_.string() + ": " + ZSTD_getErrorName(left)};
      if (auto put = put_all({buffer_.data(), output.pos}); !put) return put;
      bool const over = directive == ZSTD_e_end ? left == 0 : input.pos == input.size;
      if (over) return {};
    }
  }

  sdk::Result<void> put_all(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failed(partial_, "write", errno);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }

  void sync_directory() const {
    auto const directory = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
    int const handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    ::fsync(handle);
    ::close(handle);
  }

  std::filesystem::path file_, partial_;
  int descriptor_;
  bool replace_;
  bool done_ = false;
  std::unique_ptr<ZSTD_CCtx, FreeStream> stream_;
  std::vector<char> buffer_;
};

class Reader final : public CompressedReader {
 public:
  Reader(std::filesystem::path file, std::ifstream stream)
      : file_(std::move(file)), input_(std::move(stream)), stream_(ZSTD_createDCtx()), raw_(ZSTD_DStreamInSize()) {}

  sdk::Result<std::string> line() override {
    for (;;) {
      auto const end = text_.find('\n', scanned_);
      if (end != std::string::npos) {
        auto line = text_.substr(begin_, end - begin_);
        begin_ = scanned_ = end + 1;
        return line;
      }
      scanned_ = text_.size();
      if (scanned_ - begin_ > longest_line) return damaged("a line is longer than any that is written");
      if (auto more = fill(); !more) return more.error();
    }
  }

  sdk::Result<std::string> bytes(std::size_t count) override {
    while (text_.size() - begin_ < count)
      if (auto more = fill(); !more) return more.error();
    auto result = text_.substr(begin_, count);
    begin_ = scanned_ = begin_ + count;
    return result;
  }

  sdk::Result<void> end() override {
    while (left_ != 0)
      if (auto done = step(); !done) return done;
    if (begin_ != text_.size() || pending_.pos != pending_.size || input_.peek() != std::ifstream::traits_type::eof())
      return damaged("something follows its end");
    return {};
  }

 private:
  Error damaged(std::string const& why) const {
    return {Errc::invalid, file_.string() + " is damaged or was cut off: " + why};
  }

  // More text, or an error.
  sdk::Result<void> fill() {
    text_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    auto const before = text_.size();
    while (text_.size() == before)
      if (auto done = step(); !done) return done;
    return {};
  }

  sdk::Result<void> step() {
    if (pending_.pos == pending_.size) {
      input_.read(raw_.data(), static_cast<std::streamsize>(raw_.size()));
      if (input_.gcount() == 0) return damaged("it ends in the middle");
      pending_ = {raw_.data(), static_cast<std::size_t>(input_.gcount()), 0};
    }
    std::array<char, 1U << 16U> buffer;
    ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
    left_ = ZSTD_decompressStream(stream_.get(), &output, &pending_);
    if (ZSTD_isError(left_) != 0) return damaged(ZSTD_getErrorName(left_));
    text_.append(buffer.data(), output.pos);
    return {};
  }

  std::filesystem::path file_;
  std::ifstream input_;
  std::unique_ptr<ZSTD_DCtx, FreeStream> stream_;
  std::vector<char> raw_;
  ZSTD_inBuffer pending_{nullptr, 0, 0};
  std::size_t left_ = 1;  // 0: the stream is complete, its checksum was right
  std::string text_;
  std::size_t begin_ = 0, scanned_ = 0;
};

}  // namespace

sdk::Result<std::unique_ptr<CompressedWriter>> CompressedWriter::create(std::filesystem::path file, bool replace) {
  struct stat facts {};
  if (!replace && ::lstat(file.c_str(), &facts) == 0)
    return Error{Errc::conflict, file.string() + " exists; choose another name, or replace it with --force"};
  auto const partial = std::filesystem::path(file.string() + ".partial");
  // Made anew, so that neither its mode nor what it may point to is somebody else's.
  ::unlink(partial.c_str());
  int const descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failed(partial, "create", errno);
  return std::unique_ptr<CompressedWriter>(std::make_unique<Writer>(std::move(file), partial, descriptor, replace));
}

sdk::Result<std::unique_ptr<CompressedReader>> CompressedReader::open(std::filesystem::path const& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failed(file, "read", errno);
  return std::unique_ptr<CompressedReader>(std::make_unique<Reader>(file, std::move(stream)));
}

}  // namespace conductor::store
