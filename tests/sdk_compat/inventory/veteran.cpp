// An inventory provider as somebody wrote it for SDK 1.0. It uses every service of the host in each call, and answers
// with what it got.
#include "conductor/sdk/sdk.hpp"

#include <atomic>

namespace {

namespace sdk = conductor::sdk;

class Veteran final : public sdk::InventoryProvider {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::cloud | sdk::locations;

  static void describe(sdk::Schema& schema) {
    schema.section("veteran_section");
    schema.url("url", "Base URL.").required();
    schema.text("mode", "One of two.").default_to("slow").one_of({"slow", "fast"});
    schema.path("folder", "A place.").default_to("");
    schema.secret("password", "A secret.").default_to("s3cret");
    schema.integer("count", "A whole number.").default_to(7).at_least(1).at_most(9).reloadable();
    schema.number("share", "A fraction.").default_to(0.5);
    schema.boolean("switch", "On or off.").default_to(true).formerly("old_switch");
    schema.list("names", "Several.").default_to("a,b");
  }

  Veteran(sdk::Host& host, sdk::Settings const& settings)
      : host_(host),
        settings_(settings),
        http_(host.http({.base_url = settings.text("url"),
                         .username = "veteran",
                         .password = settings.text("password"),
                         .connect_timeout = std::chrono::seconds(2),
                         .read_timeout = std::chrono::seconds(5),
                         .attempts = 1,
                         .max_reply_bytes = 4096,
                         .max_connections = 2,
                         .headers = {{"X-Veteran", "1.0"}}})) {}

  sdk::Result<void> start(sdk::Call const& call) override {
    started_ = call.remaining(host_.clock()) > sdk::Duration::zero();
    return {};
  }
  void stop() noexcept override { started_ = false; }
  sdk::Result<void> health(sdk::Call const&) override {
    if (started_) return {};
    return sdk::Error{sdk::Errc::unavailable, "never started"};
  }

  sdk::Result<sdk::CandidateList> resolve(sdk::Call const& call, sdk::Demand const& demand) override {
    if (auto over = call.expired(host_.clock())) return *over;
    host_.log().info(call, "veteran resolves " + demand.name);
    host_.counter("veteran_calls_total", "Calls.", {{"type", demand.inventory_type}}).add();
    host_.gauge("veteran_mood", "Mood.").set(3);
    sdk::CandidateList list;
    list.candidates.push_back({.candidate_id = "veteran-1",
                               .inventory_type = demand.inventory_type,
                               .cloud_owner = "acme",
                               .fields = facts(call, demand),
                               .attributes = {{"age", 1}}});
    list.dropped.push_back({"veteran-2", "nowhere", "TOO_OLD", "dropped for the test"});
    return list;
  }

  sdk::Result<sdk::Location> locate(sdk::Call const&, sdk::LocationQuery const& query) override {
    if (query.clli_code != "BRUSBE") return sdk::Error{sdk::Errc::not_found, "no place " + query.clli_code};
    return sdk::Location{.latitude = 50.85, .longitude = 4.35, .country = "BEL"};
  }

 private:
  boost::json::object facts(sdk::Call const& call, sdk::Demand const& demand) {
    boost::json::object facts{
        {"requirement", demand.requirement}, {"plan_id", call.plan_id}, {"request_id", call.request_id}};
    facts["mode"] = settings_.text("mode");
    facts["count"] = settings_.integer("count");
    facts["share"] = settings_.number("share");
    facts["switch"] = settings_.boolean("switch");
    facts["names"] = settings_.list("names").size();
    facts["secret"] = sdk::to_string(host_.secret("no-such-secret").error().code);
    auto const folder = host_.state_directory();
    facts["folder"] = folder ? folder->filename().string() : folder.error().text;
    std::atomic<int> ran = 0;
    host_.run_parallel(call, std::vector<sdk::Task>(3, [&](sdk::Call const&) { ++ran; }), 2);
    facts["ran"] = ran.load();
    auto const document = host_.parse_document("a:\n  b: 5\n");
    facts["parsed"] = document ? (*document)->content().at("a").at("b") : boost::json::value(document.error().text);
    facts["line"] = document ? (*document)->position("/a/b").line : 0;
    add_replies(call, facts);
    return facts;
  }

  void add_replies(sdk::Call const& call, boost::json::object& facts) {
    auto const reply =
        http_.send(call, {.method = "POST", .target = "/one", .headers = {{"X-One", "1"}}, .body = "hello"});
    facts["one"] = reply ? reply->body + " " + reply->header("x-answer") : reply.error().text;
    std::vector<sdk::HttpRequest> const requests(2, sdk::HttpRequest{.target = "/many"});
    for (auto const& each : http_.send_all(call, requests, 2)) facts["many"] = each ? each->status : 0;
    std::string streamed;
    auto const head = http_.stream(call, {.target = "/stream"}, std::chrono::seconds(2), [&](std::string_view piece) {
      streamed += piece;
      return true;
    });
    facts["streamed"] = head ? streamed : head.error().text;
  }

  sdk::Host& host_;
  sdk::Settings settings_;
  sdk::HttpClient& http_;
  bool started_ = false;
};

}  // namespace

CONDUCTOR_PLUGIN(Veteran, "veteran", "1.0.0", "Built against SDK 1.0");
