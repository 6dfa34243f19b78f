// A line from a terminal that does not show it. The terminal hands on each key, Ctrl-C included, so that its mode can
// be restored before the program ends.
#include "services/cli/console.hpp"
#include "services/cli/exit_code.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace conductor::cli {

namespace {

class SilentTerminal {
 public:
  explicit SilentTerminal(int descriptor) : descriptor_(descriptor), changed_(::tcgetattr(descriptor, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
  }
  SilentTerminal(SilentTerminal const&) = delete;
  // False: this is no terminal, or its echo cannot be turned off.
  bool silent() const { return changed_; }

 private:
  int descriptor_;
  termios before_{};
  bool changed_;
};

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// One whole character, which may be several bytes.
void erase_last(std::string& line) {
  while (!line.empty()) {
    bool const inside = (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U;
    line.pop_back();
    if (!inside) return;
  }
}

}  // namespace

std::optional<std::string> read_secret(int descriptor, std::string const& prompt) {
  constexpr char interrupt = 0x03, end_of_input = 0x04, backspace = 0x08, kill_line = 0x15, erase = 0x7f;
  SilentTerminal const terminal(descriptor);
  if (!terminal.silent()) return std::nullopt;
  write_all(descriptor, prompt);
  std::string line;
  for (;;) {
    char key = 0;
    auto const got = ::read(descriptor, &key, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || (key == end_of_input && line.empty())) {
      write_all(descriptor, "\n");
      return std::nullopt;
    }
    if (key == '\n' || key == '\r') break;
    if (key == interrupt) {
      write_all(descriptor, "\n");
      throw Ended(exit_interrupted, "");
    }
    if (key == backspace || key == erase)
      erase_last(line);
    else if (key == kill_line)
      line.clear();
    else if (key != end_of_input)
      line += key;
  }
  write_all(descriptor, "\n");
  return line;
}

}  // namespace conductor::cli
