// An HTTP client that answers from a table: no sockets. Every request is recorded.
#pragma once
#include "conductor/sdk/http.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace conductor::sdk::testing {

class FakeHttp final : public HttpClient {
 public:
  using Responder = std::function<Result<HttpReply>(HttpRequest const&)>;

  // Answers every request; without one, everything is 404.
  void respond(Responder responder) { responder_ = std::move(responder); }
  std::vector<HttpRequest> requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
  }

  Result<HttpReply> send(Call const&, HttpRequest const& request) override {
    {
      std::lock_guard const lock(mutex_);
      requests_.push_back(request);
    }
    if (!responder_) return HttpReply{404, {}, ""};
    return responder_(request);
  }
  std::vector<Result<HttpReply>> send_all(Call const& call, std::span<HttpRequest const> requests,
                                          std::size_t) override {
    std::vector<Result<HttpReply>> replies;
    for (auto const& request : requests) replies.push_back(send(call, request));
    return replies;
  }
  // The body arrives as one piece.
  Result<HttpReply> stream(Call const& call, HttpRequest const& request, std::chrono::milliseconds,
                           std::function<bool(std::string_view)> const& sink) override {
    auto reply = send(call, request);
    if (reply && reply->status < 400) sink(reply->body);
    return reply;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  Responder responder_;
};

}  // namespace conductor::sdk::testing
