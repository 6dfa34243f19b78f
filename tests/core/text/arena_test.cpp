// Memory of documents: values move inside it without a copy, it outlives whoever made it, and readers may copy at once.
#include "core/text/arena.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace conductor::text::test {

namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(arena)

namespace {

// Longer than what a value keeps inside itself.
std::string const text(100, 'x');

}  // namespace

BOOST_AUTO_TEST_CASE(values_of_one_arena_move_without_a_copy) {
  auto const storage = make_arena();
  json::object inner(storage), outer(storage);
  inner["text"] = text;
  auto const* const place = inner.at("text").as_string().data();
  outer.emplace("inner", std::move(inner));
  json::value const document(std::move(outer));
  BOOST_TEST(static_cast<void const*>(document.at("inner").at("text").as_string().data()) == place);
}

BOOST_AUTO_TEST_CASE(the_memory_lives_as_long_as_a_value_in_it) {
  std::optional<json::value> part;
  {
    json::object document(make_arena());
    for (int i = 0; i < 1000; ++i) document[std::to_string(i)] = text;
    part.emplace(document.at("999"));
  }
  BOOST_TEST((part->as_string() == text));
}

BOOST_AUTO_TEST_CASE(a_value_larger_than_any_block_has_a_place) {
  std::string const large(10'000'000, 'y');
  json::string const kept(large, make_arena());
  BOOST_TEST((kept == large));
}

BOOST_AUTO_TEST_CASE(readers_copy_parts_side_by_side) {
  json::array list(make_arena());
  for (int i = 0; i < 100; ++i) list.emplace_back(json::object{{"number", i}, {"text", text}});
  json::value const document(std::move(list));
  std::vector<json::value> copies;
  copies.resize(4);
  {
    std::vector<std::jthread> readers;
    for (auto& copy : copies)
      readers.emplace_back([&document, &copy] {
        for (int round = 0; round < 100; ++round) {
          // The copy takes its memory from the document's arena.
          json::value const mine(document);
          if (mine == document) copy = round;
        }
      });
  }
  for (auto const& copy : copies) BOOST_TEST(copy == 99);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::text::test
