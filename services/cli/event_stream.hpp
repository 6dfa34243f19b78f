// Server-Sent Events as they come over the wire. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::cli {

struct Event {
  std::string name = "message", data{};
};

// Takes the stream in pieces of any size. Keeps the last id, also over a new connection.
class EventReader {
 public:
  // Events that this piece completes.
  std::vector<Event> read(std::string_view piece);
  // A new connection: a half event of the old one is forgotten.
  void reset();
  // To go on from, as Last-Event-ID; empty before the first event with one.
  std::string const& last_id() const { return last_id_; }
  void start_after(std::string id) { last_id_ = std::move(id); }

 private:
  void line(std::string_view text, std::vector<Event>& done);

  std::string rest_;  // of an unfinished line
  bool after_return_ = false;
  Event open_{};
  bool has_data_ = false;
  std::string id_, last_id_;
};

}  // namespace conductor::cli
