#include "services/controller/functions.hpp"

#include <algorithm>
#include <map>

namespace conductor::services::controller {

using text::Node;

namespace {

constexpr std::size_t most_depth = 64, most_nested = 32, most_copied = 8U << 20U;

// Where we are. Lives on the stack, each level leading back to the one above: the texts are made only for messages.
class Place {
 public:
  Place() = default;
  Place member(std::string_view key) const { return {this, key, 0}; }
  Place item(std::size_t index) const { return {this, {}, index}; }

  std::size_t depth() const { return depth_; }
  // Of the section "parameters" itself.
  bool is_parameters() const { return depth_ == 1 && key_ == "parameters"; }

  std::string pointer() const {
    if (above_ == nullptr) return "";
    return is_item() ? text::pointer_to(above_->pointer(), index_) : text::pointer_to(above_->pointer(), key_);
  }
  // The form that the original's texts have: "constraints > near > properties > evaluate[0]".
  std::string path() const {
    if (above_ == nullptr) return "";
    if (is_item()) return above_->path() + "[" + std::to_string(index_) + "]";
    if (depth_ == 1) return key_ == "reservation" ? "reservations" : readable(key_);
    return above_->path() + " > " + readable(key_);
  }

 private:
  Place(Place const* above, std::string_view key, std::size_t index)
      : above_(above), key_(key), index_(index), depth_(above->depth_ + 1) {}
  bool is_item() const { return key_.data() == nullptr; }

