// Bytes that go to etcd and come from it: base64, keys, requests, replies, records. No sockets.
#include "cache.hpp"
#include "change.hpp"
#include "conductor/sdk/base64.hpp"
#include "failure.hpp"
#include "keys.hpp"
#include "record.hpp"
#include "wire.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::plugins::etcd;
using sdk::base64;
using sdk::from_base64;
using sdk::Outcome;

namespace {

boost::json::value parsed(std::string_view text) { return *json_of(text); }

}  // namespace

BOOST_AUTO_TEST_SUITE(etcd_wire)

BOOST_AUTO_TEST_CASE(base64_is_padded_and_of_the_standard_alphabet) {
  BOOST_TEST(base64("") == "");
  BOOST_TEST(base64("m") == "bQ==");
  BOOST_TEST(base64("w0") == "dzA=");
  BOOST_TEST(base64("foo") == "Zm9v");
  BOOST_TEST(base64("\xFB\xEF\xFF") == "++//");
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  for (std::size_t length = 250; length <= every.size(); ++length)
    BOOST_TEST((from_base64(base64(every.substr(0, length))) == every.substr(0, length)));
  for (std::string_view const bad : {"Zg", "Zg=", "Z===", "Z=g=", "-_==", "Zg==Zg==", "====", "Zm9v\n"})
    BOOST_TEST(!from_base64(bad), bad << " is no base64");
}

BOOST_AUTO_TEST_CASE(keys_sort_as_times_and_ids_do_and_can_be_read_back) {
  Keys const keys("conductor/v1/");
  BOOST_TEST(keys.row("plans", "a/b c") == "conductor/v1/r/plans/a/b c");
  BOOST_TEST((keys.row_of("conductor/v1/r/plans/a/b c") == std::pair<std::string, std::string>("plans", "a/b c")));
  BOOST_TEST(!keys.row_of("conductor/v1/i/plans/x"));
  auto const list = keys.list(sdk::tables::plans, {{"status", "not found"}});
  BOOST_TEST(list == "conductor/v1/i/plans/not%20found/");
  BOOST_TEST(end_of(list) == "conductor/v1/i/plans/not%20found0");
  auto const place = Keys::place(list, 1764201600123, "4b1c");
  BOOST_TEST(place == "conductor/v1/i/plans/not%20found/00001764201600123/4b1c");
  BOOST_TEST(Keys::id_in(place, list) == "4b1c");
  BOOST_TEST(Keys::place(list, 999, "z") < Keys::place(list, 1000, "a"));
  BOOST_TEST(keys.list(sdk::tables::plans, {}) == "conductor/v1/a/plans/");
  BOOST_TEST(keys.list(sdk::tables::messages, {{"topic", "data"}, {"status", ""}}) == "conductor/v1/i/messages/data//");
  sdk::BlobKey const document{"plans", "a/b", "template"};
  BOOST_TEST(Keys::part(keys.document(document, "g"), 7) == "conductor/v1/b/plans/a%2Fb/template/g/0007");
  auto const loose = keys.loose_of(keys.loose(1234, document, "g-1"));
  BOOST_REQUIRE(loose.has_value());
  BOOST_TEST(loose->since_ms == 1234);
  BOOST_TEST(loose->document.id == "a/b");
  BOOST_TEST(loose->generation == "g-1");
  BOOST_TEST(!keys.loose_of("conductor/v1/g/12x/plans/a/template/g"));
  BOOST_TEST(!keys.loose_of("conductor/v1/g/12/plans/a%4/template/g"));
}

BOOST_AUTO_TEST_CASE(requests_are_written_as_the_gateway_reads_them) {
  Transaction claim;
  claim.compares = {
      {Compare::Target::mod, "foo", 2}, {Compare::Target::version, "m", 0}, {Compare::Target::lease, "m", 7}};
  claim.success = {put("foo", "bar2"), put("m", "", 880017), erase("foo"), erase("w/", "w0")};
  claim.failure = {read("foo"), read("foo", 13)};
  BOOST_TEST(body_of(claim) ==
             R"({"compare":[{"key":"Zm9v","result":"EQUAL","target":"MOD","mod_revision":"2"},)"
             R"({"key":"bQ==","result":"EQUAL","target":"VERSION","version":"0"},)"
             R"({"key":"bQ==","result":"EQUAL","target":"LEASE","lease":"7"}],)"
             R"("success":[{"request_put":{"key":"Zm9v","value":"YmFyMg=="}},)"
             R"({"request_put":{"key":"bQ==","value":"","lease":"880017"}},)"
             R"({"request_delete_range":{"key":"Zm9v"}},{"request_delete_range":{"key":"dy8=","range_end":"dzA="}}],)"
             R"("failure":[{"request_range":{"key":"Zm9v"}},{"request_range":{"key":"Zm9v","revision":"13"}}]})");
  Range page;
  page.key = "m";
  page.end = "n";
  page.limit = 3;
  page.keys_only = true;
  BOOST_TEST(body_of(page) == R"({"key":"bQ==","range_end":"bg==","limit":"3","keys_only":true})");
  BOOST_TEST(watch_body("w/", 14, true) ==
             R"({"create_request":{"key":"dy8=","range_end":"dzA=","start_revision":"14","filters":["NOPUT"]}})");
}

