#include "locations.hpp"

#include "relations.hpp"

#include <algorithm>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Location;
using sdk::Result;

namespace {

// Coordinates for an asker; city and name do not matter here.
Result<Location> located(std::string const& asker, Complex const& complex) {
  auto place = coordinates(complex);
  if (!place) return Error{place.error().code, asker + ": " + place.error().text};
  return place;
}

}  // namespace

Result<std::vector<std::string>> complex_links(std::string const& asker, json::object& answer) {
  auto const* results = answer.if_contains("results");
  if (results == nullptr || !results->is_array())
    return Error{Errc::unavailable, asker + ": A&AI answered 200 to PUT /query without the list 'results'"};
  std::vector<std::string> links;
  for (auto const& item : results->as_array()) {
    auto const* result = item.if_object();
    if (result == nullptr || text_of(*result, "resource-type") != "complex") continue;
    auto link = text_of(*result, "resource-link");
    if (std::find(links.begin(), links.end(), link) == links.end()) links.push_back(std::move(link));
  }
  return links;
}

Result<Location> Locations::by_clli(sdk::Call const& call, std::string const& clli) {
  auto const asker = "clli_code " + clli;
  auto const exact = complexes_.read(call, asker, clli);
  if (exact) return located(asker, **exact);
  if (exact.error().code != Errc::not_found) return exact.error();

  Target target("/cloud-infrastructure/complexes");
  auto const list = connection_.list(call, asker, target.with("data-center-code", clli).with("depth", "0"), "complex");
  if (!list) return list.error();
  if (list->empty()) return Error{Errc::not_found, asker + ": A&AI has no complex with this id or data-center-code"};
  if (list->size() > 1)
    return Error{Errc::invalid, asker + ": " + std::to_string(list->size()) +
                                    " complexes have this data-center-code; give the id of one of them"};
  return located(asker, read_complex(list->front()));
}

Result<std::vector<std::string>> Locations::queried_links(sdk::Call const& call, std::string const& asker,
                                                          std::string const& host) {
  if (options_.host_query.empty()) return std::vector<std::string>();
  auto const name = sdk::percent_encode(host);
  json::object body;
  body["start"] = json::array{"network/pnfs/pnf/" + name, "cloud-infrastructure/pservers/pserver/" + name};
  body["query"] = "query/" + options_.host_query;
  auto answer = connection_.query(call, asker, body);
  if (!answer && answer.error().code == Errc::not_found) return std::vector<std::string>();
  if (!answer) return answer.error();
  return complex_links(asker, *answer);
}

Result<ComplexRef> Locations::direct(sdk::Call const& call, std::string const& asker, std::string const& host) {
  for (auto const& [path, type] :
       {std::pair{"/network/pnfs/pnf", "pnf"}, std::pair{"/cloud-infrastructure/pservers/pserver", "pserver"}}) {
    Target target(path);
    auto const body = connection_.read(call, asker, target.segment(host).with("depth", "0"));
    if (!body && body.error().code == Errc::not_found) continue;
    if (!body) return body.error();
    sdk::Drop drop;
    if (auto complex = complex_of(unwrap(*body, type), drop)) return *complex;
    if (drop.code == "AMBIGUOUS_COMPLEX")
      return Error{Errc::invalid, asker + ": " + type + " " + host + " is ambiguous: " + drop.text};
  }
  return Error{Errc::not_found, asker + ": A&AI knows no PNF or pserver of this name that is related to a complex"};
}

Result<Complex> Locations::read_link(sdk::Call const& call, std::string const& asker, std::string const& link) {
  auto const path = path_of_link(link, options_.base_path);
  if (!path)
    return Error{Errc::invalid,
                 asker + ": the link of its complex, '" + link + "', has no schema version and cannot be followed"};
  auto const body = connection_.read(call, asker, Target(*path));
  if (!body) return body.error();
  return read_complex(*body);
}

Result<Location> Locations::choose(sdk::Call const& call, std::string const& asker, std::string const& host,
                                   std::vector<std::string> const& links) {
  std::vector<Complex> found;
  for (auto const& link : links) {
    auto complex = read_link(call, asker, link);
    if (!complex) return complex.error();
    bool const known =
        std::any_of(found.begin(), found.end(), [&](auto const& one) { return one.id() == complex->id(); });
    if (!known) found.push_back(std::move(*complex));
  }
  if (found.size() == 1) return located(asker, found.front());
  auto const own = direct(call, asker, host);
  if (!own && own.error().code != Errc::not_found && own.error().code != Errc::invalid) return own.error();
  for (auto const& complex : found)
    if (own && complex.id() == own->id) return located(asker, complex);
  return Error{Errc::invalid, asker + ": ambiguous, it leads to " + std::to_string(found.size()) + " complexes, " +
                                  found[0].id() + " and " + found[1].id() + " among them; give coordinates instead"};
}

Result<Location> Locations::by_host_name(sdk::Call const& call, std::string const& host) {
  auto const asker = "host_name " + host;
  auto const links = queried_links(call, asker, host);
  if (!links) return links.error();
  if (!links->empty()) return choose(call, asker, host, *links);
  auto const own = direct(call, asker, host);
  if (!own) return own.error();
  auto const complex = read_link(call, asker, own->link);
  if (!complex) return complex.error();
  return located(asker, *complex);
}

}  // namespace conductor::plugins::inventory_aai
