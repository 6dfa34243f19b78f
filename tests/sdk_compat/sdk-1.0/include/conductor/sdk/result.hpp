// Result<T>: a value or an Error. Errors tell the host what to do (code) and the operator what happened (text).
#pragma once
#include <boost/system/result.hpp>
#include <boost/throw_exception.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace conductor::sdk {

// unavailable, timed_out: retried inside the deadline. conflict: someone else won, read again. not_found: a normal
// answer. denied: an operator must act. invalid: bad data. unsupported: configuration. cancelled: the stop token fired.
// internal: our bug.
enum class Errc { unavailable, timed_out, conflict, not_found, denied, invalid, unsupported, cancelled, internal };

constexpr std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::unavailable:
      return "unavailable";
    case Errc::timed_out:
      return "timed_out";
    case Errc::conflict:
      return "conflict";
    case Errc::not_found:
      return "not_found";
    case Errc::denied:
      return "denied";
    case Errc::invalid:
      return "invalid";
    case Errc::unsupported:
      return "unsupported";
    case Errc::cancelled:
      return "cancelled";
    case Errc::internal:
      return "internal";
  }
  return "internal";
}

// The code with this name; `internal` for a name that is none.
constexpr Errc errc_from(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code)
    if (to_string(static_cast<Errc>(code)) == name) return static_cast<Errc>(code);
  return Errc::internal;
}

struct Error {
  Errc code = Errc::internal;
  // Names the object, the value seen, the value expected and the remedy.
  std::string text;
  Error() = default;
  Error(Errc c, std::string t) : code(c), text(std::move(t)) {}
  bool operator==(Error const&) const = default;
};

// What Result<T>::value() throws when there is none.
class ErrorException : public std::runtime_error {
 public:
  explicit ErrorException(Error error) : std::runtime_error(error.text), error_(std::move(error)) {}
  Error const& error() const noexcept { return error_; }

 private:
  Error error_;
};

[[noreturn]] inline void throw_exception_from_error(Error const& error, boost::source_location const&) {
  throw ErrorException(error);
}

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace conductor::sdk
