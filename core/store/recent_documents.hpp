// The documents that this process wrote last, as they are: the role that goes on with a plan in the same process needs
// not read, inflate and parse what was just written. Documents are immutable and their generations unique, so nothing
// here can be out of date.
#pragma once
#include <boost/json.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace conductor::store {

using Document = std::shared_ptr<boost::json::value const>;
using Documents = std::map<std::string, Document>;  // by column

// Thread-safe.
class RecentDocuments {
 public:
  // `most`: bytes of memory that may be kept, as estimated; 0 keeps nothing.
  void limit(std::size_t most) { most_ = most; }
  bool keeps() const { return most_ > 0; }
  // `text_bytes`: of the document as text, from which its size in memory is estimated. May exceed the limit until
  // make_room().
  void keep(std::string const& generation, Document document, std::size_t text_bytes);
  // Forgets the oldest ones beyond the limit. Large ones take as long to destroy as to make: call it when nobody waits.
  void make_room();
  // Null when it is not, or no longer, here.
  Document find(std::string const& generation) const;

 private:
  struct Kept {
    Document document;
    std::size_t bytes = 0;
  };
  std::size_t most_ = 0;  // set before the first use
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;
  std::deque<std::string> order_;  // oldest first
  std::size_t bytes_ = 0;
};

}  // namespace conductor::store