BOOST_AUTO_TEST_CASE(members_left_out_of_replies_have_their_defaults) {
  auto const absent = ranged_of(parsed(R"({"header":{"revision":"5"}})"));
  BOOST_REQUIRE(absent.has_value());
  BOOST_TEST(absent->revision == 5);
  BOOST_TEST(absent->pairs.empty());
  BOOST_TEST(!absent->more);
  auto const one = ranged_of(parsed(
      R"({"header":{"revision":"3"},"kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"3","version":"1"}],"more":true,"count":"128"})"));
  BOOST_REQUIRE(one.has_value());
  BOOST_TEST(one->pairs.at(0).key == "foo");
  BOOST_TEST(one->pairs.at(0).value == "");
  BOOST_TEST(one->pairs.at(0).mod == 3);
  BOOST_TEST(one->count == 128);
  auto const refused = transacted_of(parsed(
      R"({"header":{"revision":"4"},"responses":[{"response_range":{"kvs":[{"key":"Zm9v"}]}},{"response_range":{}}]})"));
  BOOST_REQUIRE(refused.has_value());
  BOOST_TEST(!refused->succeeded);
  BOOST_TEST(refused->answers.size() == 2U);
  BOOST_TEST(refused->answers[0].pairs.size() == 1U);
  BOOST_TEST(refused->answers[1].pairs.empty());
  BOOST_TEST(!transacted_of(parsed(R"({"health":"true"})")));
  BOOST_TEST(!ranged_of(parsed(R"({"header":{"revision":"3"},"kvs":[{"key":"not base64"}]})")));
}

BOOST_AUTO_TEST_CASE(frames_of_a_watch_are_understood) {
  auto const events = frame_of(
      R"({"result":{"header":{"revision":"17"},"events":[{"kv":{"key":"dy9h","mod_revision":"16","version":"2"}},{"type":"DELETE","kv":{"key":"dy9h","mod_revision":"17"}}]}})");
  BOOST_REQUIRE(events.has_value());
  BOOST_TEST(events->events.size() == 2U);
  BOOST_TEST(!events->events[0].removal);
  BOOST_TEST(events->events[1].removal);
  BOOST_TEST(events->events[1].pair.mod == 17);
  auto const compacted = frame_of(R"({"result":{"canceled":true,"compact_revision":"16"}})");
  BOOST_TEST((compacted && compacted->canceled && compacted->compact_revision == 16));
  auto const denied = frame_of(
      R"({"result":{"watch_id":"-1","created":true,"canceled":true,"cancel_reason":"rpc error: code = Unauthenticated desc = x"}})");
  BOOST_REQUIRE(denied.has_value());
  BOOST_TEST((meaning_of_reason(denied->trouble).verdict == Verdict::login));
  auto const leaderless = frame_of(
      R"({"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader","http_status":"Service Unavailable"}})");
  BOOST_TEST((leaderless && leaderless->canceled && leaderless->trouble == "etcdserver: no leader"));
  BOOST_TEST(!frame_of("<html>"));
  BOOST_TEST(!frame_of("[]"));
}

