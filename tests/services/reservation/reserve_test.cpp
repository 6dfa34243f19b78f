// What a solved plan comes to: done without reservations, a clear error with them.
#include "services/reservation/reserve.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;
using boost::json::array;
using boost::json::object;
using boost::json::value;
namespace reservation = services::reservation;

namespace {

// The data role's answer to `describe`.
class Gateway final : public rpc::Bus {
 public:
  explicit Gateway(sdk::Result<value> answer) : answer_(std::move(answer)) {}
  void serve(std::string, std::string, rpc::Method) override {}
  sdk::Result<value> call(sdk::Call const&, std::string const& topic, std::string const& method, value) override {
    asked += topic + "." + method;
    return answer_;
  }
  std::string asked;

 private:
  sdk::Result<value> answer_;
};

value translation(object reservations) {
  return object{{"conductor_solver", object{{"reservations", std::move(reservations)}}}};
}

value const asking = translation({{"service_model", "ADIOD"},
                                  {"demands", object{{"hold_a", object{{"name", "hold"}, {"demands", "a"}}},
                                                     {"hold_b", object{{"name", "hold"}, {"demands", "b"}}}}}});

sdk::Result<workflow::Finish> handle(Gateway& gateway, value const& translated) {
  World world;
  store::Plans plans(world.store, world.clock());
  auto plan = plans.create(world.call(), new_plan("p1"))->plan;
  plan.row.columns["translation"] = *plans.put_document(world.call(), "p1", "translation", translated);
  reservation::Reserve reserve(plans, gateway);
  return reserve.handle(world.call(), plan);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reserve)

BOOST_AUTO_TEST_CASE(a_plan_without_reservations_is_done_and_nobody_is_asked) {
  Gateway gateway{value(object())};
  for (auto const& translated :
       {translation({}), translation({{"counter", 0}, {"demands", object{}}}), value(object{})}) {
    auto const finish = handle(gateway, translated);
    BOOST_REQUIRE(finish.has_value());
    BOOST_TEST(finish->status == "done");
  }
  BOOST_TEST(gateway.asked.empty());
}

BOOST_AUTO_TEST_CASE(what_the_solver_noted_is_still_said_at_the_end) {
  Gateway gateway{value(object())};
  World world;
  store::Plans plans(world.store, world.clock());
  auto plan = plans.create(world.call(), new_plan("p1"))->plan;
  reservation::Reserve reserve(plans, gateway);
  auto const message = [&](char const* type, value const& solution) {
    value const translated = object{
        {"conductor_solver", object{{"constraints", object{{"room_a", object{{"name", "room"}, {"type", type}}}}}}}};
    plan.row.columns["translation"] = *plans.put_document(world.call(), "p1", "translation", translated);
    plan.row.columns["solution"] = *plans.put_document(world.call(), "p1", "solution", solution);
    return reserve.handle(world.call(), plan)->message;
  };
  value const noted = object{{"notes", array{"room was not checked", "nor was bandwidth"}}};
  for (auto const* type : {"vim_fit", "instance_fit", "region_fit"})
    BOOST_TEST(message(type, noted) == "room was not checked; nor was bandwidth");
  BOOST_TEST(message("vim_fit", object()) == "");
  BOOST_TEST(message("zone", noted) == "");
}

BOOST_AUTO_TEST_CASE(reservations_without_a_controller_end_in_an_error_that_names_the_remedy) {
  Gateway gateway{value(object{{"service_controllers", array{}}})};
  auto const finish = handle(gateway, asking);
  BOOST_REQUIRE(!finish.has_value());
  BOOST_TEST((finish.error().code == sdk::Errc::unsupported));
  BOOST_TEST(finish.error().text ==
             "Plan p1 asks for reservations (hold), but no service controller is configured; name one in "
             "[service_controller] extensions, or leave the section reservations out of the template");
  BOOST_TEST(gateway.asked == "data.describe");
}

BOOST_AUTO_TEST_CASE(reservations_with_a_controller_are_refused_by_name) {
  Gateway gateway{value(object{{"service_controllers", array{"sdnc"}}})};
  auto const finish = handle(gateway, asking);
  BOOST_REQUIRE(!finish.has_value());
  BOOST_TEST(finish.error().text.find("sdnc is configured") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_silent_data_role_is_asked_again_later) {
  Gateway gateway{sdk::Error{sdk::Errc::timed_out, "nobody answered data.describe"}};
  BOOST_TEST((handle(gateway, asking).error().code == sdk::Errc::timed_out));
}

BOOST_AUTO_TEST_SUITE_END()
