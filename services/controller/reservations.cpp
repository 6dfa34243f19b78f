// Reservations (template specification 10): both inner forms, one entry per reservation and demand.
#include "services/controller/draft.hpp"
#include "services/grammar/controllers.hpp"

#include "core/config/nearest.hpp"

#include <unordered_set>

namespace conductor::services::controller {

using namespace grammar;

namespace {

class ReservationReader {
 public:
  ReservationReader(Template const& given, Known const& known, Report& report)
      : given_(given), known_(known), report_(report) {}

  json::object read(View const& section) {
    for (auto const& [key, value] : section.members()) {
      if (key == "service_model") {
        read_model(value);
      } else if (key == "service_candidates") {
        read_candidates(value);
      } else if (value->is_mapping() && value->find("demands") != nullptr) {
        read_one(key, value);
      } else {
        report_.add(value, "Reservation " + readable(key) + " must be a dictionary with demands, type and properties",
                    "service_model, service_candidates, or a reservation");
      }
    }
    json::object result{{"counter", 0}};
    result["service_model"] = model_;
    result["demands"] = std::move(demands_);
    return result;
  }

 private:
  void read_model(View const& given) {
    if (is_blank(given.node())) return;
    auto const model = given->text();
    if (model == "ADIOD" || model == "DHV")
      model_ = model;
    else
      report_.add(
          given,
          "Unsupported service_model '" + shown(given.node()) + "' in section reservation, expected ADIOD or DHV",
          "ADIOD, DHV, or nothing");
  }

  void read_candidates(View const& given) {
    if (given->is_null()) return;
    if (!given->is_mapping()) {
      report_.add(given, "Reservations must be provided in dictionary form", "a mapping from names to reservations");
      return;
    }
    for (auto const& [name, reservation] : given.members()) read_one(name, reservation);
  }

  void read_one(std::string_view key, View const& reservation) {
    std::string const name = readable(key);
    if (!reservation->is_mapping()) {
      report_.add(reservation, "Reservation " + name + " must be a dictionary", "a mapping");
      return;
    }
    // Free text, handed to the controller (reservation specification A2).
    if (auto const type = reservation.given("type"); type && !type->node().is_text())
      report_.add(*type, "Reservation " + name + " has the type '" + shown(type->node()) + "', expected a text",
                  "a text such as instance_reservation");
    check_properties(name, reservation);
    auto const demands = demands_of(name, reservation);
    // Each demand gets a copy of its own.
    constexpr std::size_t most_translated = 64U << 20U;
    translated_ += text::weight(reservation.node()) * demands.size();
    if (translated_ > most_translated)
      return report_.add(reservation,
                         "The reservations, with one entry per demand, add up to more than " +
                             std::to_string(most_translated) + " bytes",
                         "fewer demands or shorter requests");
    for (auto const& demand : demands) {
      auto entry = text::to_json(reservation.node()).as_object();
      entry["name"] = key;
      entry["demands"] = demand;
      if (!entry.contains("properties") || !entry["properties"].is_object()) entry["properties"] = json::object();
      std::string const base = std::string(key) + "_" + demand;
      std::string unique = base;
      for (int count = 2; demands_.contains(unique); ++count) unique = base + "#" + std::to_string(count);
      demands_[unique] = std::move(entry);
    }
  }

  void check_properties(std::string const& name, View const& reservation) {
    auto const properties = reservation.given("properties");
    if (properties && !properties->node().is_mapping()) {
      report_.add(*properties, "Properties of reservation " + name + " must be a dictionary", "a mapping");
      return;
    }
    auto const controller = properties ? properties->given("controller") : std::nullopt;
    if (!controller || is_blank(controller->node())) {
      report_.add(properties.value_or(reservation),
                  "Required property 'controller' not found in reservation named '" + name + "'",
                  "the name of a service controller");
      return;
    }
    check_controller(*controller, known_.controllers, "reservation named '" + name + "'", report_);
    if (auto const request = properties->given("request"); request && !request->node().is_mapping())
      report_.add(*request,
                  "Property 'request' value '" + shown(request->node()) + "' in reservation named '" + name +
                      "' is not a mapping",
                  "a mapping of what the controller is asked for");
  }

  // A text, a list, or a mapping whose keys are the names.
  std::vector<std::string> demands_of(std::string const& name, View const& reservation) {
    auto const given = reservation.given("demands");
    std::vector<std::string> all;
    if (given && given->node().is_mapping())
      for (auto const& member : given->node().members) all.push_back(member.key);
    else if (auto const texts = given ? texts_in(given->node()) : std::nullopt)
      all = *texts;
    if (all.empty())
      report_.add(given.value_or(reservation),
                  "Demand list for reservation " + name + " must be a list of names or a string with one name",
                  "a name, or a list of names");
    std::vector<std::string> names;
    std::unordered_set<std::string_view> seen;
    for (auto const& demand : all) {
      if (report_.full()) break;
      if (!given_.has_demand(demand))
        report_.add(*given, "Demand " + readable(demand) + " must be provided in demands section",
                    "one of: " + joined(given_.demand_names()), config::nearest(demand, given_.demand_names()));
      else if (seen.insert(demand).second)
        names.push_back(demand);
    }
    return names;
  }

  Template const& given_;
  Known const& known_;
  Report& report_;
  json::value model_;
  json::object demands_;
  std::size_t translated_ = 0;  // roughly its bytes
};

}  // namespace

void draft_reservations(Template const& given, Known const& known, Draft& draft, Report& report) {
  auto const section = given.reservations();
  if (section->members.empty()) return;
  draft.reservations = ReservationReader(given, known, report).read(section);
}

}  // namespace conductor::services::controller
