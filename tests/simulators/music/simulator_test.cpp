// The simulated MUSIC keeps to the specification of the real one, oddities included.
#include "music.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace conductor;
using namespace conductor::simulators::music;

namespace {

struct Fixture {
  explicit Fixture(Rules rules = {}) : music(std::move(rules)) {
    send("POST", "/keyspaces/ks", body("eventual", {{"replicationInfo", {{"class", "SimpleStrategy"}}}}));
    send("POST", "/keyspaces/ks/tables/plans",
         body("eventual", {{"fields",
                            {{"id", "text"},
                             {"status", "text"},
                             {"tries", "int"},
                             {"created", "bigint"},
                             {"done", "boolean"},
                             {"labels", "map<text,text>"},
                             {"PRIMARY KEY", "(id)"}}}}));
    send("POST", "/keyspaces/ks/tables/plans/index/status");
  }

  // A body with its consistency kind.
  static json::object body(std::string const& type, json::object members, std::string const& lock = "") {
    json::object info{{"type", type}};
    if (!lock.empty()) info["lockId"] = lock;
    members["consistencyInfo"] = std::move(info);
    return members;
  }
  sdk::HttpReply raw(std::string const& method, std::string const& target, json::object const& body = {}) {
    sdk::HttpRequest request{method, "/MUSIC/rest/v2" + target, {}, body.empty() ? "" : json::serialize(body)};
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    return music.answer(request, fault);
  }
  json::object send(std::string const& method, std::string const& target, json::object const& body = {}) {
    auto const reply = raw(method, target, body);
    status = reply.status;
    return json::parse(reply.body).as_object();
  }
  std::string error(json::object const& reply) {
    return reply.contains("error") ? json::value_to<std::string>(reply.at("error")) : "";
  }
  json::object insert(std::string const& id, json::object values, std::string const& type = "atomic") {
    values["id"] = id;
    return send("POST", rows, body(type, {{"values", std::move(values)}}));
  }
  json::object update(std::string const& id, json::object values, json::object conditions = {},
                      std::string const& type = "atomic") {
    return send("PUT", rows + "?id=" + id,
                body(type, {{"values", std::move(values)}, {"conditions", std::move(conditions)}}));
  }
  json::value stored(std::string const& id) { return music.row("ks", "plans", id); }

