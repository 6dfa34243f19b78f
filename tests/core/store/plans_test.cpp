// Plans over the memory store: creation, documents, lists, removal, history.
#include "core/store/document.hpp"
#include "core/store/rows.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;
using boost::json::object;

BOOST_AUTO_TEST_SUITE(plans)

BOOST_AUTO_TEST_CASE(a_created_plan_is_read_back_as_it_was_given) {
  World world;
  store::Plans plans(world.store, world.clock());
  auto wanted = new_plan("p1");
  wanted.timeout_s = 60;
  wanted.extras = object{{"solver", "optimal"}};
  auto const created = plans.create(world.call(), wanted);
  BOOST_REQUIRE(created.has_value());
  BOOST_TEST((created->outcome == store::Created::created));
  auto const plan = plans.get(world.call(), "p1");
  BOOST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->status == "template");
  BOOST_TEST(plan->name == "a plan");
  BOOST_TEST(plan->deadline_ms == world.clock().wall_ms() + 60'000);
  BOOST_TEST(*plans.document(world.call(), *plan, "template") == wanted.template_document);
  BOOST_TEST(*plans.document(world.call(), *plan, "extras") == wanted.extras);
  BOOST_TEST(plans.document(world.call(), *plan, "solution")->is_null());
  // What create returns is what the store holds.
  BOOST_TEST((created->plan.row.columns == plan->row.columns));
  BOOST_TEST((created->plan.row.version == plan->row.version));
}

BOOST_AUTO_TEST_CASE(a_second_plan_of_one_id_is_told_the_first) {
  World world;
  store::Plans plans(world.store, world.clock());
  BOOST_REQUIRE(plans.create(world.call(), new_plan("p1")).has_value());
  auto second = new_plan("p1");
  second.name = "another";
  auto const refused = plans.create(world.call(), second);
  BOOST_REQUIRE(refused.has_value());
  BOOST_TEST((refused->outcome == store::Created::exists));
  BOOST_TEST(refused->plan.name == "a plan");
}

BOOST_AUTO_TEST_CASE(a_document_of_eight_mebibytes_comes_back_whole) {
  World world;
  store::Plans plans(world.store, world.clock());
  boost::json::array rows;
  std::uint64_t noise = 1;
  for (std::size_t bytes = 0; bytes < (8U << 20U); bytes += 40) {
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    rows.push_back(object{{"id", std::to_string(noise)}, {"n", noise >> 11U}});
  }
  auto wanted = new_plan("p1");
  wanted.template_document = rows;
  auto const created = plans.create(world.call(), wanted);
  BOOST_REQUIRE(created.has_value());
  auto const back = plans.document(world.call(), created->plan, "template");
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((*back == wanted.template_document));
}

BOOST_AUTO_TEST_CASE(a_document_that_was_just_written_is_given_without_asking_the_store) {
  World world;
  store::Plans plans(world.store, world.clock());
  plans.keep_documents(1U << 20U);
  auto const wanted = new_plan("p1");
  auto const created = plans.create(world.call(), wanted);
  BOOST_REQUIRE(created.has_value());
  auto const asked = world.store.calls.load();
  auto const first = plans.shared_document(world.call(), created->plan, "template");
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(**first == wanted.template_document);
  BOOST_TEST(first->get() == plans.shared_document(world.call(), created->plan, "template")->get());
  BOOST_TEST(world.store.calls == asked);
  BOOST_TEST((*plans.shared_document(world.call(), created->plan, "solution"))->is_null());
  // Another process has to ask.
  store::Plans elsewhere(world.store, world.clock());
  BOOST_TEST(**elsewhere.shared_document(world.call(), created->plan, "template") == wanted.template_document);
  BOOST_TEST(world.store.calls == asked + 1);
}

BOOST_AUTO_TEST_CASE(plans_that_are_refused_add_nothing_to_what_is_kept_beyond_the_limit) {
  World world;
  store::Plans plans(world.store, world.clock());
  auto const wanted = new_plan("p1");
  plans.keep_documents(boost::json::serialize(wanted.template_document).size() * 8);  // room for one
  auto const created = plans.create(world.call(), wanted);
  BOOST_REQUIRE(created.has_value());
  for (int i = 0; i < 3; ++i) BOOST_TEST((plans.create(world.call(), wanted)->outcome == store::Created::exists));
  auto const asked = world.store.calls.load();
  BOOST_TEST(**plans.shared_document(world.call(), created->plan, "template") == wanted.template_document);
  BOOST_TEST(world.store.calls == asked + 1);
}

