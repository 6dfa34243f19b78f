// A request as its bytes are sent, head and body, through everything that looks at it before and beside the store:
// target, filters, credentials, media types, queries, and the body of POST /v1/plans.
#include "tests/fuzz/target.hpp"

#include "core/http/auth.hpp"
#include "core/http/cors.hpp"
#include "core/http/forwarded.hpp"
#include "core/http/target.hpp"
#include "services/api/list_query.hpp"
#include "services/api/media_types.hpp"
#include "services/api/plan_request.hpp"
#include "services/api/request_text.hpp"

namespace conductor::tests::fuzz {
namespace {

namespace api = services::api;

constexpr std::string_view grammar[] = {"GET ",
                                        "POST ",
                                        "/v1/plans",
                                        "?limit=",
                                        "&marker=",
                                        "&status=",
                                        "&since=",
                                        "2026-11-28T17:30:00+01:00",
                                        "&wait=30s",
                                        "?dry_run=true",
                                        "%2F",
                                        "%00",
                                        "%ff",
                                        "%C3%A4",
                                        "//",
                                        "/../",
                                        "http://host/",
                                        " HTTP/1.1\n",
                                        "Authorization: Basic ",
                                        "YWRtaW46c2U6Y3JldA==",
                                        "Accept: ",
                                        "application/json",
                                        "text/event-stream;q=0",
                                        "*/*;q=0.5,",
                                        "Content-Type: ",
                                        "application/vnd.onap.has",
                                        "Forwarded: for=\"[2001:db8::1]:80\";proto=https;host=a",
                                        "X-Forwarded-For: 10.0.0.1",
                                        "X-Forwarded-Proto: https",
                                        "X-Forwarded-Prefix: /has",
                                        "Origin: https://ui.example.org",
                                        "Access-Control-Request-Method: POST",
                                        "Transaction-Id: ",
                                        "Idempotency-Key: ",
                                        "\n\n",
                                        "{\"name\": \"x\", ",
                                        "\"template\": {}",
                                        "\"template\": \"demands: {}\"",
                                        "\"num_solution\": \"all\"",
                                        "\"limit\": 10",
                                        "\"timeout\": 600",
                                        "\"id\": \"7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11\"",
                                        "\"files\": {}",
                                        "\"solver\": {\"deadline\": 5}",
                                        "\"callback_url\": \"https://example.org/h\"",
                                        "\"overlay\": {\"down\": {}}",
                                        "\\ud83d\\ude00",
                                        "\\u0000"};

std::string_view line_of(std::string_view& text) {
  auto const end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "METHOD TARGET …", header lines, an empty line, the body.
http::Request request_of(std::string_view text) {
  http::Request request;
  auto first = line_of(text);
  auto const blank = std::min(first.find(' '), first.size());
  request.method = first.substr(0, blank);
  first.remove_prefix(std::min(blank + 1, first.size()));
  request.target = first.substr(0, first.find(' '));
  while (!text.empty()) {
    auto const line = line_of(text);
    if (line.empty()) break;
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto const value = line.find_first_not_of(' ', colon + 1);
    request.headers.emplace_back(line.substr(0, colon), value == line.npos ? "" : line.substr(value));
  }
  request.body = text;
  request.remote_address = "10.0.0.7";
  return request;
}

void check_refusal(std::string const& text) {
  demand(!text.empty() && http::is_utf8(text), "a refusal is a text in UTF-8");
  demand(text.size() < 10'000, "a refusal stays short");
}

void check_body(http::Request const& request) {
  api::RequestHead head;
  head.transaction_id = request.header("Transaction-Id");
  if (request.has_header("Idempotency-Key")) head.idempotency_key = request.header("Idempotency-Key");
  for (bool const dry_run : {false, true}) {
    head.dry_run = dry_run;
    auto const read = api::read_plan_request(request.body, head, {});
    if (!read) {
      check_refusal(read.error().text);
      continue;
    }
    demand(api::is_uuid(read->plan.id), "an accepted plan has an id");
    demand(http::is_utf8(read->plan.name), "an accepted name is UTF-8");
  }
  if (auto const good = api::check_template_text(request.body); !good) check_refusal(good.error().text);
}

}  // namespace

std::span<std::string_view const> words() { return grammar; }

}  // namespace conductor::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace conductor;
  using namespace conductor::tests::fuzz;
  static http::ForwardedHeaders const forwarded(http::Networks::parse({"10.0.0.0/8"}).value());
  static http::Cors const cors({{.allowed_origins = {"https://ui.example.org"}}});
  auto request = request_of(text_of(data, size));
  if (auto const read = http::parse_target(request); !read) {
    check_refusal(read.error().text);
  } else {
    demand(http::is_utf8(request.path), "a path is UTF-8");
    forwarded.before(request);
    http::Response reply;
    cors.before(request);
    cors.after(request, reply);
    auto const list = api::read_list_query(request, 100);
    if (!list) check_refusal(list.error().text);
    if (list) demand(list->limit >= 1 && list->limit <= api::largest_page, "a page has a size");
  }
  if (auto const given = http::parse_basic(request.header("Authorization")))
    demand(http::parse_basic(http::basic_header(given->user, given->password)).has_value(),
           "credentials can be sent on");
  api::accepts_json(request.header("Accept"));
  api::accepts_events(request.header("Accept"));
  api::is_json(request.header("Content-Type"));
  check_body(request);
  return 0;
}
