// Every case of the corpus: the problems that are found, their places and their texts.
#include "tests/corpus/case.hpp"

#include "services/api/plan_request.hpp"
#include "services/controller/translate.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace conductor;
using namespace conductor::tests::corpus;
namespace controller = conductor::services::controller;
namespace api = conductor::services::api;

namespace {

std::vector<Case> const& template_cases() {
  static auto const cases = read_cases(CONDUCTOR_CORPUS "/templates");
  return cases;
}
std::vector<Case> const& request_cases() {
  static auto const cases = read_cases(CONDUCTOR_CORPUS "/requests");
  return cases;
}

text::Problems problems_of(Case const& one) {
  controller::Input input;
  if (one.text) {
    auto document = text::read_json_or_yaml(*one.text);
    if (!document.ok()) return document.problems();
    input.document = std::move(document.root);
  } else {
    input.document = text::from_json(one.document);
  }
  input.files = {{"file:///srv/templates/flavor.yaml", "a text"}, {"file:///srv/other/flavor.yaml", "another"}};
  input.plan_id = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";
  input.known.providers = {"aai", "file", "generator"};
  input.known.controllers = {"sdnc", "multicloud"};
  input.known.strategies = {"optimal", "fit_first"};
  input.known.gazetteer = gazetteer::Gazetteer::bundled().value();
  auto const translation = controller::translate(input, nullptr);
  BOOST_REQUIRE(translation.has_value());
  return translation->errors;
}

std::string shown(text::Problems const& problems) {
  std::string out;
  for (auto const& problem : problems) out += "\n    [\"" + problem.pointer + "\", \"" + problem.message + "\"]";
  return out;
}

void check(Case const& one) {
  auto const found = problems_of(one);
  BOOST_TEST(found.size() == one.problems.size(), one.problems.size() << " problems expected, found:" << shown(found));
  if (found.size() != one.problems.size()) return;
  for (std::size_t i = 0; i < found.size(); ++i) {
    BOOST_TEST(found[i].pointer == one.problems[i].pointer, "pointer" << shown(found));
    BOOST_TEST(matches(one.problems[i].says, found[i].message),
               "expected \"" << one.problems[i].says << "\", found \"" << found[i].message << "\"");
  }
  if (one.line != 0) BOOST_TEST(found.at(0).line == one.line, found.at(0).line << " is not the line");
  if (one.column != 0) BOOST_TEST(found.at(0).column == one.column, found.at(0).column << " is not the column");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(corpus)

BOOST_AUTO_TEST_CASE(patterns_match_with_stars) {
  BOOST_TEST(matches("a*c*", "abcd"));
  BOOST_TEST(matches("*", ""));
  BOOST_TEST(matches("abc", "abc"));
  BOOST_TEST(!matches("a*d", "abc"));
  BOOST_TEST(!matches("abc", "abcd"));
}

BOOST_AUTO_TEST_CASE(every_faulty_template_is_refused_at_its_place_with_its_message) {
  for (auto const& one : template_cases()) BOOST_TEST_CONTEXT(one.file << ": " << one.title) check(one);
}

BOOST_AUTO_TEST_CASE(every_faulty_request_is_refused_with_its_message) {
  for (auto const& one : request_cases()) BOOST_TEST_CONTEXT(one.file << ": " << one.title) {
      auto const body = one.text ? *one.text : boost::json::serialize(one.document);
      auto const read = api::read_plan_request(body, {}, {});
      auto const said = read ? "" : read.error().text;
      BOOST_TEST(matches(one.problems.empty() ? "" : one.problems[0].says, said),
                 "expected \"" << (one.problems.empty() ? "" : one.problems[0].says) << "\", found \"" << said << "\"");
    }
}

BOOST_AUTO_TEST_CASE(there_are_at_least_300_faulty_cases_and_no_title_twice) {
  std::size_t faulty = 0;
  std::set<std::string> titles;
  for (auto const* cases : {&template_cases(), &request_cases()})
    for (auto const& one : *cases) {
      if (!one.problems.empty()) ++faulty;
      BOOST_TEST(titles.insert(one.file + ": " + one.title).second, one.file << " has twice: " << one.title);
    }
  BOOST_TEST(faulty >= 300U);
}

BOOST_AUTO_TEST_SUITE_END()
