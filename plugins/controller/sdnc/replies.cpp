#include "replies.hpp"

#include "documents.hpp"

#include "conductor/sdk/http_errors.hpp"

#include <charconv>

namespace conductor::plugins::controller_sdnc {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr char check_files[] =
    "; the options are [sdnc] certificate_file, certificate_key_file, certificate_authority_bundle_file and "
    "server_name_override";

// The first error of an errors document; empty texts when there is none.
struct Refusal {
  std::string tag, app_tag, message;
};

Refusal refusal_of(std::string const& body) {
  boost::system::error_code failed;
  auto const parsed = json::parse(body, failed);
  if (failed) return {};
  auto const document = without_modules(parsed);
  auto const* errors = document.is_object() ? document.as_object().if_contains("errors") : nullptr;
  if (errors == nullptr || !errors->is_object()) return {};
  auto const list = objects_of(errors->as_object(), "error");
  if (list.empty()) return {};
  return {.tag = text_of(*list.front(), "error-tag"),
          .app_tag = text_of(*list.front(), "error-app-tag"),
          .message = text_of(*list.front(), "error-message")};
}

Failure conflict(Refusal const& refusal, std::string text) {
  if (refusal.app_tag == "stale-fencing")
    return {Trouble::stale, {Errc::conflict, text + "; another worker took the plan over"}};
  if (refusal.app_tag == "request-expired")
    return {Trouble::expired, {Errc::timed_out, text + "; compare the clocks of both hosts if this repeats"}};
  if (refusal.tag == "lock-denied") return {Trouble::locked, {Errc::unavailable, std::move(text)}};
  if (refusal.tag == "in-use") return {Trouble::in_progress, {Errc::unavailable, std::move(text)}};
  if (refusal.tag == "data-exists") return {Trouble::mismatch, {Errc::invalid, std::move(text)}};
  return {Trouble::failed, {Errc::unavailable, std::move(text)}};
}

Failure failure_of(int status, Refusal const& refusal, std::string const& what) {
  std::string text = what;
  text.append(": SDN-C answered ").append(std::to_string(status));
  for (auto const& part : {refusal.tag, refusal.app_tag, refusal.message})
    if (!part.empty()) text.append(", ").append(part);
  if (status == 401 || status == 403)
    return {Trouble::denied, {Errc::denied, text + "; check [sdnc] username, password and certificate_file"}};
  if (status == 404 || status == 405 || status == 501)
    return {Trouble::missing,
            {Errc::unsupported,
             text + "; is the module there that [sdnc] capacity_module names, below the root of [sdnc] server_url?"}};
  if (status == 409) return conflict(refusal, std::move(text));
  if (status == 412 || status == 500) return {Trouble::failed, {Errc::unavailable, std::move(text)}};
  if (status == 408 || status == 429 || status > 500) return {Trouble::lost, {Errc::unavailable, std::move(text)}};
  if (status == 400) return {Trouble::wrong_request, {Errc::invalid, std::move(text)}};
  return {Trouble::wrong_request, {Errc::unsupported, text + "; expected 200; check [sdnc] server_url"}};
}

Failure no_answer(std::string const& what, Error const& error) {
  auto const text = what + ": no response from SDN-C: " + error.text;
  if (sdk::surely_not_sent(error)) return {Trouble::not_sent, {error.code, text}};
  if (error.code == Errc::denied) return {Trouble::not_sent, {error.code, text + check_files}};
  // The client's `invalid` is an answer that is too large or no HTTP.
  return {Trouble::lost, {error.code == Errc::invalid ? Errc::unavailable : error.code, text}};
}

Reply failed(Failure failure) { return {.status = 0, .body = {}, .failure = std::move(failure)}; }

}  // namespace

Reply interpret(std::string const& what, sdk::Result<sdk::HttpReply> const& reply) {
  if (!reply) return failed(no_answer(what, reply.error()));
  if (reply->status == 204) return {.status = 204, .body = {}, .failure = {}};
  if (reply->status != 200) {
    auto answer = failed(failure_of(reply->status, refusal_of(reply->body), what));
    answer.status = reply->status;
    return answer;
  }
  boost::system::error_code bad;
  auto const body = json::parse(reply->body, bad);
  if (bad || !body.is_object())
    return failed({Trouble::lost,
                   {Errc::unavailable, what + ": SDN-C answered 200 with a body of " +
                                           std::to_string(reply->body.size()) + " bytes that is not a JSON object"}});
  return {.status = 200, .body = without_modules(body).as_object(), .failure = {}};
}

Reply output_of(std::string const& what, Reply reply, std::string const& request_id) {
  if (reply.failure || reply.status == 204) return reply;
  auto* output = reply.body.if_contains("output");
  if (output == nullptr || !output->is_object())
    return failed({Trouble::lost, {Errc::unavailable, what + ": SDN-C answered 200 without 'output'"}});
  auto body = std::move(output->as_object());
  if (auto const echoed = text_of(body, "svc-request-id"); echoed != request_id)
    return failed({Trouble::lost,
                   {Errc::unavailable,
                    what + ": the answer is for svc-request-id '" + echoed + "', expected '" + request_id + "'"}});
  auto const code = text_of(body, "response-code");
  if (code.empty() || code == "200" || code == "0") return {.status = 200, .body = std::move(body), .failure = {}};
  int status = 0;
  std::from_chars(code.data(), code.data() + code.size(), status);
  if (status < 400 || status > 599) status = 500;
  return failed(failure_of(status, {"", "", text_of(body, "response-message")},
                           what + ": response-code " + code + " in a 200 answer"));
}

}  // namespace conductor::plugins::controller_sdnc
