// Plugins built against the frozen headers of SDK 1.0 load into this host and get, through every service and type that
// crosses the border, what they would have got then.
#include "core/http/client.hpp"
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "core/plugin/loader.hpp"
#include "core/work/system_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace conductor::plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path directory() { return fs::path(std::getenv("CONDUCTOR_BUILD_DIR")) / "tests" / "sdk_compat"; }

// What the veteran's peer answers.
http::Response answer(sdk::Call const&, http::Request const& request, http::Caller const&) {
  bool const known = request.header("X-Veteran") == "1.0" && request.header("Authorization").starts_with("Basic ");
  if (!known) return {.status = 400};
  if (request.path == "/one")
    return {.headers = {{"X-Answer", request.header("X-One")}}, .body = request.method + " " + request.body};
  if (request.path == "/many") return {.status = 202};
  return {.stream = [](sdk::Call const&, http::Writer const& write) {
    write("piece by ");
    write("piece");
  }};
}

// Both veterans, running, with all that a process has around them.
struct Barracks {
  Barracks() {
    if (auto const listening = peer->start(); !listening) throw std::runtime_error(listening.error().text);
    auto loaded = load_all({directory()}, {{"inventory", "veteran", "[inventory_provider] extensions"},
                                           {"solver", "veteran", "[solver] strategy"}});
    if (!loaded) throw std::runtime_error(loaded.error().text);
    libraries = std::move(*loaded);
    for (auto const& library : libraries) catalogue.add(library.schema, library.kind());
    config = config::load(catalogue,
                          {.overrides = {{"veteran_section.url", "http://127.0.0.1:" + std::to_string(peer->port())}},
                           .default_places = false,
                           .environment = false})
                 .config;
    std::string pattern = (fs::temp_directory_path() / "sdk-compat-XXXXXX").string();
    state = ::mkdtemp(pattern.data());
    auto created = create_all(libraries, {config, clock, *clients, metrics, state});
    if (!created) throw std::runtime_error(created.error().text);
    plugins = std::move(*created);
    if (auto const started = plugins->start(call()); !started) throw std::runtime_error(started.error().text);
  }
  ~Barracks() {
    plugins.reset();
    peer->stop(clock.now() + 5s);
    fs::remove_all(state);
  }
  sdk::Call call() const {
    return {.deadline = clock.now() + 20s,
            .request_id = "request-1",
            .transaction_id = "transaction-1",
            .plan_id = "plan-1"};
  }

  work::SystemClock clock;
  metrics::Registry metrics;
  std::unique_ptr<http::ClientPool> clients = http::make_client_pool(clock, log::named("http"));
  std::unique_ptr<http::Server> peer = http::make_server(
      {.port = 0},
      [](http::Request const&) {
        return http::Admission{nullptr, {.user = "", .role = http::Role::admin}};
      },
      answer, clock, log::named("peer"));
  std::vector<Library> libraries;
  config::Catalogue catalogue;
  config::Config config;
  fs::path state;
  std::unique_ptr<Loaded> plugins;
};

// Two demands with two candidates each. The first of the second demand may not stand beside the first of the first.
class SmallProblem final : public sdk::Problem {
 public:
  std::size_t demands() const override { return 2; }
  std::size_t candidates(std::size_t) const override { return 2; }
  sdk::Bits allowed(std::size_t) const override { return all_; }
  std::span<sdk::UnaryKey const> keys(std::size_t demand) const override { return demand == 0 ? first_ : second_; }
  std::span<sdk::CoupledPair const> pairs() const override { return pairs_; }
  sdk::Bits row(std::size_t, std::size_t, std::size_t) const override { return only_second_; }
  std::span<sdk::Cost const> costs(std::size_t, std::size_t, std::size_t) const override { return costs_; }
  std::span<sdk::Term const* const> terms() const override { return terms_; }
  std::span<std::uint32_t const> decision_order() const override { return order_; }
  std::size_t solutions_wanted() const override { return 2; }
  bool has_objective() const override { return true; }
  double scale() const override { return 5; }
  sdk::Cost gap_unit() const override { return 1'000'000; }
  std::uint64_t seed() const override { return 9; }

 private:
  struct Constant final : sdk::Term {
    std::span<std::uint32_t const> scope() const override { return {}; }
    sdk::Cost value(sdk::Assignment const& assignment) const override { return assignment[1] == 1 ? 30 : 0; }
    sdk::Cost bound(std::span<sdk::Bits const>) const override { return 0; }
  };
  std::vector<sdk::Word> const all_{3}, only_second_{2};
  std::vector<sdk::UnaryKey> const first_{{.cost = 10, .version = 0, .rank = 0}, {.cost = 11, .version = 0, .rank = 1}};
  std::vector<sdk::UnaryKey> const second_{{.cost = 1, .version = 0, .rank = 0}, {.cost = 4, .version = 0, .rank = 1}};
  std::vector<sdk::CoupledPair> const pairs_{
      {.first = 0, .second = 1, .restricts = true, .has_cost = true, .least_cost = 0}};
  std::vector<sdk::Cost> const costs_{0, 200};
  Constant const constant_;
  std::vector<sdk::Term const*> const terms_{&constant_};
  std::vector<std::uint32_t> const order_{1, 0};
};

