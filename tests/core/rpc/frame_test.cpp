// Frames of direct calls: what is written is read, in whatever pieces it comes; what is no frame is refused.
#include "core/rpc/frame.hpp"

#include "core/rpc/channel.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using boost::json::object;
using boost::json::value;

BOOST_AUTO_TEST_SUITE(frames)

BOOST_AUTO_TEST_CASE(frames_come_back_byte_by_byte_and_all_at_once) {
  std::vector<object> const sent{
      {{"kind", "ping"}, {"id", "1"}}, {}, {{"kind", "x"}, {"text", std::string(70'000, 'x')}}};
  std::string bytes;
  for (auto const& frame : sent) bytes += *rpc::encode_frame(frame);
  for (std::size_t const step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    rpc::FrameReader reader;
    std::vector<object> got;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(std::string_view(bytes).substr(at, step));
      while (true) {
        auto frame = reader.next();
        BOOST_REQUIRE(frame.has_value());
        if (!*frame) break;
        got.push_back(**frame);
      }
    }
    BOOST_TEST((got == sent), "pieces of " << step);
  }
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_too_long_is_refused_by_its_length_alone) {
  rpc::FrameReader reader(1000);
  reader.feed(std::string_view("\x00\x00\x03\xe9", 4));
  auto const frame = reader.next();
  BOOST_REQUIRE(!frame.has_value());
  BOOST_TEST(frame.error().text == "a frame of 1001 bytes was announced, allowed are 1000");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_object_is_refused) {
  for (std::string const text : {"[1]", "nonsense", "{\"a\":1", "{} {}", ""}) {
    rpc::FrameReader reader;
    reader.feed(std::string(3, '\0') + static_cast<char>(text.size()) + text);
    BOOST_TEST(!reader.next().has_value(), text);
  }
  // As deep as documents may be, and no deeper.
  for (std::size_t const depth : {std::size_t{400}, std::size_t{100'000}}) {
    auto const text = "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    std::string header(4, '\0');
    for (std::size_t i = 0; i < 4; ++i) header[i] = static_cast<char>((text.size() >> (24 - 8 * i)) & 0xffU);
    rpc::FrameReader reader;
    reader.feed(header + text);
    BOOST_TEST(reader.next().has_value() == (depth == 400));
  }
}

BOOST_AUTO_TEST_CASE(answers_and_errors_keep_what_they_are) {
  for (auto const& answer : {value(nullptr), value(object{}), value(1.5), value(object{{"a", {1, 2}}})}) {
    auto const back = rpc::read_answer(rpc::answer_frame("id", answer));
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((*back == answer));
  }
  sdk::Error const denied{sdk::Errc::denied, "no: really"};
  BOOST_TEST((rpc::read_answer(rpc::answer_frame("id", denied)).error() == denied));
  BOOST_TEST((rpc::read_answer({{"status", "future"}}).error().code == sdk::Errc::internal));
}

BOOST_AUTO_TEST_CASE(addresses_are_read_and_written) {
  for (std::string const text : {"unix:/var/lib/conductor/rpc/1.sock", "host.example:8200", "[2001:db8::1]:1"}) {
    auto const address = rpc::read_address(text);
    BOOST_REQUIRE_MESSAGE(address.has_value(), text);
    BOOST_TEST(address->text() == text);
  }
  for (std::string const text : {"", "host", "host:", ":1", "host:x", "host:70000", "2001:db8::1:80", "unix:", "[]:1"})
    BOOST_TEST(!rpc::read_address(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
