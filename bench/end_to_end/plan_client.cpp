#include "bench/end_to_end/plan_client.hpp"
#include "bench/http/connect.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace conductor::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t id_length = 36;  // of a UUID
constexpr int silence_ms = 60'000;     // longer than any plan may take

struct Client {
  KeptConnection connection;
  Clock::time_point begun;
  bool waiting = false;  // for the end; else for the acceptance
};

std::uint32_t micros_since(Clock::time_point begun) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun).count());
}

class Run {
 public:
  explicit Run(Submissions const& what)
      : what_(what),
        host_(" HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(what.port) + "\r\nAccept: application/json\r\n"),
        post_("POST /v1/plans" + host_ + "Content-Type: application/json\r\nContent-Length: " +
              std::to_string(what.body.size()) + "\r\n\r\n" + what.body),
        clients_(std::min(what.connections, what.plans)) {}

  Submitted go() {
    int const poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (auto& client : clients_) {
      client.connection.descriptor = connect_to(what_.port);
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &client}};
      ::epoll_ctl(poll, EPOLL_CTL_ADD, client.connection.descriptor, &event);
    }
    auto const begun = Clock::now();
    for (auto& client : clients_) submit(client);
    std::array<epoll_event, 256> events{};
    while (finished_ < what_.plans) {
      int const count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), silence_ms);
      if (count == 0) throw std::runtime_error("no plan has moved for a minute");
      for (int i = 0; i < count; ++i) go_on(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    for (auto const& client : clients_) ::close(client.connection.descriptor);
    ::close(poll);
    return std::move(result_);
  }

 private:
  void submit(Client& client) {
    ++submitted_;
    client.waiting = false;
    client.begun = Clock::now();
    send_all(client.connection.descriptor, post_);
  }

  void go_on(Client& client) {
    if (!read_some(client.connection)) return;
    auto const& reply = client.connection.reply;
    if (client.waiting)
      ended(client, reply.text);
    else
      accepted(client, reply.status, reply.text);
  }

  void accepted(Client& client, int status, std::string const& text) {
    if (status != 201) throw std::runtime_error("a plan was refused: " + text);
    result_.accepted.push_back(micros_since(client.begun));
    if (!what_.follow) return next(client);
    constexpr std::string_view place = "/v1/plans/";
    auto const at = text.find(place, text.find("Location: "));
    if (at == std::string::npos) throw std::runtime_error("the acceptance has no location: " + text);
    auto const id = text.substr(at + place.size(), id_length);
    client.waiting = true;
    client.connection.reply.clear();
    send_all(client.connection.descriptor, "GET /v1/plans/" + id + "?wait=60s" + host_ + "\r\n");
  }

  void ended(Client& client, std::string const& text) {
    if (text.find("\"status\":\"" + what_.wanted + '"') == std::string::npos)
      throw std::runtime_error("a plan has not ended in '" + what_.wanted + "': " + text);
    result_.ended.push_back(micros_since(client.begun));
    next(client);
  }

  void next(Client& client) {
    ++finished_;
    client.connection.reply.clear();
    if (submitted_ < what_.plans) submit(client);
  }

  Submissions const& what_;
  std::string const host_, post_;
  std::vector<Client> clients_;
  std::size_t submitted_ = 0, finished_ = 0;
  Submitted result_;
};

}  // namespace

Submitted submit_plans(Submissions const& what) { return Run(what).go(); }

}  // namespace conductor::bench
