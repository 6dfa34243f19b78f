#include "services/cli/progress.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

// Back to the beginning of the line, and clear it.
constexpr char fresh_line[] = "\r\033[K";

}  // namespace

Progress::Progress(Console& console) : console_(console), begun_(console.clock.now()) {
  if (!console.err_terminal) return;
  ticker_.emplace([this](std::stop_token const& over) {
    while (console_.clock.sleep_for(std::chrono::seconds(1), over)) {
      std::lock_guard const lock(mutex_);
      draw();
    }
  });
}

Progress::~Progress() {
  if (!ticker_) return;
  ticker_.reset();
  console_.err << fresh_line << std::flush;
}

void Progress::show(std::string const& text) {
  if (!ticker_) return;
  std::lock_guard const lock(mutex_);
  text_ = text;
  draw();
}

void Progress::draw() {
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(console_.clock.now() - begun_);
  console_.err << fresh_line << text_ << ", " << seconds.count() << " s" << std::flush;
}

}  // namespace conductor::cli
