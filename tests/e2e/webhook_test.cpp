// Callbacks of the real product to a real receiver over TLS: what is told, how it is signed, how it is repeated, and
// that a killed process leaves nothing untold. The cases that need a clock moved by hand are the unit tests' business.
#include "core/http/server.hpp"
#include "tests/e2e/harness.hpp"
#include "tests/simulators/certificates/certificates.hpp"

#include "core/log/log.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <signal.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <mutex>

namespace conductor::e2e {
namespace {

namespace certificates = simulators::certificates;
using namespace std::chrono_literals;

constexpr char secret[] = "only-both-ends-know-it";

// HMAC-SHA256 in hex, as a receiver would write it.
std::string signature_of(std::string const& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  auto const* data = reinterpret_cast<unsigned char const*>(text.data());
  BOOST_REQUIRE(::HMAC(::EVP_sha256(), secret, sizeof secret - 1, data, text.size(), bytes.data(), &size) != nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr char digits[] = "0123456789abcdef";
    hex += digits[bytes[i] / 16];
    hex += digits[bytes[i] % 16];
  }
  return hex;
}

// A host of the client's that takes callbacks at https://localhost:PORT/told; what it answers is the test's.
class Receiver {
 public:
  // Called with the number of the request, from 1; gives the status.
  using Answer = std::function<int(std::size_t)>;

  explicit Receiver(Answer answer = [](std::size_t) { return 204; })
      : answer_(std::move(answer)), files_(certificates::ensure(scratch_.path() / "certificates")) {
    http::ServerConfig config;
    config.port = 0;
    config.certificate_file = files_.server;
    config.certificate_key_file = files_.server_key;
    server_ = http::make_server(
        config, [](http::Request const&) { return http::Admission{}; },
        [this](sdk::Call const&, http::Request const& request, http::Caller const&) { return take(request); }, clock_,
        log::named("receiver"));
    server_->start().value();
  }
  ~Receiver() { server_->stop(clock_.now()); }
  Receiver(Receiver const&) = delete;

  std::string host() const { return "localhost:" + std::to_string(server_->port()); }
  std::string url() const { return "https://" + host() + "/told?by=us"; }
  std::string configuration() const {
    return "[api]\nallowed_hosts = " + host() +
           "\nallow_private_addresses = true\nallowed_hosts_ca_file = " + files_.authority.string() +
           "\ncallback_secret = " + secret + "\n";
  }
  // The first `count` requests; fails the test when they do not come.
  std::vector<http::Request> told(std::size_t count, std::chrono::seconds at_most = 20s) {
    std::unique_lock lock(mutex_);
    bool const came = came_.wait_for(lock, at_most, [&] { return told_.size() >= count; });
    BOOST_REQUIRE_MESSAGE(came, "callbacks that came: " << told_.size() << " of " << count);
    return told_;
  }

 private:
  http::Response take(http::Request const& request) {
    std::size_t number = 0;
    {
      std::lock_guard const lock(mutex_);
      told_.push_back(request);
      number = told_.size();
    }
    http::Response response{.status = answer_(number)};
    came_.notify_all();
    return response;
  }

