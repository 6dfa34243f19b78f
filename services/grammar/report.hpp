// What is wrong with a template: all of it, in the order in which the original would have come across it, since its
// first complaint is what clients match.
#pragma once
#include "core/text/problem.hpp"
#include "services/grammar/view.hpp"

#include <set>
#include <string>
#include <vector>

namespace conductor::services::grammar {

class Report {
 public:
  static constexpr std::size_t most_problems = 100;

  // `expected` and `suggestion` may be empty.
  void add(View const& where, std::string message, std::string expected = "", std::string suggestion = "");
  void warn(View const& where, std::string message);
  // The element could not be read and that was reported: nothing more is said about it, what is in it, and what
  // it is in, where the part would only seem to be missing.
  // (Of thousands of such elements the later ones are forgotten.)
  void taint(std::string pointer);
  bool is_tainted(std::string_view pointer) const;
  // Whether the element or something in it is tainted.
  bool has_tainted_in(std::string const& pointer) const;
  std::set<std::string, std::less<>> const& tainted() const { return tainted_; }
  // The problems of a check that ran before its turn.
  void append(Report const& other);

  bool ok() const { return errors_.empty(); }
  // Further errors are not kept: no need to look for them.
  bool full() const { return errors_.size() >= most_problems; }
  std::string const& first() const { return errors_.front().message; }
  text::Problems const& errors() const { return errors_; }
  text::Problems const& warnings() const { return warnings_; }

 private:
  text::Problems errors_, warnings_;
  bool follows_from_tainted(std::string const& pointer) const;

  std::set<std::string, std::less<>> tainted_;
  std::size_t tainted_bytes_ = 0;
};

// Sorted by the place of each element in `document`.
text::Problems in_document_order(text::Problems problems, text::Node const& document);

}  // namespace conductor::services::grammar
