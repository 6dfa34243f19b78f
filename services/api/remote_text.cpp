#include "services/api/remote_text.hpp"

#include "core/http/message.hpp"
#include "core/http/peer.hpp"
#include "core/http/target.hpp"
#include "services/api/request_values.hpp"

#include <algorithm>

namespace conductor::services::api {
namespace {

using sdk::Errc;
using sdk::Error;

Error refuse(std::string_view url, std::string_view why) {
  std::string text = "The URL ";
  text.append(echo_text(url)).append(" ").append(why);
  return {Errc::invalid, std::move(text)};
}

// Blanks, control characters, backslashes and the like: what different readers of URLs understand differently.
bool is_plain(std::string_view url) {
  constexpr std::string_view odd = "\\\"<>^`{|}";
  return std::all_of(url.begin(), url.end(),
                     [&](char c) { return c > ' ' && c < '\x7F' && odd.find(c) == std::string_view::npos; });
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_listed(http::Peer const& peer, std::vector<std::string> const& hosts) {
  return std::any_of(hosts.begin(), hosts.end(), [&](std::string const& host) {
    return http::same_name(host, peer.name()) || http::same_name(host, peer.host_header());
  });
}

}  // namespace

sdk::Result<RemoteUrl> check_remote_url(std::string_view url, RemoteRules const& rules) {
  if (rules.allowed_hosts.empty())
    return refuse(url, "cannot be used: this server speaks to no other hosts ([api] allowed_hosts is empty)");
  auto const scheme = url.find("://");
  if (scheme == std::string_view::npos || !is_plain(url) || url.size() > 2000)
    return refuse(url, "is not of the form https://host/path");
  if (url.find('#') != std::string_view::npos) return refuse(url, "has a fragment (#), which cannot be sent");
  auto const end = std::min(url.find_first_of("/?", scheme + 3), url.size());
  RemoteUrl checked{std::string(url.substr(0, end)), std::string(url.substr(end))};
  if (!checked.target.starts_with('/')) checked.target.insert(0, 1, '/');
  auto const peer = http::parse_peer(checked.base);
  if (!peer) return refuse(url, "cannot be used: " + peer.error().text);
  // As written it must be what was understood.
  auto const authority = url.substr(scheme + 3, end - scheme - 3);
  if (!http::same_name(authority, peer->name()) && !http::same_name(authority, peer->host_header()))
    return refuse(url, "is not of the form https://host/path or https://host:port/path");
  if (!peer->secure && !rules.allow_plain_http) return refuse(url, "must begin with https://");
  if (!is_listed(*peer, rules.allowed_hosts))
    return refuse(url, "names a host and port that [api] allowed_hosts does not list");
  // One spelling for each peer: there is a client for each base.
  checked.base = (peer->secure ? "https://" : "http://") + lower_case(peer->host_header());
  return checked;
}

sdk::Result<std::string> fetch_text(sdk::Call const& call, sdk::Clock& clock, std::string_view url,
                                    RemoteRules const& rules, RemoteClients const& clients) {
  auto const checked = check_remote_url(url, rules);
  if (!checked) return checked.error();
  if (!clients) return refuse(url, "cannot be fetched here");
  sdk::HttpRequest request;
  request.target = checked->target;
  request.headers = {{"Accept", "*/*"}};
  auto const reply = clients(checked->base).send(call.within(clock, remote_time), request);
  if (!reply) return refuse(url, "could not be fetched: " + reply.error().text);
  if (reply->status != 200)
    return refuse(url, "could not be fetched: the host answered status " + std::to_string(reply->status) +
                           (reply->status / 100 == 3 ? " (redirects are not followed)" : ""));
  if (reply->body.size() > longest_remote_text) return refuse(url, "has a text of more than 1 MiB");
  if (!http::is_utf8(reply->body)) return refuse(url, "has a text that is not UTF-8");
  return reply->body;
}

}  // namespace conductor::services::api
