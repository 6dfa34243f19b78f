// VIM controller `multicloud` against the simulated MultiCloud: what it asks, what it understands, and that no answer
// is never an empty one (other providers, section 2).
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/vim.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/simulators/multicloud/multicloud.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <optional>

extern "C" const conductor::sdk::Entry conductor_plugin_entry;

using namespace conductor;
namespace json = boost::json;
namespace sim = conductor::simulators::multicloud;

namespace {

using Settings = std::map<std::string, sdk::Settings::Value>;

// Small and large regions of one owner.
sim::World two_regions() {
  return {{{"Nord", "lyon-a"}, {.vcpus = 8, .memory_gb = 16, .storage_gb = 100}},
          {{"Nord", "oslo-b"}, {.vcpus = 64, .memory_gb = 256, .storage_gb = 4000}}};
}

class Asked {
 public:
  explicit Asked(Settings const& settings = {}, sim::World world_ = two_regions()) : world(std::move(world_)) {
    sdk::Schema schema("multicloud");
    conductor_plugin_entry.describe(schema);
    plugin_.reset(conductor_plugin_entry.create(host, sdk::testing::settings_of(schema, settings)));
    vim_ = dynamic_cast<sdk::VimController*>(plugin_.get());
    BOOST_REQUIRE(vim_ != nullptr);
    host.fake_http().respond([this](sdk::HttpRequest const& request) { return reply(request); });
  }

  sdk::Result<void> start() { return vim_->start({}); }
  sdk::Result<std::vector<std::string>> ask(std::vector<std::string> ids, double vcpus = 10, double memory = 8,
                                            double storage = 100) {
    return vim_->with_capacity({},
                               {.vcpus = vcpus, .memory_gb = memory, .storage_gb = storage, .vim_ids = std::move(ids)});
  }
  // "Nord_oslo-b ..." or "code: text".
  std::string found(std::vector<std::string> ids, double vcpus = 10, double memory = 8, double storage = 100) {
    auto const answer = ask(std::move(ids), vcpus, memory, storage);
    if (!answer) return std::string(to_string(answer.error().code)) + ": " + answer.error().text;
    std::string text;
    for (auto const& id : *answer) text.append(text.empty() ? "" : " ").append(id);
    return text;
  }
  std::string logged() const {
    std::string text;
    for (auto const& line : host.lines()) text += line.text + "\n";
    return text;
  }

  sdk::testing::FakeHost host;
  sim::World world;
  sim::Rules rules;
  std::optional<sdk::Result<sdk::HttpReply>> scripted;  // instead of the simulator's reply
  std::vector<sdk::HttpRequest> seen;                   // as the server sees them