BOOST_AUTO_TEST_CASE(documents_are_kept_up_to_a_limit_the_latest_ones) {
  store::RecentDocuments recent;
  recent.limit(1000);
  auto const document = std::make_shared<boost::json::value const>("text");
  recent.keep("too large", document, 300);
  BOOST_TEST(!recent.find("too large"));
  for (auto const* generation : {"a", "b", "c"}) recent.keep(generation, document, 80);
  BOOST_TEST(recent.find("a"));
  recent.make_room();
  BOOST_TEST(!recent.find("a"));
  BOOST_TEST((recent.find("b") && recent.find("c")));
}

BOOST_AUTO_TEST_CASE(documents_are_compressed_only_when_that_pays) {
  auto const small = store::encode_document(object{{"a", 1}});
  BOOST_TEST(small == R"(j{"a":1})");
  auto const large = store::encode_document(object{{"a", std::string(10'000, 'x')}});
  BOOST_TEST(large.front() == 'z');
  BOOST_TEST(store::document_text_bytes(small) == 7U);
  BOOST_TEST(store::document_text_bytes(large) == 10'008U);
  BOOST_TEST(large.size() < 200U);
  BOOST_TEST(store::decode_document(large, "it")->at("a").as_string().size() == 10'000U);
}

BOOST_AUTO_TEST_CASE(a_document_nested_two_hundred_deep_is_read) {
  boost::json::value deep = 1;
  for (int i = 0; i < 200; ++i) deep = boost::json::array{std::move(deep)};
  BOOST_TEST((*store::decode_document(store::encode_document(deep), "it") == deep));
}

BOOST_AUTO_TEST_CASE(damaged_documents_are_refused_by_name) {
  auto bytes = store::encode_document(object{{"a", std::string(10'000, 'x')}});
  for (auto const& damaged :
       {std::string(), std::string("q{}"), std::string("j{"), bytes.substr(0, bytes.size() / 2)}) {
    auto const read = store::decode_document(damaged, "translation of plan p1");
    BOOST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().text.starts_with("translation of plan p1 cannot be read: "));
  }
}

BOOST_AUTO_TEST_CASE(a_removed_plan_is_gone_and_removing_it_again_says_so) {
  World world;
  store::Plans plans(world.store, world.clock());
  BOOST_REQUIRE(plans.create(world.call(), new_plan("p1")).has_value());
  BOOST_TEST(plans.remove(world.call(), "p1").has_value());
  BOOST_TEST((plans.get(world.call(), "p1").error().code == sdk::Errc::not_found));
  BOOST_TEST((plans.remove(world.call(), "p1").error().code == sdk::Errc::not_found));
}

BOOST_AUTO_TEST_CASE(plans_are_listed_oldest_first_in_pages) {
  World world;
  store::Plans plans(world.store, world.clock());
  for (auto const* id : {"c", "a", "b"}) {
    BOOST_REQUIRE(plans.create(world.call(), new_plan(id)).has_value());
    world.clock().advance(std::chrono::seconds(1));
  }
  auto const first = plans.list(world.call(), std::nullopt, 2);
  BOOST_REQUIRE(first.has_value());
  BOOST_REQUIRE(first->plans.size() == 2U);
  BOOST_TEST(first->plans[0].id == "c");
  BOOST_TEST(first->plans[1].id == "a");
  auto const second = plans.list(world.call(), first->cursor, 2);
  BOOST_REQUIRE(second->plans.size() == 1U);
  BOOST_TEST(second->plans[0].id == "b");
}

BOOST_AUTO_TEST_CASE(plans_of_a_status_are_listed_from_a_place_on) {
  World world;
  store::Plans plans(world.store, world.clock());
  for (int i = 0; i < 6; ++i) {
    auto const id = "p" + std::to_string(i);
    BOOST_REQUIRE(plans.create(world.call(), new_plan(id)).has_value());
    sdk::Expect expect;
    expect.columns["status"] = std::string("template");
    if (i % 2 == 0)
      world.store.update(world.call(), "plans", id, {{"status", std::string("done")}}, expect, sdk::random_id(),
                         sdk::Durability::full);
    world.clock().advance(std::chrono::milliseconds(10));
  }
  auto const done = plans.list(world.call(), "done", std::nullopt, 2);
  BOOST_REQUIRE(done.has_value());
  BOOST_REQUIRE(done->plans.size() == 2U);
  BOOST_TEST(done->plans[1].id == "p2");
  BOOST_TEST(done->cursor.has_value());
  BOOST_TEST((done->last == store::Plans::Place{done->plans[1].created_ms, "p2"}));
  auto const rest = plans.list(world.call(), "done", sdk::list_position(done->last.first, done->last.second), 2);
  BOOST_REQUIRE(rest->plans.size() == 1U);
  BOOST_TEST(rest->plans[0].id == "p4");
  BOOST_TEST(!rest->cursor);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_unavailable_and_named) {
  World world;
  store::Plans plans(world.store, world.clock());
  world.store.down = true;
  auto const read = plans.get(world.call(), "p1");
  BOOST_TEST((read.error().code == sdk::Errc::unavailable));
  BOOST_TEST(read.error().text == "cannot read plan p1: the store answers 'unavailable' (the test's store is down)");
}

BOOST_AUTO_TEST_CASE(the_history_keeps_the_last_sixty_four_transitions_and_counts_on) {
  sdk::TextList history;
  for (int i = 0; i < 70; ++i)
    history = store::with_transition(std::move(history), {.status = "solving", .owner = "w", .at_ms = i, .fencing = i});
  BOOST_REQUIRE(history.size() == 64U);
  BOOST_TEST(history.back() == R"({"seq":70,"status":"solving","at":69,"owner":"w","fencing":69})");
  BOOST_TEST(history.front() == R"({"seq":7,"status":"solving","at":6,"owner":"w","fencing":6})");
}

BOOST_AUTO_TEST_CASE(the_history_is_read_back_without_what_cannot_be_read) {
  auto history = store::with_transition({}, {.status = "template", .owner = {}, .at_ms = 7});
  history = store::with_transition(std::move(history), {.status = "translating", .owner = "w", .at_ms = 9});
  history.insert(history.begin(), "{");
  history.insert(history.begin(), R"({"seq": "1"})");
  auto const read = store::transitions_of(history);
  BOOST_REQUIRE(read.size() == 2U);
  BOOST_TEST(read[1].seq == 2);
  BOOST_TEST(read[1].at_ms == 9);
  BOOST_TEST(read[1].status == "translating");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(notifier)

namespace {

struct Heard {
  std::mutex mutex;
  std::vector<std::string> changed, removed;
  int looks = 0;
  store::Subscriber subscriber() {
    return {.changed =
                [this](sdk::Row const& row) {
                  std::lock_guard const lock(mutex);
                  changed.push_back(row.id + "/" + row.text("status"));
                },
            .removed =
                [this](std::string const& id) {
                  std::lock_guard const lock(mutex);
                  removed.push_back(id);
                },
            .look =
                [this] {
                  std::lock_guard const lock(mutex);
                  ++looks;
                }};
  }
  template <class T>
  T with_lock(T Heard::*member) {
    std::lock_guard const lock(mutex);
    return this->*member;
  }
};

// Plans on a store that cannot notify, and somebody who has been told to look for the first time.
struct LookedAt {
  World world;
  store::Plans plans;
  Heard heard;
  store::Notifier::Subscription subscription;

  explicit LookedAt(std::chrono::milliseconds longest_pause) : plans(world.store, world.clock(), longest_pause) {
    world.store.notifies = false;
    subscription = plans.notifier().subscribe("plans", heard.subscriber());
    BOOST_REQUIRE(eventually([&] { return heard.with_lock(&Heard::looks) > 0; }));
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(changes_of_this_process_are_told_at_once_and_once_without_a_read) {
  World world;
  store::Plans plans(world.store, world.clock());
  Heard heard;
  auto const subscription = plans.notifier().subscribe("plans", heard.subscriber());
  BOOST_REQUIRE(eventually([&] { return heard.with_lock(&Heard::looks) > 0; }));
  int const reads = world.store.reads;
  for (int i = 0; i < 50; ++i) {
    BOOST_REQUIRE(plans.create(world.call(), new_plan("p" + std::to_string(i))).has_value());
    BOOST_TEST(heard.with_lock(&Heard::changed).size() == static_cast<std::size_t>(i + 1));
  }
  // put_blob counts as a read of the decorator; nothing else may have been asked, and no echo follows.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  BOOST_TEST(world.store.reads - reads == 50);
  BOOST_TEST(heard.with_lock(&Heard::changed).size() == 50U);
}

BOOST_AUTO_TEST_CASE(changes_of_another_process_are_told_with_their_row) {
  World world;
  store::Plans here(world.store, world.clock()), there(world.store, world.clock());
  Heard heard;
  auto const subscription = here.notifier().subscribe("plans", heard.subscriber());
  BOOST_REQUIRE(eventually([&] { return heard.with_lock(&Heard::looks) > 0; }));
  BOOST_REQUIRE(there.create(world.call(), new_plan("p1")).has_value());
  BOOST_REQUIRE(eventually([&] { return heard.with_lock(&Heard::changed).size() == 1; }));
  BOOST_TEST(heard.with_lock(&Heard::changed).front() == "p1/template");
  BOOST_REQUIRE(there.remove(world.call(), "p1").has_value());
  BOOST_TEST(eventually([&] { return heard.with_lock(&Heard::removed).size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_notify_is_looked_at_with_growing_pauses) {
  LookedAt looked(std::chrono::seconds(2));
  auto& [world, plans, heard, subscription] = looked;
  BOOST_TEST(!plans.notifier().watching());
  BOOST_REQUIRE(eventually_with_time(world, [&] { return heard.with_lock(&Heard::looks) >= 12; }));
  int const looks = heard.with_lock(&Heard::looks);
  world.clock().advance(std::chrono::milliseconds(1900));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  BOOST_TEST(heard.with_lock(&Heard::looks) <= looks + 1);
  BOOST_TEST(eventually_with_time(world, [&] { return heard.with_lock(&Heard::looks) > looks; }));
}

BOOST_AUTO_TEST_CASE(the_shortest_of_all_pauses_counts_where_the_store_cannot_notify) {
  LookedAt looked(std::chrono::seconds(60));
  auto& [world, plans, patient, subscription] = looked;
  auto const looks = [&] { return patient.with_lock(&Heard::looks); };
  auto const looked_after = [&](std::chrono::milliseconds time, std::chrono::milliseconds wait) {
    auto const before = looks();
    world.clock().advance(time);
    return eventually([&] { return looks() > before; }, wait);
  };
  constexpr std::chrono::milliseconds surely{20'000}, hardly{30};
  // Pauses double up to the longest.
  auto const settle = [&] {
    for (int i = 0; i < 12; ++i) BOOST_TEST_REQUIRE(looked_after(std::chrono::minutes(2), surely));
  };
  settle();
  BOOST_TEST(!looked_after(std::chrono::seconds(50), hardly));
  {
    Heard hasty;
    auto to = hasty.subscriber();
    to.longest_pause = std::chrono::seconds(1);
    auto const other = plans.notifier().subscribe("messages", std::move(to));
    settle();
    BOOST_TEST(looked_after(std::chrono::milliseconds(1100), surely));
  }
  settle();
  BOOST_TEST(!looked_after(std::chrono::seconds(50), hardly));
  plans.notifier().set_longest_pause(std::chrono::seconds(1));
  settle();
  BOOST_TEST(looked_after(std::chrono::milliseconds(1100), surely));
}

BOOST_AUTO_TEST_CASE(an_ended_subscription_hears_nothing) {
  World world;
  store::Plans plans(world.store, world.clock());
  Heard heard;
  { auto const subscription = plans.notifier().subscribe("plans", heard.subscriber()); }
  auto const looks = heard.with_lock(&Heard::looks);
  BOOST_REQUIRE(plans.create(world.call(), new_plan("p1")).has_value());
  BOOST_TEST(heard.with_lock(&Heard::changed).empty());
  BOOST_TEST(heard.with_lock(&Heard::looks) == looks);
}

BOOST_AUTO_TEST_SUITE_END()