BOOST_AUTO_TEST_CASE(failures_are_told_apart_by_their_words) {
  struct Case {
    int status;
    std::string_view body;
    Verdict verdict;
    Outcome outcome;
  };
  for (auto const& [status, body, verdict, outcome] :
       {Case{200, "{}", Verdict::done, Outcome::ok},
        Case{503, R"({"error":"etcdserver: request timed out","code":14})", Verdict::doubtful, Outcome::unavailable},
        Case{500, R"({"error":"context deadline exceeded","code":2})", Verdict::doubtful, Outcome::unavailable},
        Case{504, R"({"error":"context deadline exceeded","code":4})", Verdict::doubtful, Outcome::unavailable},
        Case{503, R"({"message":"etcdserver: leader changed","code":14})", Verdict::doubtful, Outcome::unavailable},
        Case{503, R"({"message":"etcdserver: no leader","code":14})", Verdict::elsewhere, Outcome::unavailable},
        Case{400, R"({"message":"etcdserver: request is too large","code":3})", Verdict::refused, Outcome::too_large},
        Case{429, R"x({"message":"grpc: received message larger than max (2098194 vs. 2097152)","code":8})x",
             Verdict::refused, Outcome::too_large},
        Case{429, R"({"message":"etcdserver: mvcc: database space exceeded","code":8})", Verdict::refused,
             Outcome::no_space},
        Case{429, R"({"message":"etcdserver: too many requests","code":8})", Verdict::elsewhere, Outcome::unavailable},
        Case{400, R"({"message":"etcdserver: mvcc: required revision has been compacted","code":11})",
             Verdict::compacted, Outcome::unavailable},
        Case{404, R"({"message":"etcdserver: requested lease not found","code":5})", Verdict::no_lease,
             Outcome::conflict},
        Case{412, R"({"message":"etcdserver: lease already exists","code":9})", Verdict::taken, Outcome::exists},
        Case{400, R"({"message":"etcdserver: duplicate key given in txn request","code":3})", Verdict::refused,
             Outcome::invalid},
        Case{400, R"({"message":"etcdserver: user name is empty","code":3})", Verdict::login, Outcome::auth},
        Case{401, R"({"message":"etcdserver: invalid auth token","code":16})", Verdict::login, Outcome::auth},
        Case{403, R"({"message":"etcdserver: permission denied","code":7})", Verdict::refused, Outcome::auth},
        Case{400, "CommonName of client sending a request against gateway will be ignored and not used as expected\n",
             Verdict::refused, Outcome::auth},
        Case{404, "404 page not found\n", Verdict::refused, Outcome::unavailable},
        Case{502, "<html>bad gateway</html>", Verdict::doubtful, Outcome::unavailable}}) {
    auto const meaning = meaning_of(status, body);
    BOOST_TEST((meaning.verdict == verdict), body);
    BOOST_TEST((meaning.outcome == outcome), body);
  }
  BOOST_TEST(meaning_of(429, R"({"message":"database space exceeded"})").text.find("disarm") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(operations_tell_how_long_ago_they_were) {
  std::string ops;
  for (int i = 0; i < 35; ++i) ops = with_op(ops, "op" + std::to_string(i));
  BOOST_TEST((op_age(ops, "op34") == 0));
  BOOST_TEST((op_age(ops, "op3") == 31));
  BOOST_TEST(!op_age(ops, "op2"));
  BOOST_TEST(!op_age(ops, "op"));
  BOOST_TEST(with_op("", "a") == "a");
  auto const removal = removal_of(text_of({7, "b a"}));
  BOOST_TEST(removal.number == 7);
  BOOST_TEST(removal.ops == "b a");
}

BOOST_AUTO_TEST_CASE(records_come_back_equal_and_keep_columns_of_newer_programs) {
  Record record{5, 6, "op", {}};
  record.set(*sdk::tables::plans.column("name"), std::string("n"));
  record.set(*sdk::tables::plans.column("timeout"), INT64_MIN);
  record.set(*sdk::tables::plans.column("history"), sdk::TextList{"a", ""});
  record.columns["of_tomorrow"] = 1;
  auto back = decode(encode(record));
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST(back->columns == record.columns);
  BOOST_TEST(back->updated_ms == 6);
  record.set(*sdk::tables::plans.column("name"), std::string());
  BOOST_TEST(!record.columns.contains("name"));
  record.set(*sdk::tables::plans.column("message"), std::string(100'000, 'x'));
  auto const packed = encode(record);
  BOOST_TEST(packed.size() < 2000U);
  BOOST_REQUIRE(decode(packed).has_value());
  BOOST_TEST(decode(packed)->text("message").size() == 100'000U);
  for (std::size_t i = 0; i < packed.size(); i += 7) {
    auto damaged = packed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    auto const read = decode(damaged);
    BOOST_TEST((!read || read->columns == record.columns));
  }
  for (std::string_view const bad : {"", "{", "{}", "[]", R"({"created":1,"updated":2,"ops":"x"})",
                                     R"({"created":"1","updated":2,"ops":"x","columns":{}})"})
    BOOST_TEST(!decode(bad), bad);
}

BOOST_AUTO_TEST_CASE(rows_seen_last_are_remembered_the_newest_of_each_and_not_without_end) {
  Cache cache;
  auto const at = [](std::int64_t mod, std::size_t size = 1) {
    return Stored{std::string(size, 'x'), 1, mod, mod, 0, {}};
  };
  cache.put("a", at(2), {});
  cache.put("a", at(1), {});
  BOOST_REQUIRE(cache.find("a").has_value());
  BOOST_TEST(cache.find("a")->row.mod == 2);
  cache.put("a", Stored{}, {});
  BOOST_TEST(!cache.find("a"));
  cache.put("a", at(2), {});
  cache.put("a", at(3, 1U << 20U), {});
  BOOST_TEST(!cache.find("a"), "a row too long to be kept drops what was known before");
  std::size_t kept = 0;
  for (int i = 0; i < 3000; ++i) cache.put(std::to_string(i), at(1, 4000), {});
  for (int i = 0; i < 3000; ++i) kept += cache.find(std::to_string(i)) ? 1 : 0;
  BOOST_TEST(kept == (4U << 20U) / 4000U);
  BOOST_TEST(cache.find("2999").has_value());
  cache.drop("2999");
  cache.drop("2999");
  BOOST_TEST(!cache.find("2999"));
}

BOOST_AUTO_TEST_SUITE_END()
