// The formatter of messages.hpp.
#include "core/log/messages.hpp"

namespace conductor::log {

std::string filled(MessageText const& message, std::initializer_list<std::string> values) {
  std::string out;
  auto text = message.text;
  for (auto const& value : values) {
    auto const at = text.find("{}");
    if (at == text.npos) break;
    out.append(text.substr(0, at)).append(value);
    text.remove_prefix(at + 2);
  }
  out += text;
  if (!message.advice.empty()) out.append("; ").append(message.advice);
  return out;
}

}  // namespace conductor::log
