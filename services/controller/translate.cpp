// The order of the checks is the original's (template specification 11), because clients match its first complaint.
#include "services/controller/translate.hpp"

#include "services/controller/candidate_fields.hpp"
#include "services/controller/functions.hpp"
#include "services/controller/hardware_fields.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

using sdk::Errc;
using sdk::Error;

bool worth_another_try(Errc code) {
  return code == Errc::unavailable || code == Errc::timed_out || code == Errc::cancelled || code == Errc::conflict;
}

// The error that an answer carries in place of a result.
std::optional<Error> error_in(json::object const& answer) {
  auto const* error = answer.if_contains("error");
  if (error == nullptr || !error->is_object()) return std::nullopt;
  auto const text_of = [&](char const* key) {
    auto const* value = error->as_object().if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  };
  return Error{sdk::errc_from(text_of("code")), text_of("text")};
}

json::object const* object_at(json::object const& answer, std::string_view name) {
  auto const* value = answer.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

class Translator {
 public:
  Translator(Input const& input, Template const& given, Report report)
      : input_(input), given_(given), report_(std::move(report)) {}

  void check_locally(Report const& of_functions) {
    check_shape(given_, report_);
    check_constraint_names(given_, report_);
    report_.append(of_functions);
    draft_locations(given_, input_.known, draft_, report_);
    draft_demands(given_, input_.known, draft_, report_);
    draft_objective(given_, input_.known, draft_, report_);
    draft_constraints(given_, input_.known, draft_, report_);
    draft_reservations(given_, input_.known, draft_, report_);
    draft_solver(given_, input_.solver, input_.known, draft_, report_);
  }

  bool ok() const { return report_.ok(); }

  sdk::Result<void> look_up_locations(Lookups& lookups) {
    json::object wanted;
    for (auto const& location : draft_.locations)
      if (location.resolved.empty()) wanted[location.name] = location.wanted;
    if (wanted.empty()) return {};
    auto const answers = lookups.locations(wanted);
    if (!answers) return failed(answers.error());
    for (auto& location : draft_.locations)
      if (location.resolved.empty())
        if (auto taken = take_location(location, object_at(*answers, location.name)); !taken) return taken;
    return {};
  }

  sdk::Result<void> look_up_demands(Lookups& lookups) {
    json::object wanted;
    for (auto const& demand : draft_.demands) wanted[demand.name] = demand.requirements;
    auto answers = lookups.demands(wanted, given_.request_type());
    if (!answers) return failed(answers.error());
    demands_.emplace(std::move(*answers));
    // What is worth another try goes before what is not: a second look may change the rest, too.
    for (auto const& demand : draft_.demands)
      if (auto const* answer = object_at(*demands_, demand.name))
        if (auto const error = error_in(*answer); error && worth_another_try(error->code))
          return Error{error->code,
                       "Unable to resolve inventory candidates for demand " + demand.name + ": " + error->text};
    for (auto const& demand : draft_.demands)
      if (!take_demand(demand)) demands_->erase(demand.name);
    check_candidate_fields(given_, draft_.constraints, *demands_, report_);
    return {};
  }

  Translation finish(bool complete) {
    return {.document = complete && report_.ok() ? document() : json::value(nullptr),
            .message = report_.ok() ? std::string() : report_.first(),
            .errors = in_document_order(report_.errors(), input_.document),
            .warnings = in_document_order(report_.warnings(), input_.document)};
  }

 private:
  // A look-up that failed as a whole: tried again, or an error of the plan.
  sdk::Result<void> failed(Error const& error) {
    if (worth_another_try(error.code)) return error;
    report_.add(given_.whole(), error.text);
    return {};
  }

  sdk::Result<void> take_location(DraftLocation& location, json::object const* answer) {
    std::string const text = "Unable to resolve location " + readable(location.name);
    auto const error = answer == nullptr ? Error{Errc::internal, "the data service gave no answer"} : error_in(*answer);
    if (error && worth_another_try(error->code)) return Error{error->code, text + ": " + error->text};
    auto const* latitude = answer == nullptr ? nullptr : answer->if_contains("latitude");
    auto const* longitude = answer == nullptr ? nullptr : answer->if_contains("longitude");
    if (error || latitude == nullptr || longitude == nullptr || latitude->is_null() || longitude->is_null()) {
      // Not found is the ordinary case, with the original's text alone.
      bool const ordinary = !error || error->code == Errc::not_found;
      report_.add(
          location.where, ordinary ? text : text + ": " + readable(error->text, 500),
          "a host_name or clli_code that an inventory knows" + (error ? "; " + readable(error->text, 500) : ""));
      return {};
    }
    location.resolved = {{"latitude", *latitude}, {"longitude", *longitude}};
    auto const* country = answer->if_contains("country");
    bool const known = country != nullptr && country->is_string() && !country->as_string().empty();
    location.resolved["country"] = !location.country.empty() ? json::value(location.country)
                                   : known                   ? *country
                                                             : json::value(nullptr);
    if (location.needs_country && location.resolved["country"].is_null())
      report_.add(location.where,
                  "Location " + readable(location.name) +
                      " has no country in inventory, which a country zone needs; give the location a country",
                  "a location with a country");
    return {};
  }

  // Leaves of the answer what belongs into the document; false when there is nothing.
  bool take_demand(DraftDemand const& demand) {
    std::string const name = readable(demand.name);
    auto const refuse = [&](std::string const& text, std::string const& expected = "") {
      report_.add(demand.where, text, expected);
      return false;
    };
    auto const* const answer = object_at(*demands_, demand.name);
    std::string const unusable = "Unable to resolve inventory candidates for demand " + name;
    if (answer == nullptr) return refuse(unusable, "an answer of the data service");
    if (auto const error = error_in(*answer)) {
      bool const own_text =
          error->code == Errc::invalid || error->code == Errc::denied || error->code == Errc::unsupported;
      auto const text = readable(error->text, 500);
      return refuse(own_text && !text.empty() ? text : text.empty() ? unusable : unusable + ": " + text);
    }
    auto& document = demands_->at(demand.name).as_object();
    auto* candidates = document.if_contains("candidates");
    if (candidates == nullptr || !candidates->is_array())
      return refuse(unusable, "a list of candidates from the data service");
    auto& list = candidates->as_array();
    if (list.empty())
      return refuse(
          "Unable to find any " + std::string(demand.has_required ? "required " : "") + "candidate for demand " + name,
          "a requirement that some candidate of the inventory meets");
    if (list.size() > input_.max_candidates) {
      report_.warn(demand.where, "Demand " + name + " has " + std::to_string(list.size()) + " candidates; the first " +
                                     std::to_string(input_.max_candidates) + " are kept ([controller] max_candidates)");
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(input_.max_candidates), list.end());
    }
    auto* dropped = document.if_contains("dropped");
    if (dropped != nullptr && dropped->is_array() && !dropped->as_array().empty())
      dropped_.emplace_back(demand.name, std::move(*dropped));
    document.erase("dropped");
    return true;
  }

  // In the memory of the candidates, which are most of it.
  json::value document() {
    auto const storage = demands_->storage();
    json::object locations(storage);
    for (auto& location : draft_.locations) {
      if (location.resolved["country"].is_null()) location.resolved.erase("country");
      locations[location.name] = std::move(location.resolved);
    }
    json::object solver({{"version", given_.version()},
                         {"plan_id", input_.plan_id},
                         {"request_type", given_.request_type()},
                         {"locations", std::move(locations)}},
                        storage);
    drop_unused_hardware(draft_.constraints, *demands_);
    solver["demands"] = std::move(*demands_);
    solver["objective"] = std::move(draft_.objective);
    solver["constraints"] = std::move(draft_.constraints);
    solver["reservations"] = std::move(draft_.reservations);
    if (!draft_.solver.empty()) solver["solver"] = std::move(draft_.solver);
    json::object translated(storage);
    translated["conductor_solver"] = std::move(solver);
    if (!dropped_.empty()) {
      auto& all = translated["translation_dropped"].emplace_object();
      for (auto& [demand, dropped] : dropped_) all.emplace(demand, std::move(dropped));
    }
    return translated;
  }

  Input const& input_;
  Template const& given_;
  Report report_;
  Draft draft_;
  std::optional<json::object> demands_;  // as the data service answered, in its storage
  std::vector<std::pair<std::string, json::value>> dropped_;
};

}  // namespace

sdk::Result<Translation> translate(Input const& input, Lookups* lookups) {
  if (!input.document.is_mapping()) {
    Report report;
    report.add(View(input.document, ""), "Can't translate an invalid template.",
               "a mapping with homing_template_version and demands");
    return Translation{.document = nullptr, .message = report.first(), .errors = report.errors(), .warnings = {}};
  }
  Report of_functions;
  Template const given(replace_functions(input.document, input.files, of_functions), input.files);
  Report report;
  for (auto const& pointer : of_functions.tainted()) report.taint(pointer);
  Translator translator(input, given, std::move(report));
  translator.check_locally(of_functions);
  if (lookups == nullptr || !translator.ok()) return translator.finish(false);
  if (auto done = translator.look_up_locations(*lookups); !done) return done.error();
  if (!translator.ok()) return translator.finish(false);
  if (auto done = translator.look_up_demands(*lookups); !done) return done.error();
  return translator.finish(true);
}

}  // namespace conductor::services::controller