  Place const* above_ = nullptr;
  std::string_view key_{};  // without data: an item of a list
  std::size_t index_ = 0, depth_ = 0;
};

std::size_t depth_of(Node const& node) {
  std::size_t deepest = 0;
  for (auto const& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (auto const& member : node.members) deepest = std::max(deepest, depth_of(member.value));
  return deepest + (node.is_list() || node.is_mapping() ? 1 : 0);
}

class Functions {
 public:
  Functions(Node const& document, boost::json::object const& files, Report& report)
      : parameters_(document.find("parameters")), files_(files), report_(report) {
    if (parameters_ != nullptr && !parameters_->is_mapping()) parameters_ = nullptr;
    if (parameters_ != nullptr)
      for (auto const& member : parameters_->members) known_[member.key].given = &member.value;
  }

  Node replace(Node const& node, Place const& place) {
    if (node.is_mapping() && node.members.size() == 1) {
      auto const& [key, argument, line, column] = node.members.front();
      if (key == "get_param") return with_position(get_param(node, argument, place), node);
      if (key == "get_file") return with_position(get_file(node, argument, place), node);
    }
    Node copy{.kind = node.kind, .scalar = node.scalar, .line = node.line, .column = node.column};
    copy.items.reserve(node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) copy.items.push_back(replace(node.items[i], place.item(i)));
    copy.members.reserve(node.members.size());
    bool const parameters = place.is_parameters() && parameters_ != nullptr;
    for (auto const& member : node.members)
      copy.members.push_back(
          {member.key, parameters ? parameter(member.key).value : replace(member.value, place.member(member.key)),
           member.line, member.column});
    return copy;
  }

 private:
  struct Parameter {
    enum class State { fresh, open, done, failed } state = State::fresh;
    Node const* given = nullptr;
    Node value{};
  };

  static Node with_position(Node value, Node const& function) {
    value.line = function.line;
    value.column = function.column;
    return value;
  }

  Node refuse(Node const& function, Place const& place, std::string message, std::string expected = "") {
    auto pointer = place.pointer();
    report_.add(View(function, pointer), std::move(message), std::move(expected));
    report_.taint(std::move(pointer));
    return {};
  }

  // The value of a parameter that there is, functions in it replaced; once for each.
  Parameter const& parameter(std::string_view name) {
    auto& parameter = known_.find(name)->second;
    if (parameter.state != Parameter::State::fresh) return parameter;
    parameter.state = Parameter::State::open;
    Place const root, section = root.member("parameters"), place = section.member(name);
    ++nested_;
    parameter.value = replace(*parameter.given, place);
    --nested_;
    // Failed as soon as a part of it was refused.
    bool const failed = report_.has_tainted_in(place.pointer());
    parameter.state = failed ? Parameter::State::failed : Parameter::State::done;
    return parameter;
  }

  Node get_param(Node const& function, Node const& argument, Place const& place) {
    bool const steps = argument.is_list();
    Node const* const name = steps ? (argument.items.empty() ? nullptr : &argument.items.front()) : &argument;
    if (name == nullptr || !name->is_text())
      return refuse(
          function, place,
          "Parameter name '" + shown(name == nullptr ? argument : *name) + "' not a string in path " + place.path(),
          "a name of the section parameters, or a list that begins with one");
    std::string_view const text = name->text();
    auto const known = known_.find(text);
    if (known == known_.end())
      return refuse(function, place, "Parameter " + in_quotes(text) + " undefined in path " + place.path(),
                    "one of: " + defined_names());
    if (known->second.state == Parameter::State::open)
      return refuse(function, place, "Parameter " + in_quotes(text) + " refers to itself in path " + place.path(),
                    "a value that does not lead back to this parameter");
    if (nested_ >= most_nested)
      return refuse(function, place,
                    "Parameter " + in_quotes(text) + " is reached through more than " + std::to_string(most_nested) +
                        " other parameters in path " + place.path());
    auto const& found = parameter(text);
    if (found.state == Parameter::State::failed) {
      report_.taint(place.pointer());
      return {};
    }
    Node const* value = &found.value;
    for (std::size_t i = 1; steps && i < argument.items.size(); ++i) {
      auto problem = step(value, argument.items[i], text);
      if (!problem.empty()) return refuse(function, place, problem + " in path " + place.path());
    }
    return copied(*value, function, place);
  }

  // One step of the list form into `value`; what is wrong with it, else empty.
  static std::string step(Node const*& value, Node const& key, std::string_view name) {
    std::string const parameter = "Parameter " + in_quotes(name);
    if (value->is_mapping()) {
      if (!key.is_text()) return parameter + " has a mapping where the step '" + shown(key) + "' needs a list";
      auto const* member = value->find(key.text());
      if (member == nullptr) return parameter + " has no key " + in_quotes(key.text());
      value = member;
      return "";
    }
    if (value->is_list()) {
      if (!key.is_number() || key.scalar.is_double())
        return parameter + ": index '" + shown(key) + "' is not an integer";
      auto const size = value->items.size();
      if (!key.scalar.is_int64() || key.scalar.as_int64() < 0 ||
          static_cast<std::size_t>(key.scalar.as_int64()) >= size)
        return parameter + ": index " + shown(key) + " is out of range, the list has " + std::to_string(size) +
               " items";
      value = &value->items[static_cast<std::size_t>(key.scalar.as_int64())];
      return "";
    }
    return parameter + " has " + std::string(text::to_string(value->kind)) + " where the step '" + shown(key) +
           "' needs a mapping or a list";
  }

  Node get_file(Node const& function, Node const& argument, Place const& place) {
    if (!argument.is_text())
      return refuse(function, place, "File name '" + shown(argument) + "' not a string in path " + place.path(),
                    "a key of the request's files");
    auto const* content = find_file(argument.text());
    if (content == nullptr)
      return refuse(function, place, "File " + in_quotes(argument.text()) + " undefined in path " + place.path(),
                    "a key of the request's files, or the last path segments of exactly one of them");
    if (!content->is_string())
      return refuse(function, place, "File " + in_quotes(argument.text()) + " has no text in path " + place.path());
    return copied(text::from_json(*content), function, place);
  }

  // The exact key, else the one key that ends in these path segments.
  boost::json::value const* find_file(std::string_view name) const {
    if (auto const* exact = files_.if_contains(name)) return exact;
    if (name.empty() || name.find("://") != name.npos || name.front() == '/') return nullptr;
    if (name.starts_with("./")) name.remove_prefix(2);
    boost::json::value const* found = nullptr;
    for (auto const& [key, content] : files_) {
      std::string_view const whole(key);
      if (!whole.ends_with(name) || (whole.size() > name.size() && whole[whole.size() - name.size() - 1] != '/'))
        continue;
      if (found != nullptr) return nullptr;
      found = &content;
    }
    return found;
  }

  // A copy of its own for every use, as long as all of them stay within the limits.
  Node copied(Node const& value, Node const& function, Place const& place) {
    copied_ += text::weight(value);
    if (copied_ > most_copied) {
      bool const first = !exhausted_;
      exhausted_ = true;
      if (first)
        return refuse(function, place,
                      "The values of get_param and get_file add up to more than " + std::to_string(most_copied) +
                          " bytes in path " + place.path());
      report_.taint(place.pointer());
      return {};
    }
    if (place.depth() + depth_of(value) > most_depth)
      return refuse(
          function, place,
          "The value of get_param nests deeper than " + std::to_string(most_depth) + " levels in path " + place.path());
    return value;
  }

  std::string defined_names() const {
    std::vector<std::string> names;
    if (parameters_ != nullptr)
      for (auto const& member : parameters_->members) {
        if (names.size() == 20) break;
        names.push_back(member.key);
      }
    return names.empty() ? "(no parameters are defined)" : joined(names);
  }

  Node const* parameters_;
  boost::json::object const& files_;
  Report& report_;
  std::map<std::string, Parameter, std::less<>> known_;
  std::size_t nested_ = 0, copied_ = 0;
  bool exhausted_ = false;
};

}  // namespace

Node replace_functions(Node const& document, boost::json::object const& files, Report& report) {
  return Functions(document, files, report).replace(document, Place{});
}

}  // namespace conductor::services::controller