  Music music;
  std::optional<Fault> fault;
  int status = 0;
  std::string const rows = "/keyspaces/ks/tables/plans/rows";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(music_simulator)

BOOST_AUTO_TEST_CASE(insert_overwrites_and_update_without_conditions_creates) {
  Fixture music;
  music.insert("a", {{"status", "template"}});
  music.insert("a", {{"status", "other"}});
  BOOST_TEST(music.stored("a").at("status") == "other");
  BOOST_TEST(music.update("b", {{"status", "x"}}).at("message") == "Update performed");
  BOOST_TEST(music.stored("b").at("status") == "x");
}

BOOST_AUTO_TEST_CASE(conditions_are_tested_with_the_texts_of_the_service) {
  Fixture music;
  music.insert("a", {{"status", "template"}, {"created", 5}});
  BOOST_TEST(music.error(music.update("a", {{"tries", 1}}, {{"status", "done"}})) ==
             "Lock acquired but the condition is not true");
  BOOST_TEST(music.status == 400);
  music.update("a", {{"tries", 1}}, {{"status", "template"}, {"created", "5"}});
  BOOST_TEST(music.status == 200);
  BOOST_TEST(music.error(music.update("none", {{"tries", 1}}, {{"status", "x"}})).find("No data found to update") !=
             std::string::npos);
  music.insert("unset", {{"tries", 1}});
  BOOST_TEST(music.error(music.update("unset", {{"tries", 2}}, {{"status", ""}})).find("check its sanctity") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_are_converted_by_their_text_and_what_cannot_be_is_silently_null) {
  Fixture music;
  music.insert("a", {{"status", nullptr}, {"tries", "x"}, {"created", "77"}, {"done", "TRUE"}});
  auto const row = music.stored("a");
  BOOST_TEST(row.at("status") == "null");
  BOOST_TEST(row.at("tries") == 0);
  BOOST_TEST(row.at("created") == 77);
  BOOST_TEST(row.at("done") == true);
  BOOST_TEST(row.at("labels") == json::value(json::object{}));
  music.update("a", {{"status", json::object{{"a", "b"}}}});
  BOOST_TEST(music.stored("a").at("status") == "{a=b}");
  music.update("a", {{"labels", json::object{{"a", 1}}}});
  BOOST_TEST(music.status == 400);
}

BOOST_AUTO_TEST_CASE(an_eventual_write_of_a_row_written_atomically_is_lost_and_reported_as_success) {
  Fixture music;
  music.insert("a", {{"status", "template"}});
  BOOST_TEST(music.update("a", {{"status", "done"}}, {}, "eventual").at("status") == "SUCCESS");
  BOOST_TEST(music.stored("a").at("status") == "template");
}

BOOST_AUTO_TEST_CASE(plain_reads_may_be_stale_and_critical_ones_are_not) {
  Fixture music;
  music.insert("a", {{"status", "template"}});
  music.music.set_lag(std::chrono::hours(1));
  music.update("a", {{"status", "done"}});
  auto const plain = music.send("GET", music.rows + "?id=a");
  BOOST_TEST(plain.at("result").at("row 0").at("status") == "template");
  auto const strong = music.send("PUT", music.rows + "/criticalget?id=a", Fixture::body("atomic", {}));
  BOOST_TEST(strong.at("result").at("row 0").at("status") == "done");
  auto const none = music.send("PUT", music.rows + "/criticalget?id=b", Fixture::body("atomic", {}));
  BOOST_TEST(!none.contains("result"));
  BOOST_TEST(music.error(none) == "No data found");
}

BOOST_AUTO_TEST_CASE(only_keys_and_indexed_columns_select) {
  Fixture music;
  music.insert("a", {{"status", "not found"}, {"tries", 1}});
  BOOST_TEST(music.send("GET", music.rows + "?status=not%20found").at("result").as_object().size() == 1U);
  BOOST_TEST(music.error(music.send("GET", music.rows + "?status=x")) == "No data found");
  BOOST_TEST(music.status == 200);
  music.send("GET", music.rows + "?tries=1");
  BOOST_TEST(music.status == 400);
}

BOOST_AUTO_TEST_CASE(a_lock_excludes_others_until_it_is_released_or_its_lease_is_over) {
  Fixture music;
  music.insert("a", {{"status", "template"}});
  auto const created = music.send("POST", "/locks/create/ks.plans.a");
  auto const id = json::value_to<std::string>(created.at("lock").at("lock"));
  BOOST_TEST(id == "$ks.plans.a$2");
  music.send("GET", "/locks/acquire/" + id);
  BOOST_TEST(music.status == 200);
  BOOST_TEST(music.error(music.update("a", {{"tries", 1}})).ends_with("is not a lock holder"));
  music.send("PUT", music.rows + "?id=a", Fixture::body("critical", {{"values", {{"tries", 7}}}}, id));
  BOOST_TEST(music.stored("a").at("tries") == 7);
  music.music.expire_locks();
  BOOST_TEST(music.update("a", {{"tries", 2}}).at("status") == "SUCCESS");
  music.send("PUT", music.rows + "?id=a", Fixture::body("critical", {{"values", {{"tries", 9}}}}, id));
  BOOST_TEST(music.status == 400);
  BOOST_TEST(music.error(music.send("GET", "/locks/acquire/" + id)) == "Unable to aquire lock");
}

BOOST_AUTO_TEST_CASE(keys_with_a_dot_cannot_be_written_under_a_lock) {
  Fixture music;
  BOOST_TEST(music.insert("a.b", {{"status", "x"}}).at("status") == "FAILURE");
  BOOST_TEST(music.stored("a.b").is_null());
}

BOOST_AUTO_TEST_CASE(an_evicted_holder_is_told_success_and_loses) {
  Fixture music;
  music.insert("a", {{"status", "template"}, {"tries", 0}});
  Music& shared = music.music;
  sdk::HttpRequest request{"PUT", "/MUSIC/rest/v2" + music.rows + "?id=a", {{"Content-Type", "application/json"}}, ""};
  auto const claim = [&](std::string const& status, std::optional<Fault> const& fault) {
    auto mine = request;
    mine.body = json::serialize(json::object{
        {"values", {{"status", status}}}, {"conditions", {{"tries", 0}}}, {"consistencyInfo", {{"type", "atomic"}}}});
    return shared.answer(mine, fault).status;
  };
  Fault late;
  late.kind = Fault::Kind::late;
  int slow = 0, quick = 0;
  std::thread other([&] { slow = claim("slow", late); });
  while (shared.lock_queue_length("ks.plans.a") != 0 || quick == 0) quick = claim("quick", std::nullopt);
  other.join();
  BOOST_TEST(slow == 200);
  BOOST_TEST(quick == 200);
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_refused_as_the_service_does) {
  Fixture music;
  BOOST_TEST(
      music.error(music.send("PUT", music.rows + "?id=a", {{"values", {{"tries", 1}}}})).starts_with("NullPointer"));
  BOOST_TEST(music.error(music.update("a", {{"colour", 1}})) == "Invalid column name : colour");
  BOOST_TEST(music.error(music.send("PUT", music.rows, Fixture::body("atomic", {{"values", {{"tries", 1}}}})))
                 .starts_with("Mandatory WHERE clause"));
  BOOST_TEST(music.error(music.send("PUT", music.rows + "?id=a")).starts_with("Incomplete Request body"));
  BOOST_TEST(music.raw("GET", "/nowhere").status == 404);
  BOOST_TEST(
      music.error(music.send("GET", "/keyspaces/ks/tables/other/rows")).starts_with("Table information not found"));
  BOOST_TEST(
      music.error(music.send("POST", "/keyspaces/ks", Fixture::body("eventual", {{"replicationInfo", json::object{}}})))
          .starts_with("Already Exists Exception:"));
  sdk::HttpRequest text{"GET", "/MUSIC/rest/v2/version", {{"Accept", "text/plain"}}, ""};
  BOOST_TEST(music.music.answer(text).status == 406);
}

BOOST_AUTO_TEST_CASE(the_login_is_checked_where_the_filter_is_on) {
  Rules rules;
  rules.username = "u";
  rules.password = "p";
  Music music(rules);
  sdk::HttpRequest request{"POST", "/MUSIC/rest/v2/locks/create/a.b.c", {}, ""};
  BOOST_TEST(music.answer(request).status == 401);
  request.headers = {{"Authorization", "Basic dTpw"}};
  BOOST_TEST(music.answer(request).status == 200);
  BOOST_TEST(music.answer({"GET", "/MUSIC/rest/v2/version", {}, ""}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_snapshot_keeps_rows_and_ordinals) {
  Fixture music;
  music.insert("a", {{"status", "x"}});
  Music other;
  other.restore(json::parse(json::serialize(music.music.snapshot())));
  BOOST_TEST(other.row("ks", "plans", "a").at("status") == "x");
}

BOOST_AUTO_TEST_SUITE_END()
