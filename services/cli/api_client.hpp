// The API of a server as commands use it: which server, which user, and what an answer means for the exit status.
#pragma once
#include "services/cli/command.hpp"
#include "services/cli/exit_code.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace conductor::cli {

namespace json = boost::json;

// --server, --user, --password-file, --ca: what every command that asks a server has.
std::vector<Option> server_options();
Option output_option();
// `own` and then those of a server and --output.
std::vector<Option> with_server_options(std::vector<Option> own);

// Whether a server was named, by option or environment.
bool names_server(Invocation const& invocation, Console const& console);

class ApiClient {
 public:
  // Reads the options and the environment, asks for the password when a user was named without a file. Throws Ended.
  ApiClient(Invocation const& invocation, Console& console);

  struct Request {
    std::string method = "GET";
    std::string target;
    std::string body{};
    sdk::HttpHeaders headers{};
    std::chrono::milliseconds patience{30'000};  // for the whole answer
    bool idempotent = false;
  };
  // The reply, whose status is below 400. Throws Ended with the text of the server's answer for any other one, and when
  // there is no answer.
  sdk::HttpReply ask(Request const& request);
  // Its body as an object. Throws Ended when it is none.
  json::object ask_object(Request const& request);
  // The same, a 4xx or 5xx handed over.
  sdk::HttpReply ask_any(Request const& request);
  // A stream; `sink` as HttpClient::stream has it. Errors of the connection are handed over, refusals throw.
  sdk::Result<void> stream(std::string const& target, sdk::HttpHeaders headers,
                           std::function<bool(std::string_view)> const& sink);

  std::string const& server() const { return server_; }
  std::stop_token const& interrupted() const { return interrupted_; }

  // Throws Ended for a reply of 400 or more.
  void check(sdk::HttpReply const& reply) const;

 private:
  sdk::Call call(std::chrono::milliseconds patience) const;
  [[noreturn]] void no_answer(sdk::Error const& error) const;

  Console& console_;
  std::string server_, user_;
  std::stop_token interrupted_;
  sdk::HttpClient* client_ = nullptr;
};

// "/v1/plans/{id}", percent-encoded, and what follows.
std::string plan_target(std::string const& id, std::string const& rest = "");
// Adds "?name=value" or "&name=value".
void add_parameter(std::string& target, std::string_view name, std::string_view value);

// Members of answers, which may lack them: empty, 0 or nothing then.
std::string text_in(json::object const& object, std::string_view key);
std::optional<double> number_in(json::object const& object, std::string_view key);
json::object const* object_in(json::object const& object, std::string_view key);
json::array const* array_in(json::object const& object, std::string_view key);

// Control characters of texts that others wrote, blanked: they could drive the terminal.
std::string printable(std::string_view text);

}  // namespace conductor::cli
