// URLs are read by Boost.URL.
#include "core/http/peer.hpp"

#include "core/http/auth.hpp"
#include "core/http/message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace conductor::http {

namespace {

namespace urls = boost::urls;

bool is_token_char(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_printable_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_target(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

std::string bracketed(std::string const& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

bool ends_in_domain(std::string_view host, std::string_view domain) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || host.size() < domain.size()) return false;
  auto const tail = host.substr(host.size() - domain.size());
  return same_name(tail, domain) && (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

sdk::Error refused(std::string const& what) { return {sdk::Errc::invalid, what}; }

class Head {
 public:
  explicit Head(std::string line) : text_(std::move(line)) {}
  void add(std::string_view name, std::string_view value) {
    text_ += name;
    text_ += ": ";
    text_ += value;
    text_ += "\r\n";
    names_.emplace_back(name);
  }
  void add_missing(std::string_view name, std::string_view value) {
    for (auto const& known : names_)
      if (same_name(known, name)) return;
    add(name, value);
  }
  std::string take() { return std::move(text_) + "\r\n"; }
  std::size_t count() const { return names_.size(); }
  bool has_before(std::size_t end, std::string_view name) const {
    for (std::size_t i = 0; i < end; ++i)
      if (same_name(names_[i], name)) return true;
    return false;
  }

 private:
  std::string text_;
  std::vector<std::string> names_;
};

// Host, framing and connection are the client's own.
bool is_ours(std::string_view name) {
  for (std::string_view const ours :
       {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE"})
    if (same_name(name, ours)) return true;
  return false;
}

sdk::Result<void> check(Peer const& peer, sdk::HttpConfig const& config, sdk::HttpRequest const& request) {
  auto const where = "request to " + peer.name() + ": ";
  if (!is_token(request.method) || request.method == "CONNECT" || request.method == "TRACE")
    return refused(where + "'" + request.method.substr(0, 20) +
                   "' is no method that can be sent; use GET, POST, PUT, DELETE or the like");
  if (!is_target(request.target))
    return refused(where + "the target of this " + request.method +
                   " holds blanks or characters that must be percent-encoded");
  for (auto const* headers : {&config.headers, &request.headers})
    for (auto const& [name, value] : *headers) {
      if (!is_token(name) || !is_printable_line(value))
        return refused(where + "the header '" + name.substr(0, 40) +
                       "' has a name or value that cannot be sent in one line");
      if (is_ours(name)) return refused(where + "the header " + name + " is set by the client itself; leave it out");
    }
  if (!is_printable_line(config.bearer_token)) return refused(where + "the bearer token has a line break");
  return {};
}

}  // namespace

std::string environment_value(char const* name) {
  auto const* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string Peer::name() const { return bracketed(host) + ":" + std::to_string(port); }

std::string Peer::host_header() const { return port == (secure ? 443 : 80) ? bracketed(host) : name(); }

sdk::Result<Peer> parse_peer(std::string_view base_url) {
  auto const parsed = urls::parse_uri(base_url);
  if (parsed.has_error())
    return refused("the base URL is not a URL (it has " + std::to_string(base_url.size()) +
                   " characters); expected http://host:port/path or https://…");
  auto const url = parsed.value();
  Peer peer;
  peer.secure = url.scheme_id() == urls::scheme::https;
  peer.host = url.host_address();
  auto const shown = "base URL with host '" + peer.host + "': ";
  if (!peer.secure && url.scheme_id() != urls::scheme::http)
    return refused(shown + "scheme '" + std::string(url.scheme()) + "' is not supported; use http or https");
  if (peer.host.empty()) return refused(shown + "the host is missing; expected http://host:port/path");
  if (url.has_userinfo())
    return refused(shown + "a user in the URL is not supported; set the user and password options");
  if (url.has_query() || url.has_fragment()) return refused(shown + "it must end with a path, without '?' or '#'");
  std::string_view const port(url.port().data(), url.port().size());
  peer.port = peer.secure ? 443 : 80;
  if (!port.empty()) {
    auto const [end, error] = std::from_chars(port.data(), port.data() + port.size(), peer.port);
    if (error != std::errc() || end != port.data() + port.size() || peer.port == 0)
      return refused(shown + "port '" + std::string(port.substr(0, 10)) + "' is none; expected 1 to 65535");
  }
  auto const path = url.encoded_path();
  peer.base_path.assign(path.data(), path.size());
  while (peer.base_path.ends_with('/')) peer.base_path.pop_back();
  return peer;
}

Proxies::Proxies(Environment const& environment) {
  // HTTP_PROXY in upper case is what a CGI client can set through a header, hence not read.
  http_ = read(environment, "http_proxy", nullptr);
  https_ = read(environment, "https_proxy", "HTTPS_PROXY");
  no_proxy_ = environment("no_proxy");
  if (no_proxy_.empty()) no_proxy_ = environment("NO_PROXY");
}

std::optional<Proxy> Proxies::read(Environment const& environment, char const* name, char const* other) {
  auto value = environment(name);
  if (value.empty() && other != nullptr) value = environment(other);
  if (value.empty()) return std::nullopt;
  if (value.find("://") == std::string::npos) value = "http://" + value;
  auto const parsed = urls::parse_uri(value);
  if (parsed.has_error() || parsed->host_address().empty() || parsed->scheme_id() != urls::scheme::http) {
    problems_ +=
        std::string(problems_.empty() ? "" : "; ") + name + " is not of the form http://host:port and is ignored";
    return std::nullopt;
  }
  Proxy proxy;
  proxy.host = parsed->host_address();
  proxy.port = parsed->port_number() != 0 ? parsed->port_number() : std::uint16_t{80};
  if (parsed->has_userinfo()) proxy.authorization = basic_header(parsed->user(), parsed->password());
  return proxy;
}

std::optional<Proxy> Proxies::for_peer(Peer const& peer) const {
  if (is_loopback(peer.host)) return std::nullopt;
  std::string_view rest = no_proxy_;
  while (!rest.empty()) {
    auto const end = std::min(rest.find(','), rest.size());
    auto item = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == "*" || ends_in_domain(peer.host, item) || same_name(item, peer.name())) return std::nullopt;
  }
  return peer.secure ? https_ : http_;
}

std::string Proxies::description() const {
  std::string text;
  if (http_) text += "http through " + http_->name();
  if (https_) text += std::string(text.empty() ? "" : ", ") + "https through " + https_->name();
  if (!text.empty() && !no_proxy_.empty()) text += ", directly for " + no_proxy_;
  return text;
}

std::string full_target(Peer const& peer, std::string_view target) {
  std::string full = peer.base_path;
  if (!target.starts_with('/') && (!target.starts_with('?') || full.empty())) {
    if (!target.empty() || full.empty()) full += '/';
  }
  full += target;
  return full;
}

std::string describe(Peer const& peer, sdk::HttpRequest const& request) {
  auto const target = full_target(peer, request.target);
  return request.method + " " + peer.name() + target.substr(0, target.find('?'));
}

sdk::Result<std::string> request_head(Peer const& peer, sdk::HttpConfig const& config, sdk::HttpRequest const& request,
                                      Proxy const* proxy) {
  if (auto const checked = check(peer, config, request); !checked) return checked.error();
  auto const target = full_target(peer, request.target);
  Head head(request.method + " " + (proxy != nullptr ? "http://" + peer.host_header() : std::string()) + target +
            " HTTP/1.1\r\n");
  head.add("Host", peer.host_header());
  for (auto const& [name, value] : request.headers) head.add(name, value);
  auto const of_request = head.count();
  for (auto const& [name, value] : config.headers)
    if (!head.has_before(of_request, name)) head.add(name, value);
  if (!config.bearer_token.empty())
    head.add_missing("Authorization", "Bearer " + config.bearer_token);
  else if (!config.username.empty() || !config.password.empty())
    head.add_missing("Authorization", basic_header(config.username, config.password));
  head.add_missing("Accept", "application/json");
  head.add_missing("User-Agent", "conductor");
  if (!request.body.empty()) head.add_missing("Content-Type", "application/json");
  bool const usually_has_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() || usually_has_body) head.add("Content-Length", std::to_string(request.body.size()));
  if (proxy != nullptr && !proxy->authorization.empty()) head.add("Proxy-Authorization", proxy->authorization);
  return head.take();
}

}  // namespace conductor::http
