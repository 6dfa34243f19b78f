// Who may do what on a running service: users of a file, with roles, read again on SIGHUP; and AAF over TLS with
// certificates on both sides. What the gate makes of each case is its unit tests' business.
#include "tests/e2e/harness.hpp"

#include "core/http/auth.hpp"
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "tests/simulators/certificates/certificates.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <mutex>
#include <optional>

namespace conductor::e2e {

BOOST_AUTO_TEST_SUITE(access_test)

namespace {

namespace certificates = simulators::certificates;
using namespace std::chrono_literals;

using conductor::tests::has;

// Each with its name as the password.
void set_user(std::filesystem::path const& file, std::string const& name, std::string const& role) {
  auto const done = run({"/bin/sh", "-c",
                         "echo " + name + " | " + program("conductor").string() + " user set " + name + " --role " +
                             role + " --users-file " + file.string()});
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.output);
}

struct WithUsers {
  WithUsers() : file(directory.path() / "users") {
    set_user(file, "rita", "reader");
    set_user(file, "sam", "submitter");
    set_user(file, "olga", "operator");
  }
  std::string configuration() const { return "[api]\nusers_file = " + file.string() + "\n"; }

  Scratch directory;
  std::filesystem::path file;
};

int status(Installation const& service, std::string const& user, std::string const& method, std::string const& target,
           std::string const& body = "") {
  return Client(service.url(), user, user).send(method, target, body).status;
}

std::string const minimal = R"({"template": {"homing_template_version": "2017-10-10"}})";

// AAF: one request is right, all others get 400. Only clients with the trusted certificate get through.
class Aaf {
 public:
  explicit Aaf(certificates::Files const& files, std::string answer) : answer_(std::move(answer)) {
    http::ServerConfig config;
    config.port = 0;
    config.certificate_file = files.server;
    config.certificate_key_file = files.server_key;
    config.client_ca_file = files.authority;
    server_ = http::make_server(
        config, [](http::Request const&) { return http::Admission{}; },
        [this](sdk::Call const&, http::Request const& request, http::Caller const&) { return reply(request); }, clock_,
        log::named("aaf"));
    server_->start().value();
  }
  ~Aaf() { server_->stop(clock_.now()); }
  Aaf(Aaf const&) = delete;

  int asked() const { return asked_; }
  std::string configuration(certificates::Files const& files) const {
    return "[aaf_api]\nis_aaf_enabled = true\naaf_url = https://127.0.0.1:" + std::to_string(server_->port()) +
           "/authz/perms/user/\naaf_conductor_user = oof@oof.onap.org\nusername = me@aaf\npassword = at:aaf\n" +
           "aaf_cert_file = " + files.client.string() + "\naaf_cert_key_file = " + files.client_key.string() +
           "\naaf_ca_bundle_file = " + files.authority.string() + "\naaf_timeout = 5\n";
  }

 private:
  http::Response reply(http::Request const& request) {
    ++asked_;
    bool const expected = request.method == "GET" && request.target == "/authz/perms/user/oof@oof.onap.org" &&
                          request.header("Authorization") == http::basic_header("me@aaf", "at:aaf") &&
                          request.header("Accept").starts_with("application/Perms+json") && request.body.empty();
    if (!expected) return {.status = 400, .body = "unexpected request"};
    return {.status = 200, .headers = {{"Content-Type", "application/Perms+json"}}, .body = answer_};
  }

