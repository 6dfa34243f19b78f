// A log file: appends whole lines, notices that it was moved away, rotates by size or by time. Not thread-safe; its
// sink serializes the calls. Knows no format.
#pragma once
#include "conductor/sdk/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace conductor::log {

struct Rotation {
  enum class Type { none, size, interval } type = Type::none;
  std::uint64_t max_bytes = 200U << 20U;
  int keep = 30;                         // older files beyond this number are removed; 0: all are kept
  std::chrono::seconds interval{86400};  // of Type::interval, from the file's first line on
  int weekday = -1;                      // 0 (Sunday) to 6: at the midnight that begins this day
  bool midnight = false;                 // at every midnight, local time
};

class FileWriter {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;

  // `watch`: look before each line whether the path still is this file; otherwise at most once a second.
  static sdk::Result<FileWriter> open(
      std::filesystem::path path, Rotation rotation, bool watch,
      Now now = [] { return std::chrono::system_clock::now(); });
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  // Appends `line` and a line break in one write. A line that cannot be written goes to standard error instead.
  void write(std::string_view line);
  // Opens the path anew; keeps the old file when that fails.
  void reopen();

 private:
  FileWriter(std::filesystem::path path, Rotation rotation, bool watch, Now now);
  bool open_file();
  void look_for_moves();
  void rotate_if_due(std::size_t coming);
  void rotate();
  void plan_next_rotation(std::chrono::system_clock::time_point from);

  std::filesystem::path path_;
  Rotation rotation_;
  bool watch_;
  Now now_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  std::chrono::system_clock::time_point last_look_{}, next_rotation_{};
};

// One write(2) after the other until all is written; false after an error other than an interruption.
bool write_all(int fd, std::string_view text);

}  // namespace conductor::log
