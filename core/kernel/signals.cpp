#include "core/kernel/signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <system_error>

namespace conductor::kernel {

Signals::Signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (int const number : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a closed connection is an error code, not the end
  descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

std::optional<int> Signals::next(std::optional<std::chrono::milliseconds> at_most) {
  pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
  int const timeout = at_most ? static_cast<int>(at_most->count()) : -1;
  if (::poll(&waiting, 1, timeout) <= 0) return std::nullopt;
  signalfd_siginfo info{};
  if (::read(descriptor_, &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info))) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace conductor::kernel
