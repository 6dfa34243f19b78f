// Reading a password from a terminal, here a pseudo terminal.
#include "services/cli/console.hpp"
#include "services/cli/exit_code.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_secret)

namespace {

class Terminal {
 public:
  Terminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    BOOST_REQUIRE(::grantpt(master_) == 0);
    BOOST_REQUIRE(::unlockpt(master_) == 0);
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    BOOST_REQUIRE(slave_ >= 0);
  }
  ~Terminal() {
    ::close(slave_);
    ::close(master_);
  }
  Terminal(Terminal const&) = delete;
  int descriptor() const { return slave_; }
  tcflag_t modes() const {
    termios now{};
    ::tcgetattr(slave_, &now);
    return now.c_lflag;
  }
  // Waits for the prompt, types, and returns all that the terminal showed until the line was read.
  std::string shown;
  std::optional<std::string> type(std::string const& keys) {
    std::jthread const typist([&] {
      while (shown.find("? ") == std::string::npos) take();
      BOOST_REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    });
    return read_secret(slave_, "? ");
  }
  void take() {
    char text[256];
    auto const got = ::read(master_, text, sizeof(text));
    if (got > 0) shown.append(text, static_cast<std::size_t>(got));
  }

 private:
  int master_, slave_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_password_is_read_without_being_shown_and_the_terminal_is_left_as_it_was) {
  Terminal terminal;
  auto const before = terminal.modes();
  BOOST_TEST(terminal.type("sesame\r").value() == "sesame");
  BOOST_TEST(terminal.modes() == before);
  terminal.take();
  BOOST_TEST(terminal.shown.find("sesame") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(keys_that_edit_do_so_by_characters) {
  Terminal terminal;
  BOOST_TEST(terminal
                 .type("wrong\x15p\xC3\xA4\x7f"
                       "ass\x08\n")
                 .value() == "pas");
}

BOOST_AUTO_TEST_CASE(ctrl_c_ends_the_command_with_the_terminal_restored_and_ctrl_d_gives_nothing) {
  Terminal terminal;
  auto const before = terminal.modes();
  BOOST_CHECK_EXCEPTION(terminal.type("abc\x03"), Ended,
                        [](Ended const& end) { return end.status == exit_interrupted; });
  BOOST_TEST(terminal.modes() == before);
  Terminal other;
  BOOST_TEST(!other.type("\x04").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_is_not_asked) {
  int const file = ::open("/dev/null", O_RDWR);
  BOOST_TEST(!read_secret(file, "? ").has_value());
  ::close(file);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