struct Sink final : sdk::ProgressSink {
  void incumbent(sdk::Assignment const& assignment, sdk::Cost cost) override {
    last = assignment;
    last_cost = cost;
  }
  void bound(sdk::Cost cost) override { last_bound = cost; }
  sdk::Assignment last;
  sdk::Cost last_cost = -1, last_bound = -1;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sdk_compat, Barracks)

BOOST_AUTO_TEST_CASE(an_old_schema_is_read_whole) {
  auto const& schema = libraries.at(0).schema;
  BOOST_TEST(schema.section() == "veteran_section");
  BOOST_REQUIRE(schema.options().size() == 8U);
  auto const& count = schema.options().at(4);
  BOOST_TEST(count.name == "count");
  BOOST_TEST(count.default_text.value_or("") == "7");
  BOOST_TEST(count.minimum.value_or(0) == 1.0);
  BOOST_TEST(count.maximum.value_or(0) == 9.0);
  BOOST_TEST(count.is_reloadable);
  BOOST_TEST(schema.options().at(0).is_required);
  BOOST_TEST(schema.options().at(6).old_names.at(0) == "old_switch");
  BOOST_TEST(plugins->capabilities("inventory", "veteran") == (sdk::concurrent | sdk::cloud | sdk::locations));
}

BOOST_AUTO_TEST_CASE(an_old_provider_gets_everything_from_the_host) {
  auto& provider = *plugins->inventory().at(0).second;
  BOOST_TEST(static_cast<bool>(provider.health(call())));
  auto const list = provider.resolve(
      call(), {.name = "gateway", .inventory_type = "cloud", .requirement = {{"inventory_provider", "veteran"}}});
  BOOST_REQUIRE_MESSAGE(list, list.error().text);
  BOOST_REQUIRE(list->candidates.size() == 1U);
  auto const& candidate = list->candidates[0];
  BOOST_TEST(candidate.candidate_id == "veteran-1");
  BOOST_TEST(candidate.cloud_owner == "acme");
  BOOST_TEST(candidate.attributes.at("age").as_int64() == 1);
  boost::json::value const expected{{"requirement", {{"inventory_provider", "veteran"}}},
                                    {"plan_id", "plan-1"},
                                    {"request_id", "request-1"},
                                    {"mode", "slow"},
                                    {"count", 7},
                                    {"share", 0.5},
                                    {"switch", true},
                                    {"names", 2},
                                    {"secret", "not_found"},
                                    {"folder", "veteran"},
                                    {"ran", 3},
                                    {"parsed", 5},
                                    {"line", 2},
                                    {"one", "POST hello 1"},
                                    {"many", 202},
                                    {"streamed", "piece by piece"}};
  for (auto const& [key, value] : expected.as_object())
    BOOST_TEST(boost::json::serialize(candidate.fields.at(key)) == boost::json::serialize(value), std::string(key));
  BOOST_REQUIRE(list->dropped.size() == 1U);
  BOOST_TEST(list->dropped[0].code == "TOO_OLD");
  BOOST_TEST(list->dropped[0].text == "dropped for the test");
}

BOOST_AUTO_TEST_CASE(old_answers_and_refusals_arrive) {
  auto& provider = *plugins->inventory().at(0).second;
  auto const found = provider.locate(call(), {.host_name = "", .clli_code = "BRUSBE"});
  BOOST_REQUIRE(found);
  BOOST_TEST(found->latitude == 50.85);
  BOOST_TEST(found->country == "BEL");
  auto const missing = provider.locate(call(), {.host_name = "", .clli_code = "ATLANTIS"});
  BOOST_REQUIRE(!missing);
  BOOST_TEST(sdk::to_string(missing.error().code) == "not_found");
  // Inherited from the old header.
  auto const unsupported = provider.regions_with_role(call(), "some role");
  BOOST_REQUIRE(!unsupported);
  BOOST_TEST(sdk::to_string(unsupported.error().code) == "unsupported");
}

BOOST_AUTO_TEST_CASE(an_old_strategy_reads_the_whole_problem) {
  auto* strategy = plugins->strategy("veteran");
  BOOST_REQUIRE(strategy != nullptr);
  auto const sink = std::make_shared<Sink>();
  auto const solved = strategy->solve(call(), std::make_shared<SmallProblem>(), sink);
  BOOST_REQUIRE_MESSAGE(solved, solved.error().text);
  BOOST_REQUIRE(solved->solutions.size() == 1U);
  sdk::Assignment const expected{0, 1};
  BOOST_TEST(solved->solutions[0].assignment == expected, boost::test_tools::per_element());
  // Keys 10 + 4, pair 200, term 30, seed 9000, wanted 200, first of the order 1, scale 5.
  BOOST_TEST(solved->solutions[0].cost == 9450);
  BOOST_TEST(solved->nodes == 2U);
  BOOST_TEST(sink->last == expected, boost::test_tools::per_element());
  BOOST_TEST(sink->last_cost == 9450);
  BOOST_TEST(sink->last_bound == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::plugin
