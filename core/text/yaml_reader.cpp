// read_yaml: libyaml's events into a tree. Everything that could blow up is counted before it is built: depth, values,
// and what aliases and merge keys copy.
#include "core/text/members.hpp"
#include "core/text/reader.hpp"
#include "core/text/snippet.hpp"
#include "core/text/yaml_scalar.hpp"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <set>

namespace conductor::text {
namespace {

struct Failed {
  yaml_mark_t mark;
  std::string what;
  bool limit = false;
};

class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(Event const&) = delete;
  Event& operator=(Event const&) = delete;
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string_view view(yaml_char_t const* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<char const*>(text));
}

class YamlReader {
 public:
  YamlReader(std::string_view text, Limits const& limits, Document& into) : text_(text), limits_(limits), into_(into) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<unsigned char const*>(text.data()), text.size());
  }
  ~YamlReader() { yaml_parser_delete(&parser_); }
  YamlReader(YamlReader const&) = delete;
  YamlReader& operator=(YamlReader const&) = delete;

  void read() {
    try {
      if (text_.size() > limits_.max_bytes)
        throw Failed{{},
                     "the text has " + std::to_string(text_.size()) + " bytes; at most " +
                         std::to_string(limits_.max_bytes) + " are accepted",
                     true};
      count_separators();
      read_stream();
    } catch (Failed failed) {
      // At the end of a text without a last line end libyaml speaks of a line that is not there.
      bool const after_end = failed.mark.line > 0 && failed.mark.column == 0 && !text_.ends_with('\n');
      if (after_end && offset_of(failed.mark) >= text_.size()) failed.mark = mark_at(text_.size());
      Problem problem{.line = static_cast<int>(failed.mark.line) + 1,
                      .column = static_cast<int>(failed.mark.column) + 1,
                      .value = snippet_at(text_, offset_of(failed.mark))};
      problem.message = "Invalid YAML in line " + std::to_string(problem.line) + ", column " +
                        std::to_string(problem.column) + ": " + failed.what;
      into_.failure = std::move(problem);
      into_.at_limit = failed.limit;
    }
  }

 private:
  // Before anything is built. Hardly a value goes without one of these, and no text that a person means has so many.
  void count_separators() const {
    if (text_.size() <= limits_.max_nodes) return;
    auto const many = std::count(text_.begin(), text_.end(), '\n') + std::count(text_.begin(), text_.end(), ',');
    if (static_cast<std::size_t>(many) > limits_.max_nodes)
      throw Failed{{}, "the text has more than " + std::to_string(limits_.max_nodes) + " lines and commas", true};
  }

  void read_stream() {
    for (;;) {
      Event event;
      next(event);
      if (event->type == YAML_STREAM_END_EVENT) return;
      if (event->type == YAML_STREAM_START_EVENT) continue;
      if (event->type != YAML_DOCUMENT_START_EVENT) continue;
      if (documents_++ > 0) throw Failed{event->start_mark, "a second document begins here; expected one"};
      Event first;
      next(first);
      read_node(into_.root, first, 0);
      Event end;
      next(end);
    }
  }

  void next(Event& event) {
    if (yaml_parser_parse(&parser_, event.get()) != 0) return;
    std::string what = parser_.problem == nullptr ? "unreadable" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR) {
      // The reader counts bytes only.
      throw Failed{mark_at(parser_.problem_offset), what};
    }
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    if (parser_.context != nullptr)
      what += std::string(", ") + parser_.context + " in line " + std::to_string(parser_.context_mark.line + 1);
    throw Failed{parser_.problem_mark, what};
  }

  yaml_mark_t mark_at(std::size_t offset) const {
    yaml_mark_t mark{};
    for (std::size_t i = 0; i < offset && i < text_.size(); ++i)
      if (text_[i] == '\n')
        ++mark.line, mark.column = 0;
      else if ((static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80U)
        ++mark.column;
    return mark;
  }

  // libyaml's own index counts characters. Goes on from the line that was asked for last: the marks grow.
  std::size_t offset_of(yaml_mark_t const& mark) {
    if (mark.line < found_line_) found_line_ = found_offset_ = 0;
    while (found_line_ < mark.line && found_offset_ < text_.size()) {
      auto const end = text_.find('\n', found_offset_);
      found_offset_ = end == text_.npos ? text_.size() : end + 1;
      ++found_line_;
    }
    return std::min(text_.size(), found_offset_ + mark.column);
  }

  void read_node(Node& node, Event& event, std::size_t depth) {
    auto const mark = event->start_mark;
    if (++nodes_ > limits_.max_nodes)
      throw Failed{mark, "the document has more than " + std::to_string(limits_.max_nodes) + " values", true};
    node.line = static_cast<int>(mark.line) + 1;
    node.column = static_cast<int>(mark.column) + 1;
    std::string anchor;
    switch (event->type) {
      case YAML_ALIAS_EVENT:
        return copy_alias(node, event, depth);
      case YAML_SCALAR_EVENT:
        anchor = view(event->data.scalar.anchor);
        read_scalar(node, event);
        break;
      case YAML_SEQUENCE_START_EVENT:
        anchor = view(event->data.sequence_start.anchor);
        check_tag(view(event->data.sequence_start.tag), "seq", mark);
        begin_anchor(anchor);
        read_sequence(node, mark, depth);
        break;
      case YAML_MAPPING_START_EVENT:
        anchor = view(event->data.mapping_start.anchor);
        check_tag(view(event->data.mapping_start.tag), "map", mark);
        begin_anchor(anchor);
        read_mapping(node, mark, depth);
        break;
      default:
        throw Failed{mark, "expected a value"};
    }
    if (!anchor.empty()) end_anchor(anchor, node, mark);
  }

  static void check_tag(std::string_view tag, std::string_view allowed, yaml_mark_t const& mark) {
    if (tag.empty() || tag == "!" || tag == "tag:yaml.org,2002:" + std::string(allowed)) return;
    throw Failed{mark, "the tag " + std::string(shortened(tag, 60)) + " is not accepted here; remove it"};
  }

  static void read_scalar(Node& node, Event& event) {
    auto const& scalar = event->data.scalar;
    std::string_view const text(reinterpret_cast<char const*>(scalar.value), scalar.length);
    auto const tag = view(scalar.tag);
    constexpr std::string_view core = "tag:yaml.org,2002:";
    std::string refused;
    if (tag.starts_with(core)) {
      auto const name = tag.substr(core.size());
      if (name != "str" && name != "int" && name != "float" && name != "bool" && name != "null")
        check_tag(tag, "str", event->start_mark);
      refused = resolve_tagged(name, text, node);
    } else if (!tag.empty() && tag != "!") {
      check_tag(tag, "str", event->start_mark);
    } else if (tag.empty() && scalar.plain_implicit != 0 && scalar.style == YAML_PLAIN_SCALAR_STYLE) {
      refused = resolve_plain(text, node);
    } else {
      refused = resolve_tagged("str", text, node);
    }
    if (!refused.empty()) throw Failed{event->start_mark, refused};
  }

  std::size_t deeper(std::size_t depth, yaml_mark_t const& mark) const {
    if (depth >= limits_.max_depth)
      throw Failed{mark, "nested deeper than " + std::to_string(limits_.max_depth) + " levels", true};
    return depth + 1;
  }

  void read_sequence(Node& node, yaml_mark_t const& mark, std::size_t depth) {
    node.kind = Kind::list;
    depth = deeper(depth, mark);
    for (;;) {
      Event event;
      next(event);
      if (event->type == YAML_SEQUENCE_END_EVENT) return;
      path_.enter(node.items.size());
      read_node(node.items.emplace_back(), event, depth);
      path_.leave();
    }
  }

  void read_mapping(Node& node, yaml_mark_t const& mark, std::size_t depth) {
    node.kind = Kind::mapping;
    depth = deeper(depth, mark);
    MemberIndex index(node.members);
    std::vector<Member> merged;
    bool has_merge = false;
    for (;;) {
      Event event;
      next(event);
      if (event->type == YAML_MAPPING_END_EVENT) break;
      Member member;
      read_key(member, event);
      bool const is_merge =
          member.key == "<<" && event->type == YAML_SCALAR_EVENT && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
      Event value;
      next(value);
      auto const value_mark = value->start_mark;
      path_.enter(member.key);
      read_node(member.value, value, depth);
      path_.leave();
      if (is_merge) {
        if (!has_merge)
          merge(merged, std::move(member.value), value_mark);
        else
          note(member, event->start_mark);
        has_merge = true;
        continue;
      }
      auto* const earlier = index.add(std::move(member));
      if (earlier == nullptr) continue;
      note(member, event->start_mark);
      *earlier = std::move(member);
    }
    if (!has_merge) return;
    // Own members go before merged ones, which stand first in the order.
    std::set<std::string_view> own;
    for (auto const& member : node.members) own.insert(member.key);
    std::erase_if(merged, [&](Member const& member) { return own.contains(member.key); });
    node.members.insert(node.members.begin(), std::make_move_iterator(merged.begin()),
                        std::make_move_iterator(merged.end()));
  }

  // Keys are text, as written: `on: 1` has the key `on`, `404: x` the key `404`.
  void read_key(Member& member, Event& event) {
    member.line = static_cast<int>(event->start_mark.line) + 1;
    member.column = static_cast<int>(event->start_mark.column) + 1;
    if (event->type == YAML_SCALAR_EVENT) {
      if (event->data.scalar.length > limits_.max_key_bytes)
        throw Failed{event->start_mark,
                     "a key has " + std::to_string(event->data.scalar.length) + " bytes; at most " +
                         std::to_string(limits_.max_key_bytes) + " are accepted",
                     true};
      check_key_tag(event);
      member.key.assign(reinterpret_cast<char const*>(event->data.scalar.value), event->data.scalar.length);
      if (auto const anchor = std::string(view(event->data.scalar.anchor)); !anchor.empty()) {
        Node key{.kind = Kind::string, .scalar = boost::json::value(member.key)};
        end_anchor(anchor, key, event->start_mark);
      }
      return;
    }
    if (event->type == YAML_ALIAS_EVENT) {
      Node key;
      copy_alias(key, event, 0);
      if (key.is_text() && key.text().size() <= limits_.max_key_bytes) {
        member.key = key.text();
        return;
      }
    }
    throw Failed{event->start_mark, "a key must be a text"};
  }

  static void check_key_tag(Event& event) {
    auto const tag = view(event->data.scalar.tag);
    if (!tag.starts_with("tag:yaml.org,2002:")) check_tag(tag, "str", event->start_mark);
  }

  void note(Member const& member, yaml_mark_t const& mark) {
    note_duplicate(into_, {member.key, path_.pointer_to(member.key), member.line, member.column,
                           snippet_at(text_, offset_of(mark))});
  }

  // Earlier sources go before later ones.
  void merge(std::vector<Member>& merged, Node source, yaml_mark_t const& mark) {
    std::vector<Node> sources;
    if (source.is_list())
      sources = std::move(source.items);
    else
      sources.push_back(std::move(source));
    std::set<std::string> known;
    for (auto const& member : merged) known.insert(member.key);
    for (auto& each : sources) {
      if (!each.is_mapping())
        throw Failed{mark,
                     "a merge key needs a mapping or a list of mappings, got " + std::string(to_string(each.kind))};
      for (auto& member : each.members)
        if (known.insert(member.key).second) merged.push_back(std::move(member));
    }
  }

  void begin_anchor(std::string const& anchor) {
    if (anchor.empty()) return;
    anchors_.erase(anchor);
    open_.insert(anchor);
  }

  void end_anchor(std::string const& anchor, Node const& node, yaml_mark_t const& mark) {
    open_.erase(anchor);
    anchors_[anchor] = Anchored{copied(node, mark), depth_of(node)};
  }

  static std::size_t depth_of(Node const& node) {
    std::size_t deepest = 0;
    for (auto const& item : node.items) deepest = std::max(deepest, depth_of(item));
    for (auto const& member : node.members) deepest = std::max(deepest, depth_of(member.value));
    return deepest + (node.is_list() || node.is_mapping() ? 1 : 0);
  }

  void copy_alias(Node& node, Event& event, std::size_t depth) {
    std::string const name(view(event->data.alias.anchor));
    auto const found = anchors_.find(name);
    if (found == anchors_.end())
      throw Failed{event->start_mark, open_.contains(name) ? "the alias *" + name + " stands inside what it means"
                                                           : "the alias *" + name + " has no anchor before it"};
    if (depth + found->second.depth > limits_.max_depth) deeper(limits_.max_depth, event->start_mark);
    auto const line = node.line, column = node.column;
    node = copied(found->second.node, event->start_mark);
    node.line = line;
    node.column = column;
  }

  Node copied(Node const& node, yaml_mark_t const& mark) {
    expanded_ += 64 + weight(node);
    if (expanded_ > limits_.max_expanded)
      throw Failed{mark,
                   "anchors and aliases expand to more than " + std::to_string(limits_.max_expanded) +
                       " bytes; write the values out or use fewer",
                   true};
    return node;
  }

  struct Anchored {
    Node node;
    std::size_t depth = 0;
  };

  std::string_view const text_;
  Limits const& limits_;
  Document& into_;
  yaml_parser_t parser_{};
  std::size_t documents_ = 0, nodes_ = 0, expanded_ = 0, found_line_ = 0, found_offset_ = 0;
  Path path_;
  std::map<std::string, Anchored> anchors_;
  std::set<std::string> open_;
};

}  // namespace

Document read_yaml(std::string_view text, Limits const& limits) {
  Document document;
  YamlReader(text, limits, document).read();
  return document;
}

}  // namespace conductor::text
