#include "services/api/list_query.hpp"

#include "core/model/status.hpp"
#include "services/api/plan_request.hpp"
#include "services/api/request_values.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace conductor::services::api {

namespace {

namespace status = model::status;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Takes the parts of a date-time off the front of a text, one after the other.
class Moment {
 public:
  explicit Moment(std::string_view text) : rest_(text) {}

  std::optional<std::int64_t> milliseconds() {
    using namespace std::chrono;
    auto const year_number = digits(4), month_number = after('-', 2), day_number = after('-', 2);
    bool const separated = take('T') || take('t');
    auto const hour = digits(2), minute = after(':', 2), second = after(':', 2);
    if (!good_ || !separated) return std::nullopt;
    auto const fraction = fraction_ms();
    auto const offset = offset_minutes();
    year_month_day const date{year(year_number), month(static_cast<unsigned>(month_number)),
                              day(static_cast<unsigned>(day_number))};
    // 60 is the leap second, which the clock of 1970 does not know: the first moment after it.
    if (!good_ || !rest_.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    auto const at = sys_days(date) + hours(hour) + minutes(minute - offset) + seconds(second);
    return duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count() + fraction;
  }

 private:
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  int digits(std::size_t count) {
    auto const part = rest_.substr(0, count);
    good_ = good_ && part.size() == count && all_digits(part);
    if (!good_) return 0;
    rest_.remove_prefix(count);
    return number_in<int>(part).value_or(0);
  }
  int after(char separator, std::size_t count) {
    good_ = take(separator) && good_;
    return digits(count);
  }
  // Finer than a millisecond is cut off.
  std::int64_t fraction_ms() {
    if (!take('.')) return 0;
    auto const count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    good_ = good_ && count > 0;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 3; ++i) value = value * 10 + (i < count ? rest_[i] - '0' : 0);
    rest_.remove_prefix(count);
    return value;
  }
  int offset_minutes() {
    if (take('Z') || take('z')) return 0;
    bool const west = take('-');
    if (!west && !take('+') && !take(' ')) good_ = false;
    auto const hour = digits(2), minute = after(':', 2);
    good_ = good_ && hour <= 23 && minute <= 59;
    return (west ? -1 : 1) * (hour * 60 + minute);
  }

  std::string_view rest_;
  bool good_ = true;
};

// Reads the parameters one by one and remembers what is wrong with them.
class Reader {
 public:
  Reader(http::Request const& request, ListQuery& query) : request_(request), query_(query) {}

  std::string read() {
    if (auto const* text = single("limit")) limit(*text);
    if (auto const* text = single("marker")) marker(*text);
    if (auto const* text = single("name")) name(*text);
    if (auto const* text = single("since")) since(*text);
    if (auto const* text = single("sort")) sort(*text);
    for (auto const& [key, value] : request_.query)
      if (key == "status") add_status(value);
    return wrong_;
  }

 private:
  // A parameter may be wrong thousands of times; the reply stays short.
  void wrong(std::string_view parameter, std::string const& expected, std::string_view got) {
    if (wrong_.size() > 1000) return;
    if (!wrong_.empty()) wrong_ += "; ";
    wrong_.append("Query parameter ").append(parameter).append(" must be ").append(expected);
    wrong_.append(", got ").append(echo_text(got));
  }
  // Null: not given.
  std::string const* single(std::string_view name) {
    std::string const* found = nullptr;
    for (auto const& [key, value] : request_.query) {
      if (key != name) continue;
      if (found != nullptr && *found != value) wrong(name, "given once", value);
      if (found == nullptr) found = &value;
    }
    return found;
  }
  void limit(std::string_view text) {
    auto const number = all_digits(text) ? number_in<std::size_t>(text) : std::nullopt;
    if (number && *number >= 1 && *number <= largest_page)
      query_.limit = *number;
    else
      wrong("limit", "a number from 1 to " + std::to_string(largest_page), text);
  }
  void marker(std::string_view text) {
    if (is_uuid(text))
      query_.marker = lower(text);
    else
      wrong("marker", "the id of a plan", text);
  }
  void name(std::string_view text) {
    if (is_printable(text))
      query_.name = text;
    else
      wrong("name", "1 to 255 printable characters", text);
  }
  void since(std::string_view text) {
    query_.since_ms = read_moment(text);
    if (!query_.since_ms)
      wrong("since", "milliseconds since 1970 or a date and time such as 2026-11-28T16:30:00Z", text);
  }
  void sort(std::string_view text) {
    query_.newest_first = text == "-created";
    if (!query_.newest_first && text != "created") wrong("sort", "created or -created", text);
  }
  void add_status(std::string const& text) {
    if (std::ranges::find(status::all, text) == status::all.end()) {
      std::string allowed = "one of ";
      for (auto const known : status::all) allowed.append(known == status::all.front() ? "" : ", ").append(known);
      wrong("status", allowed, text);
    } else if (std::ranges::find(query_.statuses, text) == query_.statuses.end()) {
      query_.statuses.push_back(text);
    }
  }

  http::Request const& request_;
  ListQuery& query_;
  std::string wrong_;
};

}  // namespace

std::optional<std::int64_t> read_moment(std::string_view text) {
  auto const moment = all_digits(text) ? number_in<std::int64_t>(text) : Moment(text).milliseconds();
  if (moment && *moment < 0) return std::nullopt;
  return moment;
}

sdk::Result<ListQuery> read_list_query(http::Request const& request, std::size_t default_limit) {
  ListQuery query;
  query.limit = default_limit;
  if (auto wrong = Reader(request, query).read(); !wrong.empty())
    return sdk::Error{sdk::Errc::invalid, std::move(wrong)};
  return query;
}

}  // namespace conductor::services::api