 private:
  sdk::Result<sdk::HttpReply> reply(sdk::HttpRequest request) {
    auto const& config = host.http_config();
    request.target = config.base_url.substr(config.base_url.find('/', 8)) + request.target;
    request.headers.insert(request.headers.end(), config.headers.begin(), config.headers.end());
    seen.push_back(request);
    if (scripted) return *scripted;
    return sim::answer(world, rules, request);
  }
  std::unique_ptr<sdk::Plugin> plugin_;
  sdk::VimController* vim_ = nullptr;
};

std::string const both_ids[] = {"Nord_lyon-a", "Nord_oslo-b"};
std::vector<std::string> both() { return {both_ids[0], both_ids[1]}; }

std::string header(sdk::HttpRequest const& request, std::string_view name) {
  return sdk::HttpReply{0, request.headers, {}}.header(name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(multicloud)

BOOST_AUTO_TEST_CASE(finds_the_regions_that_have_room) {
  Asked asked;
  BOOST_TEST(asked.found(both()) == "Nord_oslo-b");
  BOOST_TEST(asked.found(both(), 8, 16, 100) == "Nord_lyon-a Nord_oslo-b");
  BOOST_TEST(asked.found(both(), 100) == "");
  BOOST_TEST(asked.found({"Nord_nowhere", "Nord_oslo-b"}) == "Nord_oslo-b");
}

BOOST_AUTO_TEST_CASE(writes_the_request_of_v0) {
  Asked asked;
  asked.found(both(), 10, 10, 100);
  auto const& request = asked.seen.at(0);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.target == "/api/multicloud/v0/check_vim_capacity");
  BOOST_TEST(request.body == R"({"vCPU":10,"Memory":10,"Storage":100,"VIMs":["Nord_lyon-a","Nord_oslo-b"]})");
  BOOST_TEST(header(request, "X-FromAppId") == "CONDUCTOR");
  BOOST_TEST(header(request, "X-TransactionId").size() == 36U);
  BOOST_TEST(header(request, "Project") == "");
  BOOST_TEST(request.idempotent);
}

BOOST_AUTO_TEST_CASE(writes_and_reads_v1) {
  Asked asked(Settings{{"server_url_version", "v1"}, {"project", "tenant-7"}});
  asked.world[{"Nord", "rio.c_1 x"}] = {.vcpus = 64, .memory_gb = 64, .storage_gb = 640};
  BOOST_TEST(asked.found({"Nord_lyon-a", "Nord_rio.c_1 x"}) == "Nord_rio.c_1 x");
  auto const& request = asked.seen.at(0);
  BOOST_TEST(request.target == "/api/multicloud/v1/check_vim_capacity");
  BOOST_TEST(
      json::serialize(json::parse(request.body).at("VIMs")) ==
      R"([{"cloud-owner":"Nord","cloud-region-id":"lyon-a"},{"cloud-owner":"Nord","cloud-region-id":"rio.c_1 x"}])");
  BOOST_TEST(header(request, "Project") == "tenant-7");
  asked.rules.zones = false;
  BOOST_TEST(asked.found({"Nord_rio.c_1 x"}) == "Nord_rio.c_1 x");
}

BOOST_AUTO_TEST_CASE(diverge_2_3_asks_for_memory_in_the_unit_of_the_installation) {
  sim::World const small{{{"Nord", "mb"}, {.vcpus = 8, .memory_gb = 16, .storage_gb = 100, .in_megabytes = true}}};
  Asked gigabytes({}, small), megabytes({{"memory_unit", "MB"}}, small);
  BOOST_TEST(gigabytes.found({"Nord_mb"}, 1, 17, 1) == "Nord_mb");  // 17 of 16,384
  BOOST_TEST(megabytes.found({"Nord_mb"}, 1, 17, 1) == "");
  BOOST_TEST(megabytes.found({"Nord_mb"}, 1, 0.0001, 1) == "Nord_mb");
  BOOST_TEST(json::parse(megabytes.seen.at(0).body).at("Memory") == 17 * 1024);
  BOOST_TEST(json::parse(megabytes.seen.at(1).body).at("Memory") == 1);
}

BOOST_AUTO_TEST_CASE(rounds_up_what_must_be_whole) {
  Asked asked;
  asked.found(both(), 0.5, 0.5, 0.25);
  BOOST_TEST(asked.seen.at(0).body == R"({"vCPU":1,"Memory":5E-1,"Storage":1,"VIMs":["Nord_lyon-a","Nord_oslo-b"]})");
}

BOOST_AUTO_TEST_CASE(counts_regions_without_a_name_as_full_and_says_so) {
  Asked asked;
  BOOST_TEST(asked.found({"Nord_rio.c", "noname", "Nord_oslo-b"}) == "Nord_oslo-b");
  BOOST_TEST(json::parse(asked.seen.at(0).body).at("VIMs").as_array().size() == 1U);
  BOOST_TEST(asked.logged().find("interface v0 has no name for Nord_rio.c, noname; they count as full") !=
             std::string::npos);
  BOOST_TEST(asked.found({"Nord_rio.c"}) == "");
  BOOST_TEST(asked.seen.size() == 1U);
}

BOOST_AUTO_TEST_CASE(understands_answers_of_both_versions_whatever_was_asked) {
  Asked asked;
  asked.scripted = sdk::HttpReply{
      200, {}, R"({"VIMs": [{"cloud-owner": "Nord", "cloud-region-id": "lyon-a", "AZs": []}, "Nord_oslo-b"]})"};
  BOOST_TEST(asked.found(both()) == "Nord_lyon-a Nord_oslo-b");
}

BOOST_AUTO_TEST_CASE(takes_no_other_answer_for_an_answer) {
  Asked asked;
  auto const to = [&](sdk::Result<sdk::HttpReply> reply) {
    asked.scripted = std::move(reply);
    return asked.found(both());
  };
  auto const answered = [&](std::string const& body) { return to(sdk::HttpReply{200, {}, body}); };
  std::string const start = "unavailable: MultiCloud answered 200 to POST /v0/check_vim_capacity ";
  BOOST_TEST(answered("") == start + "with a body that is no JSON object");
  BOOST_TEST(answered("<html>") == start + "with a body that is no JSON object");
  BOOST_TEST(answered("{}") == start + "without the list VIMs");
  BOOST_TEST(answered(R"({"VIMs": null})") == start + "without the list VIMs");
  BOOST_TEST(answered(R"({"VIMs": [7]})") ==
             start + "with an item of VIMs that is neither a text nor cloud-owner and cloud-region-id");
  auto const status = [&](int code) { return to(sdk::HttpReply{code, {}, "{}"}); };
  BOOST_TEST(status(503) == "unavailable: MultiCloud answered 503 to POST /v0/check_vim_capacity");
  BOOST_TEST(status(400) == "internal: MultiCloud answered 400 to POST /v0/check_vim_capacity");
  BOOST_TEST(status(401) ==
             "denied: MultiCloud answered 401 to POST /v0/check_vim_capacity; check [multicloud] "
             "username, password and certificate_file");
  BOOST_TEST(status(404) ==
             "unsupported: MultiCloud answered 404 to POST /v0/check_vim_capacity; check [multicloud] "
             "server_url and server_url_version");
  BOOST_TEST(status(204) == "unsupported: MultiCloud answered 204 to POST /v0/check_vim_capacity");
  BOOST_TEST(to(sdk::Error{sdk::Errc::timed_out, "no reply in 30 s"}) ==
             "timed_out: no response from MultiCloud to POST /v0/check_vim_capacity: no reply in 30 s");
  BOOST_TEST(to(sdk::Error{sdk::Errc::invalid, "larger than 4 MiB"}).starts_with("unsupported: no response"));
}

BOOST_AUTO_TEST_CASE(takes_the_scheme_from_the_url) {
  auto const url = [](std::string const& given, bool secure) {
    Asked asked({{"server_url", given}, {"enable_https_mode", secure}});
    asked.ask(both()).has_value();
    return asked.host.http_config().base_url;
  };
  BOOST_TEST(url("http://mc:9001/api/multicloud", true) == "https://mc:9001/api/multicloud");
  BOOST_TEST(url("https://mc:9001/api/multicloud", true) == "https://mc:9001/api/multicloud");
  BOOST_TEST(url("http://mc:9001/api/multicloud", false) == "http://mc:9001/api/multicloud");
}

BOOST_AUTO_TEST_CASE(hands_login_certificates_and_times_to_the_client) {
  sdk::testing::FakeHost scratch;
  auto const file = [&](char const* name) {
    auto const path = scratch.state_directory().value() / name;
    std::ofstream(path) << "x";
    return path.string();
  };
  auto const certificate = file("c.pem"), key = file("k.pem"), authority = file("a.pem");
  Asked asked({{"username", "u"},
               {"password", "p"},
               {"certificate_file", certificate},
               {"certificate_key_file", key},
               {"certificate_authority_bundle_file", authority},
               {"multicloud_rest_timeout", 1.5},
               {"multicloud_retries", std::int64_t{2}}});
  BOOST_TEST(asked.start().has_value());
  asked.ask(both()).has_value();
  auto const& config = asked.host.http_config();
  BOOST_TEST(config.username == "u");
  BOOST_TEST(config.password == "p");
  BOOST_TEST(config.certificate_file == certificate);
  BOOST_TEST(config.certificate_key_file == key);
  BOOST_TEST(config.ca_file == authority);
  BOOST_TEST((config.read_timeout == std::chrono::milliseconds(1500)));
  BOOST_TEST(config.attempts == 2);
  BOOST_TEST(!config.insecure_skip_verify);
}

BOOST_AUTO_TEST_CASE(refuses_files_that_do_not_exist_and_half_a_certificate) {
  auto const refused = [](Settings const& settings) {
    auto const done = Asked(settings).start();
    return done ? std::string() : done.error().text;
  };
  BOOST_TEST(refused({}) == "");
  BOOST_TEST(refused({{"certificate_authority_bundle_file", "/nowhere/ca.pem"}}) ==
             "[multicloud] certificate_authority_bundle_file names /nowhere/ca.pem, which does not exist; put the file "
             "there or correct the option");
  BOOST_TEST(refused({{"certificate_file", "/nowhere/c.pem"}}).starts_with("[multicloud] certificate_file names"));
  BOOST_TEST(refused({{"certificate_file", "/"}}) ==
             "[multicloud] certificate_file is set and certificate_key_file is not; a client certificate needs both, "
             "empty both options for none");
}

BOOST_AUTO_TEST_CASE(warns_of_a_missing_default_bundle_once_it_asks) {
  Asked asked;
  BOOST_TEST(asked.start().has_value());
  BOOST_TEST(asked.logged() == "");
  asked.ask(both()).has_value();
  asked.ask(both()).has_value();
  BOOST_TEST(asked.host.lines().size() == 1U);
  BOOST_TEST(asked.logged().find("does not exist; MultiCloud's certificate is checked against the system's trust "
                                 "anchors") != std::string::npos);
  BOOST_TEST(asked.host.http_config().ca_file == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(simulated_multicloud)

BOOST_AUTO_TEST_CASE(refuses_what_the_real_one_refuses_or_cannot_use) {
  sdk::HttpHeaders const good{{"X-FromAppId", "test"}, {"X-TransactionId", "1"}, {"Content-Type", "application/json"}};
  auto const status = [&](std::string const& body, std::string const& version = "v0", sdk::HttpHeaders headers = {},
                          std::string const& method = "POST", sim::Rules const& rules = {}) {
    return sim::answer(two_regions(), rules,
                       {.method = method,
                        .target = "/api/multicloud/" + version + "/check_vim_capacity",
                        .headers = headers.empty() ? good : headers,
                        .body = body})
        .status;
  };
  std::string const body = R"({"vCPU":1,"Memory":1.5,"Storage":1,"VIMs":["Nord_lyon-a"]})";
  BOOST_TEST(status(body) == 200);
  BOOST_TEST(status(body, "v7") == 404);
  BOOST_TEST(status(body, "v1") == 400);
  BOOST_TEST(status(body, "v0", {}, "GET") == 405);
  BOOST_TEST(status(body, "v0", {good[0], good[1]}) == 415);
  BOOST_TEST(status(body, "v0", {good[0], good[2]}) == 400);
  BOOST_TEST(status(body, "v0", {}, "POST", {.username = "u", .password = "p"}) == 401);
  for (auto const* bad :
       {"", "[]", R"({"vCPU":1,"Memory":1,"Storage":1})", R"({"vCPU":1,"Memory":"1","Storage":1,"VIMs":[]})",
        R"({"vCPU":1.5,"Memory":1,"Storage":1,"VIMs":[]})", R"({"vCPU":1,"Memory":-1,"Storage":1,"VIMs":[]})",
        R"({"vCPU":1,"Memory":1,"Storage":1,"VIMs":[],"more":1})",
        R"({"vCPU":1,"Memory":1,"Storage":1,"VIMs":[{"cloud-owner":"Nord","cloud-region-id":"lyon-a"}]})"})
    BOOST_TEST(status(bad) == 400, bad);
}

BOOST_AUTO_TEST_SUITE_END()
