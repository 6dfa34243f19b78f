// A line that shows that something goes on, on a terminal only; it is gone when the work is done.
#pragma once
#include "services/cli/console.hpp"

#include <mutex>
#include <optional>
#include <thread>

namespace conductor::cli {

// Nothing else may write to standard error meanwhile.
class Progress {
 public:
  explicit Progress(Console& console);
  ~Progress();
  Progress(Progress const&) = delete;
  Progress& operator=(Progress const&) = delete;
  void show(std::string const& text);

 private:
  void draw();  // under the mutex

  Console& console_;
  sdk::Time const begun_;
  std::mutex mutex_;
  std::string text_;
  std::optional<std::jthread> ticker_;  // none without a terminal
};

}  // namespace conductor::cli
