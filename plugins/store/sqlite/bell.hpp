// How processes tell each other of commits without looking (contract 4.6): one byte written to `<store file>.notify`
// after each commit, and inotify on that file for those who listen. Writes to the WAL are heard too, once per arming,
// because a writer may die between its commit and the byte. Who listens holds a lock on the notify file, so that nobody
// rings for himself: a process alone with its file writes no bytes and is not woken by them.
#pragma once
#include <chrono>
#include <filesystem>
#include <utility>

namespace conductor::plugins::sqlite {

class FileHandle {
 public:
  explicit FileHandle(int descriptor = -1) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Tells the others; any thread.
class Bell {
 public:
  // The notify file exists. Throws std::system_error.
  explicit Bell(std::filesystem::path const& file);
  // Others ring for this one from the return on: what they committed before can be read then. Throws std::system_error.
  void listen();
  void listen_no_more() noexcept;
  // After a commit. Nothing when nobody else listens.
  void ring() noexcept;

 private:
  FileHandle handle_;
};

std::filesystem::path notify_file(std::filesystem::path const& file);
std::filesystem::path wal_file(std::filesystem::path const& file);

// Listens; one thread, except nudge().
class Listener {
 public:
  explicit Listener(std::filesystem::path const& file);  // throws std::system_error

  struct Heard {
    bool bell = false, wal = false, nudge = false;
  };
  // Sleeps until something is heard or the time is over.
  Heard wait(std::chrono::milliseconds most);
  // The next write to the WAL will be heard; later ones not until armed again.
  void arm_wal();
  void nudge() noexcept;

 private:
  std::filesystem::path const file_;
  FileHandle inotify_, wake_;
  int bell_watch_ = -1, wal_watch_ = -1;
};

}  // namespace conductor::plugins::sqlite
