// A console for tests: streams that are kept, a server that answers from a function, a clock whose pauses take no time.
#pragma once
#include "services/cli/command.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/table.hpp"

#include "sdk/testing/fake_http.hpp"
#include "tests/core/config/folder.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>

#include <map>
#include <sstream>

namespace conductor::cli::test {

namespace json = boost::json;
using Words = std::vector<std::string>;

// Pauses move it at once.
class SkippingClock final : public sdk::Clock {
 public:
  sdk::Time now() const override { return now_; }
  sdk::WallTime wall() const override { return sdk::WallTime(std::chrono::seconds(1'700'000'000)); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override {
    now_ = std::max(now_, until);
    return !stop.stop_requested();
  }
  void advance(sdk::Duration time) { now_ += time; }

 private:
  sdk::Time now_{std::chrono::hours(1)};
};

// What a command wrote and its exit status.
struct Run {
  std::string out, err;
  int status = 0;
};

using conductor::tests::has;

struct Desk {
  SkippingClock clock;
  sdk::testing::FakeHttp http;
  sdk::HttpConfig config;  // of the client that was asked for last
  std::map<std::string, std::string> environment;
  std::vector<std::string> secrets;  // what the user types, one after the other
  std::vector<std::string> prompts;  // what the user was asked
  std::string input;
  bool in_terminal = false, out_terminal = false;
  std::stop_source interruption;

  // Answers every request with this document.
  void answer(json::value const& document, int status = 200) {
    http.respond([text = json::serialize(document), status](sdk::HttpRequest const&) {
      return sdk::HttpReply{.status = status, .headers = {}, .body = text};
    });
  }
  sdk::HttpRequest request(std::size_t which = 0) const { return http.requests().at(which); }
  json::object body(std::size_t which = 0) const { return json::parse(request(which).body).as_object(); }

  Run run(Commands const& table, Words const& words) {
    std::istringstream in(input);
    std::ostringstream out, err;
    Console console{.in = in,
                    .out = out,
                    .err = err,
                    .in_terminal = in_terminal,
                    .out_terminal = out_terminal,
                    .err_terminal = false,
                    .colours = false,
                    .clock = clock,
                    .environment =
                        [this](std::string const& name) {
                          auto const found = environment.find(name);
                          return found == environment.end() ? std::string() : found->second;
                        },
                    .ask_secret = [this](std::string const& prompt) -> std::optional<std::string> {
                      prompts.push_back(prompt);
                      if (secrets.empty()) return std::nullopt;
                      auto const first = secrets.front();
                      secrets.erase(secrets.begin());
                      return first;
                    },
                    .connect = [this](sdk::HttpConfig const& wanted) -> sdk::HttpClient& {
                      config = wanted;
                      return http;
                    },
                    .interruptions = [this] { return interruption.get_token(); }};
    auto const status = cli::run(table, words, console);
    return {.out = out.str(), .err = err.str(), .status = status.value_or(-1)};
  }
  Run run(Words const& words) { return run(all_commands({}), words); }
};

inline constexpr char some_id[] = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";

inline json::object plan_of(std::string const& status) {
  return {{"name", "edge"},
          {"id", some_id},
          {"status", status},
          {"links", json::array()},
          {"created", 1'767'225'600'000},
          {"updated", 1'767'225'600'840}};
}

inline json::object plans_of(json::array plans) { return {{"plans", std::move(plans)}}; }

}  // namespace conductor::cli::test
