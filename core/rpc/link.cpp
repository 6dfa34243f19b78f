#include "core/rpc/link.hpp"

#include "core/work/pool.hpp"

namespace conductor::rpc {

using sdk::Errc;
using sdk::Error;

sdk::Result<std::shared_ptr<Link>> Link::open(Dialer& dialer, std::vector<PeerAddress> const& addresses,
                                              std::string const& worker, sdk::Clock& clock, Patience const& patience) {
  Error failure{Errc::unavailable, "no address of " + worker + " can be reached from here"};
  for (auto const& address : addresses) {
    if (!dialer.can_reach(address)) continue;
    auto channel = dialer.dial(address, patience.connect);
    if (!channel) {
      failure = channel.error();
      continue;
    }
    std::shared_ptr<Link> link(new Link(std::move(*channel), address.text(), clock, patience));
    auto const greeted = link->await_hello(worker);
    if (greeted) return link;
    failure = {greeted.error().code, address.text() + ": " + greeted.error().text};
  }
  return failure;
}

Link::Link(std::unique_ptr<Channel> channel, std::string address, sdk::Clock& clock, Patience const& patience)
    : channel_(std::move(channel)), address_(std::move(address)), clock_(clock), patience_(patience) {
  reader_ = std::jthread([this] {
    work::name_thread("rpc-link");
    read_all();
  });
}

Link::~Link() { channel_->close(); }

sdk::Result<void> Link::await_hello(std::string const& worker) {
  auto const until = clock_.now() + patience_.connect;
  while (true) {
    {
      std::lock_guard const lock(mutex_);
      if (broken_) return Error{Errc::unavailable, why_};
      if (hello_) break;
    }
    if (clock_.now() >= until) return Error{Errc::timed_out, "the peer did not say hello in time"};
    hello_rings_.wait_until(clock_, until, {});
  }
  if (auto const version = integer_of(*hello_, "v"); version != protocol_version)
    return Error{Errc::unsupported, "the peer speaks version " + std::to_string(version) +
                                        " of the protocol, this is " + std::to_string(protocol_version)};
  if (auto const name = text_of(*hello_, "worker"); name != worker)
    return Error{Errc::not_found, "the peer is " + name + ", expected " + worker};
  return {};
}

bool Link::is_open() const {
  std::lock_guard const lock(mutex_);
  return !broken_ && !draining_;
}

sdk::Result<void> Link::send(boost::json::object const& frame) {
  auto const bytes = encode_frame(frame);
  if (!bytes) return bytes.error();
  auto written = channel_->write(*bytes, patience_.write);
  if (!written) broke(written.error().text);
  return written;
}

Link::Outcome Link::ask(sdk::Call const& call, std::string const& id, boost::json::object const& request) {
  auto const waiter = std::make_shared<Waiter>();
  {
    std::lock_guard const lock(mutex_);
    if (broken_ || draining_) return {.kind = Outcome::Kind::refused, .why = draining_ ? "it is stopping" : why_};
    waiters_[id] = waiter;
  }
  Outcome outcome;
  if (auto const sent = send(request); sent)
    outcome = wait(call, id, *waiter);
  else if (sent.error().code == Errc::invalid)
    outcome = {.kind = Outcome::Kind::answered, .answer = sent.error(), .why = {}};
  else
    outcome.why = sent.error().text;
  std::lock_guard const lock(mutex_);
  waiters_.erase(id);
  return outcome;
}

Link::Outcome Link::wait(sdk::Call const& call, std::string const& id, Waiter& waiter) {
  auto probed = clock_.now();  // the request is the first probe: it is acknowledged
  while (true) {
    bool alive = false;
    {
      std::lock_guard const lock(mutex_);
      if (waiter.frame) {
        if (text_of(*waiter.frame, "kind") == "refused")
          return {.kind = Outcome::Kind::refused, .why = text_of(*waiter.frame, "text")};
        return {.kind = Outcome::Kind::answered, .answer = read_answer(*waiter.frame), .why = {}};
      }
      if (broken_) return {.kind = Outcome::Kind::lost, .why = why_};
      alive = heard_ >= probed;
    }
    if (call.expired(clock_)) {
      send({{"kind", "cancel"}, {"id", id}});
      return {.kind = Outcome::Kind::given_up};
    }
    auto const due = probed + patience_.silence;
    if (clock_.now() >= due) {
      if (!alive) {
        broke("it has been silent for " + std::to_string(patience_.silence.count()) + " ms");
        continue;
      }
      probed = clock_.now();
      send({{"kind", "ping"}, {"id", id}});
      continue;
    }
    waiter.alarm.wait_until(clock_, std::min(call.deadline, due), call.cancelled);
  }
}

void Link::read_all() {
  FrameReader frames;
  while (true) {
    auto const bytes = channel_->read();
    if (!bytes) return broke(bytes.error().text);
    if (bytes->empty()) return broke("it has closed the connection");
    {
      std::lock_guard const lock(mutex_);
      heard_ = clock_.now();
    }
    frames.feed(*bytes);
    while (true) {
      auto frame = frames.next();
      if (!frame) return broke(frame.error().text);
      if (!*frame) break;
      on_frame(std::move(**frame));
    }
  }
}

void Link::on_frame(boost::json::object frame) {
  auto const kind = text_of(frame, "kind");
  std::lock_guard const lock(mutex_);
  if (kind == "hello" && !hello_) {
    hello_ = std::move(frame);
    hello_rings_.ring();
  } else if (kind == "draining") {
    draining_ = true;
  } else if (kind == "answer" || kind == "refused") {
    auto const found = waiters_.find(text_of(frame, "id"));
    if (found == waiters_.end()) return;
    found->second->frame = std::move(frame);
    found->second->alarm.ring();
  }
}

// Nothing more comes: every call over it learns that. The first reason counts; the reader's, when it finds the channel
// closed by us, comes later.
void Link::broke(std::string const& why) {
  {
    std::lock_guard const lock(mutex_);
    if (broken_) return;
    broken_ = true;
    why_ = why;
    hello_rings_.ring();
    for (auto const& [id, waiter] : waiters_) waiter->alarm.ring();
  }
  channel_->close();
}

}  // namespace conductor::rpc
