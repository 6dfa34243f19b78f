#include "services/cli/api_client.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace conductor::cli {

namespace {

constexpr char default_server[] = "http://127.0.0.1:8091";

// The option's value, else the environment's.
std::string setting(Invocation const& invocation, Console const& console, char const* option, char const* variable) {
  return invocation.has(option) ? invocation.value(option) : console.environment(variable);
}

// The first line of the file.
std::string password_in(std::string const& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || (!std::getline(in, line) && !in.eof()))
    throw Ended(exit_failed, "cannot read the password file " + file + "; is its name right and may you read it?");
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) throw Ended(exit_failed, "the password file " + file + " has no password on its first line");
  return line;
}

// A bare name, as people type it, is one of http.
std::string as_url(std::string server) {
  if (server.starts_with("unix:"))
    throw Ended(exit_usage, "--server is '" + server +
                                "', it must be an http or https URL; a Unix socket is for "
                                "proxies such as nginx");
  if (server.find("://") == std::string::npos) server.insert(0, "http://");
  return server;
}

}  // namespace

std::vector<Option> server_options() {
  std::string address = "Address of the API (environment CONDUCTOR_SERVER; default SERVER).";
  address.replace(address.find("SERVER)"), 6, default_server);
  return {{.name = "server", .value = "URL", .help = std::move(address)},
          {.name = "user", .value = "NAME", .help = "Who asks (environment CONDUCTOR_USER)."},
          {.name = "password-file",
           .value = "FILE",
           .help = "File with the password on its first line (environment CONDUCTOR_PASSWORD_FILE). Without one it "
                   "is asked for on the terminal.",
           .file = true},
          {.name = "ca",
           .value = "FILE",
           .help = "Authorities (PEM) that may vouch for the server, instead of the system's (environment "
                   "CONDUCTOR_CA).",
           .file = true}};
}

Option output_option() {
  return {.name = "output",
          .letter = 'o',
          .value = "FORMAT",
          .help = "How to print; default: a table on a terminal, JSON elsewhere.",
          .choices = {"table", "json"}};
}

std::vector<Option> with_server_options(std::vector<Option> own) {
  auto options = std::move(own);
  options.push_back(output_option());
  for (auto& each : server_options()) options.push_back(std::move(each));
  return options;
}

bool names_server(Invocation const& invocation, Console const& console) {
  return !setting(invocation, console, "server", "CONDUCTOR_SERVER").empty();
}

ApiClient::ApiClient(Invocation const& invocation, Console& console) : console_(console) {
  server_ = setting(invocation, console, "server", "CONDUCTOR_SERVER");
  server_ = server_.empty() ? default_server : as_url(server_);
  user_ = setting(invocation, console, "user", "CONDUCTOR_USER");
  auto const file = setting(invocation, console, "password-file", "CONDUCTOR_PASSWORD_FILE");

  sdk::HttpConfig config;
  config.base_url = server_;
  config.username = user_;
  config.ca_file = setting(invocation, console, "ca", "CONDUCTOR_CA");
  config.headers = {{"Accept", "application/json"}};
  // Every request brings its own deadline; this only must not be shorter.
  config.read_timeout = std::chrono::minutes(5);
  config.attempts = 2;
  config.max_reply_bytes = 256U << 20U;
  if (!user_.empty() && !file.empty()) {
    config.password = password_in(file);
  } else if (!user_.empty()) {
    auto const password = console.ask_secret("Password of " + user_ + " at " + server_ + ": ");
    if (!password)
      throw Ended(exit_usage, "there is no terminal to ask for the password of " + user_ +
                                  "; name a file with --password-file or CONDUCTOR_PASSWORD_FILE");
    config.password = *password;
  } else if (!file.empty() && invocation.has("password-file")) {
    throw Ended(exit_usage, "--password-file needs --user (or CONDUCTOR_USER)");
  }
  interrupted_ = console.interruptions();
  client_ = &console.connect(config);
}

sdk::Call ApiClient::call(std::chrono::milliseconds patience) const {
  sdk::Call call;
  call.cancelled = interrupted_;
  call.deadline = console_.clock.now() + patience;
  return call;
}

