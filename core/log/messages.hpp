// Operator-facing messages by identifier: text and advice live together in messages.def, values are put in here.
//   log.error(message<Message::store_unreachable>("sqlite", error.text));
#pragma once
#include <array>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace conductor::log {

enum class Message {
#define CONDUCTOR_MESSAGE(identifier, text, advice) identifier,
#include "core/log/messages.def"
#undef CONDUCTOR_MESSAGE
};

struct MessageText {
  std::string_view identifier, text, advice;
};

inline constexpr std::array message_texts{
#define CONDUCTOR_MESSAGE(identifier, text, advice) MessageText{#identifier, text, advice},
#include "core/log/messages.def"
#undef CONDUCTOR_MESSAGE
};

constexpr MessageText const& text_of(Message message) { return message_texts[static_cast<std::size_t>(message)]; }

constexpr std::size_t placeholders(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at)
    if (text[at] == '{' && text[at + 1] == '}') ++count;
  return count;
}

// Text with each {} replaced in order, then `; advice` when there is one. Values are not looked at for {}.
std::string filled(MessageText const& message, std::initializer_list<std::string> values);

// The number of values is checked when compiling. Values are strings or numbers.
template <Message message_id, class... Values>
std::string message(Values const&... values) {
  static_assert(sizeof...(Values) == placeholders(text_of(message_id).text), "one value for each {} of the message");
  [[maybe_unused]] auto const text = [](auto const& value) {
    if constexpr (std::convertible_to<decltype(value), std::string_view>)
      return std::string(std::string_view(value));
    else
      return std::to_string(value);
  };
  return filled(text_of(message_id), {text(values)...});
}

}  // namespace conductor::log