  std::string answer_;
  std::atomic<int> asked_ = 0;
  work::SystemClock clock_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(users_of_the_file_do_what_their_roles_allow) {
  WithUsers const users;
  Installation service(users.configuration());
  service.start();
  service.wait_ready();
  BOOST_TEST(status(service, "nobody", "GET", "/v1/plans") == 401);
  BOOST_TEST(status(service, "rita", "GET", "/v1/plans") == 200);
  BOOST_TEST(status(service, "rita", "POST", "/v1/plans", minimal) == 403);
  auto const created = Client(service.url(), "sam", "sam").send("POST", "/v1/plans", minimal);
  BOOST_REQUIRE(created.status == 201);
  auto const plan = "/v1/plans/" + std::string(json::parse(created.body).at("id").as_string());
  auto const others = "/v1/plans/" + Client(service.url()).submit(json::parse(minimal).as_object());
  BOOST_TEST(status(service, "rita", "DELETE", plan) == 403);
  BOOST_TEST(status(service, "sam", "DELETE", others) == 403);
  BOOST_TEST(status(service, "sam", "DELETE", plan) == 204);
  BOOST_TEST(status(service, "olga", "DELETE", others) == 204);
  service.stop();
}

BOOST_AUTO_TEST_CASE(hup_reads_the_users_again_and_keeps_them_when_a_line_is_bad) {
  WithUsers const users;
  Installation service(users.configuration());
  auto& process = service.start();
  service.wait_ready();
  set_user(users.file, "rita", "submitter");
  process.signal(SIGHUP);
  BOOST_REQUIRE(process.wait_for_output("configuration reloaded", 10s));
  BOOST_TEST(status(service, "rita", "POST", "/v1/plans", minimal) == 201);
  users.directory.write("users", "rita:reader\nsam\n");
  process.signal(SIGHUP);
  BOOST_REQUIRE(process.wait_for_output("the users stay as they are", 10s));
  BOOST_TEST(has(process.output(), "users:1: expected name:role:scrypt"));
  BOOST_TEST(has(process.output(), "users:2: expected name:role:scrypt"));
  BOOST_TEST(status(service, "rita", "POST", "/v1/plans", minimal) == 201);
  service.stop();
}

BOOST_AUTO_TEST_CASE(a_users_file_that_everybody_can_read_stops_the_start) {
  WithUsers const users;
  std::filesystem::permissions(users.file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  Installation const service(users.configuration());
  auto const started = run({program("conductor"), "run", "--port", "0", "--config-file", service.configuration()});
  BOOST_TEST(started.status == 1);
  BOOST_TEST(has(started.output, "expected 600 or 640; set it with: chmod 640"));
}

BOOST_AUTO_TEST_CASE(aaf_is_asked_once_over_two_way_tls_and_lets_everybody_in_who_is_logged_in) {
  WithUsers const users;
  auto const files = certificates::ensure(users.directory.path() / "certificates");
  Aaf aaf(files, R"({"perm": [{"type": "org.onap.oof.access", "instance": "x", "action": "y"}]})");
  Installation service(users.configuration() + aaf.configuration(files));
  service.start();
  service.wait_ready();
  BOOST_TEST(status(service, "nobody", "GET", "/v1/plans") == 401);
  BOOST_TEST(aaf.asked() == 0);
  BOOST_TEST(Client(service.url()).send("GET", "/v1/plans").status == 200);
  BOOST_TEST(status(service, "rita", "GET", "/v1/plans") == 200);
  BOOST_TEST(status(service, "rita", "POST", "/v1/plans", minimal) == 403);
  BOOST_TEST(aaf.asked() == 1);
  BOOST_TEST(!has(service.process("").output(), "at:aaf"));
  service.stop();
}

BOOST_AUTO_TEST_CASE(without_the_permission_or_with_a_certificate_nobody_knows_aaf_lets_nobody_in) {
  WithUsers const users;
  auto const files = certificates::ensure(users.directory.path() / "certificates");
  Aaf refusing(files, R"({"perm": [{"type": "org.onap.dcae", "instance": "*", "action": "*"}]})");
  auto strangers = files;
  strangers.client = files.stranger;
  strangers.client_key = files.stranger_key;
  for (auto const& [configuration, words] :
       {std::pair{refusing.configuration(files), "has 1 permissions, none of them in [aaf_api] aaf_permissions"},
        std::pair{refusing.configuration(strangers), "AAF gives no permissions of user 'oof@oof.onap.org': "}}) {
    Installation service(configuration);
    auto& process = service.start();
    service.wait_ready();
    BOOST_TEST(Client(service.url()).send("GET", "/v1/plans").status == 403);
    BOOST_TEST(has(process.output(), words));
    BOOST_TEST(Client(service.url()).send("GET", "/").status == 200);
    service.stop();
  }
}

BOOST_AUTO_TEST_CASE(options_of_aaf_that_do_not_go_together_are_all_reported) {
  Installation const service(
      "[aaf_api]\nis_aaf_enabled = true\naaf_permissions = {\"type\": \"a\"}\naaf_cert_file = /a.crt\n");
  auto const checked = run({program("conductor"), "config", "check", "--config-file", service.configuration()});
  BOOST_TEST(checked.status == 1);
  for (auto const* words : {"aaf_conductor_user: is not set", "aaf_permissions: cannot be used",
                            "needs the text 'instance'", "aaf_cert_key_file: is not set"})
    BOOST_TEST(has(checked.output, words), checked.output);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
