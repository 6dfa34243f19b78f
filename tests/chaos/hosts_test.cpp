// Three hosts, each with a network of its own: one with the store and the API, two with workers. A host is cut off
// while it works, comes back, and another one dies.
//
// The hosts are network namespaces, which the test makes within one of its own (unshare -n): nothing of the machine's
// network is touched, and all of it is gone with the test. Where that is not allowed, the test says so and ends.
#include "history.hpp"
#include "site.hpp"
#include "store_reader.hpp"

#include "tests/support/etcd.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <thread>

namespace conductor::chaos {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr auto lease = 3s;
constexpr char inside[] = "CHAOS_INSIDE";

void shell(std::string const& command) {
  auto const done = e2e::run({"/bin/sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; " + command});
  if (done.status != 0) throw std::runtime_error(command + ": " + done.output);
}

// What the namespaces are made with, and an etcd; empty when all is there.
std::string lacking() {
  if (!test::EtcdCluster::installed()) return test::EtcdCluster::skip_reason();
  auto const tried = e2e::run({"/bin/sh", "-c",
                               "PATH=$PATH:/usr/sbin:/sbin; command -v ip && command -v nsenter && "
                               "unshare -n ip link set lo up"});
  if (tried.status == 0) return {};
  return "skipped: this machine allows no network namespaces (unshare -n as root, packages iproute2, util-linux): " +
         tried.output;
}

// A namespace, joined to the test's own by a cable. Number n has the addresses 10.77.n.1 (here) and 10.77.n.2 (there).
class Host {
 public:
  explicit Host(int number)
      : number_(std::to_string(number)),
        holder_({"/bin/sh", "-c", "exec unshare -n sleep 1000"}, scratch_.path() / "holder") {
    auto const pid = std::to_string(holder_.id());
    auto const there = "nsenter -t " + pid + " -n ip ";
    // The namespace is there once it differs from ours.
    shell("for i in $(seq 500); do [ \"$(readlink /proc/" + pid +
          "/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ] && exit 0; sleep 0.01; done; exit 1");
    shell("ip link add cable" + number_ + " type veth peer name eth0 netns " + pid);
    shell("ip addr add 10.77." + number_ + ".1/24 dev cable" + number_ + " && ip link set cable" + number_ + " up");
    shell(there + "addr add 10.77." + number_ + ".2/24 dev eth0 && " + there + "link set eth0 up && " + there +
          "link set lo up");
  }
  std::vector<std::string> prefix() const { return {"/usr/bin/nsenter", "-t", std::to_string(holder_.id()), "-n"}; }
  std::string gateway() const { return "10.77." + number_ + ".1"; }
  void unplug() const { shell("ip link set cable" + number_ + " down"); }
  void plug_in() const { shell("ip link set cable" + number_ + " up"); }

 private:
  std::string const number_;
  e2e::Scratch scratch_;
  e2e::Process holder_;
};

std::string on_etcd(std::string const& host) {
  return "[db_options]\ndb_backend = etcd\n[etcd_api]\nendpoints = http://" + host + ":2379\n";
}

// The plan's way so far, for a complaint.
std::string history_of(Site const& site, std::string const& id) {
  std::string text;
  for (auto const& plan : read_histories(site.configuration()))
    if (plan.plan == id)
      for (auto const& entry : plan.entries)
        text += "\n  " + entry.status + " " + std::to_string(entry.fencing) + " " + entry.owner;
  return text;
}

json::object request() { return {{"template", e2e::sample_template()}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(hosts)

BOOST_AUTO_TEST_CASE(three_hosts_lose_no_plan_while_one_is_cut_off_and_another_dies) {
  if (std::getenv(inside) != nullptr) return;
  if (auto const why = lacking(); !why.empty()) {
    BOOST_TEST_MESSAGE(why);
    return;
  }
  auto const self = std::filesystem::read_symlink("/proc/self/exe").string();
  auto const done = e2e::run({"/usr/bin/unshare", "-n", self, "--run_test=hosts/within_a_network_of_its_own",
                              "--log_level=message", "--color_output=no"},
                             {{inside, "1"}}, 4min);
  BOOST_TEST(done.status == 0, done.output);
  BOOST_TEST_MESSAGE(done.output);
}

BOOST_AUTO_TEST_CASE(within_a_network_of_its_own) {
  if (std::getenv(inside) == nullptr) return;
  shell("ip link set lo up");
  e2e::Scratch const scratch;
  e2e::Process etcd({"/usr/bin/etcd", "--data-dir", (scratch.path() / "data").string(), "--listen-client-urls",
                     "http://0.0.0.0:2379", "--advertise-client-urls", "http://127.0.0.1:2379"},
                    scratch.path() / "etcd.log");
  Host const first(1), second(2);
  Site centre(on_etcd("127.0.0.1"), lease), a(on_etcd(first.gateway()), lease, first.prefix()),
      b(on_etcd(second.gateway()), lease, second.prefix());
  for (auto const* role : {"api", "data"}) centre.start(role, role);
  for (auto* site : {&a, &b})
    for (auto const* role : {"controller", "solver", "reservation"}) site->start(role, role);
  for (auto const* role : {"api", "data"}) centre.wait_ready(role);
  for (auto* site : {&a, &b})
    for (auto const* role : {"controller", "solver", "reservation"}) site->wait_ready(role);
  Submitter client(centre.url());
  std::set<std::string> acknowledged;
  auto const submit = [&] {
    auto const id = client.submit(request());
    BOOST_TEST_REQUIRE(id.has_value());
    acknowledged.insert(*id);
    return *id;
  };
  auto const all_done = [&](std::string const& when) {
    for (auto const& id : acknowledged) {
      auto const status = client.wait_final(id, 40s);
      if (status != "done") BOOST_ERROR(id + " is " + status + " " + when + history_of(centre, id));
    }
  };
  for (int i = 0; i < 20; ++i) submit();
  all_done("while all is well");

  // Whichever host solves it is cut off in the middle; only `a` waits at the fail-point, so plans are sent until it
  // gets one.
  a.order("solver", "solver.before_handle=sleep:1500@1");
  for (bool held = false; !held;) {
    auto const id = submit();
    for (int i = 0; i < 40 && !held && client.status(id) != "done"; ++i) {
      std::this_thread::sleep_for(10ms);
      held = i > 20 && client.status(id) == "solving";
    }
  }
  first.unplug();
  auto const cut = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) submit();
  all_done("while one host is cut off");
  BOOST_TEST_MESSAGE(
      "all done "
      << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - cut).count()
      << " ms after the cut, lease " << lease.count() << " s");
  first.plug_in();
  for (int i = 0; i < 5; ++i) submit();
  for (auto const* role : {"controller", "solver", "reservation"}) b.process(role).signal(SIGKILL);
  for (int i = 0; i < 5; ++i) submit();
  all_done("after the other host has died");  // so the one that was cut off works again
  centre.stop_all();
  a.stop_all();
  for (auto const& plan : read_histories(centre.configuration())) {
    for (auto const& complaint : check_finished(plan)) BOOST_ERROR(complaint);
    acknowledged.erase(plan.plan);
  }
  for (auto const& id : acknowledged) BOOST_ERROR("plan " + id + " was acknowledged and is lost");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::chaos
