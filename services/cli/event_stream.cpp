#include "services/cli/event_stream.hpp"

namespace conductor::cli {

void EventReader::reset() {
  rest_.clear();
  after_return_ = false;
  open_ = {};
  has_data_ = false;
  id_ = last_id_;
}

std::vector<Event> EventReader::read(std::string_view piece) {
  std::vector<Event> done;
  for (char const c : piece) {
    bool const second_half = after_return_ && c == '\n';
    after_return_ = c == '\r';
    if (second_half) continue;
    if (c == '\n' || c == '\r') {
      line(rest_, done);
      rest_.clear();
    } else {
      rest_ += c;
    }
  }
  return done;
}

void EventReader::line(std::string_view text, std::vector<Event>& done) {
  if (text.empty()) {
    // The id counts with the event that carries it: not before it is complete.
    last_id_ = id_;
    if (has_data_) done.push_back(std::move(open_));
    open_ = {};
    has_data_ = false;
    return;
  }
  auto const colon = text.find(':');
  auto const field = text.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    open_.name = value;
  } else if (field == "data") {
    if (has_data_) open_.data += '\n';
    open_.data += value;
    has_data_ = true;
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    id_ = value;
  }
}

}  // namespace conductor::cli