  Answer const answer_;
  Scratch scratch_;
  certificates::Files const files_;
  work::SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<http::Request> told_;
  std::unique_ptr<http::Server> server_;  // last: ends first
};

// What every callback must be: a POST to that URL, signed over timestamp and body, with the delivery's id in head and
// body. Gives the body.
json::object checked(http::Request const& request) {
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.target == "/told?by=us");
  BOOST_TEST(request.secure);
  BOOST_TEST(request.header("Content-Type") == "application/json");
  auto const timestamp = request.header("Conductor-Timestamp");
  BOOST_TEST(std::llabs(std::stoll(timestamp) - static_cast<long long>(std::time(nullptr))) < 3600);
  BOOST_TEST(request.header("Conductor-Signature") == "v1=" + signature_of(timestamp + "." + request.body));
  auto body = json::parse(request.body).as_object();
  BOOST_TEST(body.at("event").as_string() == "plan");
  BOOST_TEST(body.at("delivery").as_string() == request.header("Conductor-Delivery"));
  BOOST_TEST(request.header("Conductor-Delivery").size() == 36U);
  return body;
}

std::string status_in(json::object const& body) {
  return std::string(body.at("plan").as_object().at("status").as_string());
}

// `updated` is when the row was written, which the process that wrote it and the store each measure for themselves.
json::object without_time(json::object plan) {
  plan.erase("updated");
  return plan;
}
json::object told_plan(json::object const& body) { return without_time(body.at("plan").as_object()); }

json::object request_to(Receiver const& receiver) {
  return {{"template", sample_template()}, {"callback_url", receiver.url()}};
}

// Runs another plan to its callback, after which nothing of an earlier plan can be on its way, and stops.
void tell_another_and_stop(Installation& installation, Receiver& receiver, std::size_t told_before) {
  Client client(installation.url());
  auto const id = client.submit(request_to(receiver));
  auto const told = receiver.told(told_before + 1);
  installation.stop();
  BOOST_REQUIRE(receiver.told(told_before + 1).size() == told_before + 1);
  auto const last = checked(told.back());
  BOOST_TEST(last.at("plan").as_object().at("id").as_string() == id);
  BOOST_TEST(status_in(last) == "done");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_test)

BOOST_AUTO_TEST_CASE(the_receiver_is_told_the_final_state_once_as_the_plan_stands_then) {
  Receiver receiver;
  Installation installation(receiver.configuration());
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto const id = client.submit(request_to(receiver));
  auto const body = checked(receiver.told(1).front());
  auto const plan = client.plan(id);
  BOOST_TEST(status_in(body) == "done");
  BOOST_TEST(told_plan(body) == without_time(plan));
  BOOST_TEST(body.at("at").as_int64() >= plan.at("created").to_number<std::int64_t>());
  BOOST_TEST(body.at("at").as_int64() <= plan.at("updated").to_number<std::int64_t>());
  BOOST_TEST(body.at("seq").as_int64() > 1);  // the transitions before were not told
  tell_another_and_stop(installation, receiver, 1);
}

BOOST_AUTO_TEST_CASE(a_plan_that_fails_is_told_too_with_its_message) {
  Receiver receiver;
  Installation installation(receiver.configuration());
  installation.start();
  installation.wait_ready();
  auto request = request_to(receiver);
  request.at("template").as_object().at("constraints").as_object().at("near").as_object().at("properties") = {
      {"distance", "< 10 parsec"}, {"location", "customer"}};
  Client client(installation.url());
  auto const id = client.submit(request);
  auto const body = checked(receiver.told(1).front());
  BOOST_TEST(status_in(body) == "error");
  BOOST_TEST(told_plan(body) == without_time(client.plan(id)));
  auto const message = json::serialize(body.at("plan").as_object().at("message"));
  BOOST_TEST(message.find("parsec") != std::string::npos, message);
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_callback_answered_with_500_is_sent_again_under_the_same_id_and_then_no_more) {
  Receiver receiver([](std::size_t number) { return number == 1 ? 500 : 200; });
  Installation installation(receiver.configuration());
  installation.start();
  installation.wait_ready();
  Client(installation.url()).submit(request_to(receiver));
  auto const told = receiver.told(2);
  auto const first = checked(told.at(0));
  auto const second = checked(told.at(1));
  BOOST_TEST(status_in(first) == "done");
  BOOST_TEST(first.at("delivery") == second.at("delivery"));
  BOOST_TEST(told[0].body == told[1].body);
  tell_another_and_stop(installation, receiver, 2);
}

BOOST_AUTO_TEST_CASE(a_process_killed_before_the_plan_was_final_delivers_after_its_restart) {
  Receiver receiver;
  Installation installation(receiver.configuration());
  auto& doomed = installation.start("", "solver.after_claim=kill");
  installation.wait_ready();
  auto const id = Client(installation.url()).submit(request_to(receiver));
  BOOST_REQUIRE_MESSAGE(doomed.wait(20s) == 128 + SIGKILL, "the process did not die: " << doomed.output());
  installation.start();
  installation.wait_ready();
  auto const body = checked(receiver.told(1).front());
  BOOST_TEST(body.at("plan").as_object().at("id").as_string() == id);
  BOOST_TEST(status_in(body) == "done");
  tell_another_and_stop(installation, receiver, 1);
}

BOOST_AUTO_TEST_CASE(a_process_killed_while_it_delivers_delivers_the_same_again_after_its_restart) {
  Process* doomed = nullptr;
  // Dies with the first callback in its hands: it never hears the answer.
  Receiver receiver([&](std::size_t number) {
    if (number == 1) doomed->signal(SIGKILL);
    return 204;
  });
  Installation installation(receiver.configuration());
  doomed = &installation.start();
  installation.wait_ready();
  Client(installation.url()).submit(request_to(receiver));
  auto const first = checked(receiver.told(1).at(0));
  BOOST_REQUIRE(doomed->wait(20s) == 128 + SIGKILL);
  installation.start();
  installation.wait_ready();
  auto const told = receiver.told(2);
  BOOST_TEST(checked(told.at(1)).at("delivery") == first.at("delivery"));
  BOOST_TEST(told[1].body == told[0].body);
  tell_another_and_stop(installation, receiver, 2);
}

BOOST_AUTO_TEST_CASE(a_url_that_is_not_allowed_is_refused_and_never_called) {
  Receiver receiver;
  Receiver other;
  Installation installation(receiver.configuration());
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto const reply =
      client.send("POST", "/v1/plans", json::serialize(request_to(other)), {{"Content-Type", "application/json"}});
  BOOST_TEST(reply.status == 400, reply.body);
  BOOST_TEST(reply.body.find("allowed_hosts") != std::string::npos, reply.body);
  tell_another_and_stop(installation, receiver, 0);
  BOOST_TEST(other.told(0).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