void ApiClient::no_answer(sdk::Error const& error) const {
  if (interrupted_.stop_requested()) throw Ended(exit_interrupted, "");
  std::string text = "no answer from " + server_ + ": " + error.text;
  if (error.code == sdk::Errc::denied)
    text += "; when the certificate is signed by an authority of your own, name its file with --ca or CONDUCTOR_CA";
  else if (error.code == sdk::Errc::unavailable)
    text += "; --server or CONDUCTOR_SERVER names another server";
  throw Ended(exit_failed, text);
}

sdk::HttpReply ApiClient::ask_any(Request const& request) {
  sdk::HttpRequest sent{.method = request.method,
                        .target = request.target,
                        .headers = request.headers,
                        .body = request.body,
                        .idempotent = request.idempotent};
  if (!request.body.empty()) sent.headers.emplace_back("Content-Type", "application/json");
  auto reply = client_->send(call(request.patience), sent);
  if (!reply) no_answer(reply.error());
  return std::move(*reply);
}

sdk::HttpReply ApiClient::ask(Request const& request) {
  auto reply = ask_any(request);
  check(reply);
  return reply;
}

json::object ApiClient::ask_object(Request const& request) {
  auto const reply = ask(request);
  boost::system::error_code failed;
  auto value = json::parse(reply.body, failed);
  if (failed || !value.is_object())
    throw Ended(exit_failed, server_ + " answered " + request.method + " " + request.target +
                                 " with something that is no JSON object; is this the API of Conductor?");
  return std::move(value.as_object());
}

sdk::Result<void> ApiClient::stream(std::string const& target, sdk::HttpHeaders headers,
                                    std::function<bool(std::string_view)> const& sink) {
  headers.emplace_back("Accept", "text/event-stream");
  sdk::Call endless;
  endless.cancelled = interrupted_;
  // The server sends a comment every 15 s; three of them missing means that it is gone.
  auto reply = client_->stream(endless, {.method = "GET", .target = target, .headers = std::move(headers)},
                               std::chrono::seconds(45), sink);
  if (!reply) return reply.error();
  check(*reply);
  return {};
}

namespace {

// What the server's error document says, on one line.
std::string explanation_of(sdk::HttpReply const& reply) {
  boost::system::error_code failed;
  auto const document = json::parse(reply.body, failed);
  auto text = failed || !document.is_object() ? "" : text_in(document.as_object(), "explanation");
  if (text.empty() && !failed && document.is_object()) text = text_in(document.as_object(), "title");
  return printable(text);
}

Exit exit_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return exit_not_permitted;
    case 404:
      return exit_not_found;
    case 408:
    case 429:
      return exit_failed;
    default:
      return status < 500 ? exit_refused : exit_failed;
  }
}

}  // namespace

void ApiClient::check(sdk::HttpReply const& reply) const {
  if (reply.status < 400) return;
  auto text = explanation_of(reply);
  if (text.empty()) text = server_ + " answered with status " + std::to_string(reply.status);
  if (reply.status == 401 && user_.empty())
    text = server_ +
           " wants to know who asks: set --user NAME (or CONDUCTOR_USER) and --password-file FILE (or "
           "CONDUCTOR_PASSWORD_FILE; without a file the password is asked for)";
  else if (reply.status == 401)
    text += " (user " + user_ + " at " + server_ + ")";
  else if (reply.status == 403)
    text += "; the role of user " + (user_.empty() ? std::string("(none)") : user_) + " does not allow it";
  else if (reply.status == 429 || reply.status == 503)
    text += "; try again" + (reply.header("Retry-After").empty() ? "" : " in " + reply.header("Retry-After") + " s");
  throw Ended(exit_of(reply.status), text);
}

std::string plan_target(std::string const& id, std::string const& rest) {
  return "/v1/plans/" + sdk::percent_encode(id) + rest;
}

void add_parameter(std::string& target, std::string_view name, std::string_view value) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += name;
  target += '=';
  target += sdk::percent_encode(value);
}

std::string text_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

std::optional<double> number_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

json::object const* object_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

json::array const* array_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (std::size_t i = 0; i < result.size(); ++i) {
    auto const c = static_cast<unsigned char>(result[i]);
    bool const c1 = c == 0xC2U && i + 1 < result.size() && static_cast<unsigned char>(result[i + 1]) < 0xA0U;
    if (c1) result[i + 1] = ' ';
    if (c1 || c < 0x20U || c == 0x7fU) result[i] = ' ';
  }
  return result;
}

}  // namespace conductor::cli
