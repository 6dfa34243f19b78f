#include "request.hpp"

namespace conductor::simulators::music {

namespace {
std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string info_text(json::object const& body, std::string_view name) {
  auto const* info = body.if_contains("consistencyInfo");
  if (info == nullptr || !info->is_object()) return {};
  auto const* value = info->as_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
}  // namespace

std::string Music::Request::consistency() const { return lower(info_text(body, "type")); }
std::string Music::Request::lock_id() const { return info_text(body, "lockId"); }

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const code = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    out += code ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i] == '+' ? ' ' : text[i];
    if (code) i += 2;
  }
  return out;
}

sdk::HttpReply reply(int status, json::object body) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

sdk::HttpReply success(json::object body) {
  body["status"] = "SUCCESS";
  return reply(200, std::move(body));
}

sdk::HttpReply success(std::string_view message) { return success(json::object{{"message", message}}); }

sdk::HttpReply failure(std::string_view error) {
  return reply(400, json::object{{"error", error}, {"status", "FAILURE"}});
}

sdk::HttpReply page(int status) {
  return {
      status,
      {{"Content-Type", "text/html;charset=utf-8"}},
      "<!doctype html><html lang=\"en\"><head><title>HTTP Status " + std::to_string(status) + "</title></head></html>"};
}

}  // namespace conductor::simulators::music
