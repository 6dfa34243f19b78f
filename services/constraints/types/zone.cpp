// zone (solver specification 5.3): choices in the same zone, or all in different ones. An unknown zone satisfies
// neither.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"

namespace conductor::services::constraints {
namespace {

class ZoneTest final : public Test {
 public:
  // `required`: the location's country, 0 without location.
  ZoneTest(Plan const& plan, std::size_t zone, bool same, Symbol required)
      : plan_(plan), zone_(zone), same_(same), required_(required) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const symbol = plan_.demands[demand].zones[zone_][candidate];
    return symbol != 0 && (required_ == 0 || (symbol == required_) == same_);
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const symbol = plan_.demands[demand].zones[zone_][candidate];
    if (symbol == 0)
      return {
          .reason = "zone-unknown", .text = std::string(zone_fields[zone_].second) + " is missing", .missing = true};
    return {"zone", std::string(zone_fields[zone_].first) + " " + plan_.symbols.text(symbol) + " is " +
                        (same_ ? "not " : "") + "that of the location" +
                        (same_ ? ", " + plan_.symbols.text(required_) : "")};
  }

 private:
  Plan const& plan_;
  std::size_t zone_;
  bool same_;
  Symbol required_;
};

class ZoneRelation final : public Relation {
 public:
  ZoneRelation(Plan const& plan, std::size_t zone, bool same)
      : plan_(plan), zone_(zone), same_(same), members_(plan.demands.size()) {}

  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    for (std::uint32_t position = 0; position < numbering.size(); ++position)
      members_[demand][plan_.demands[demand].zones[zone_][numbering[position]]].push_back(position);
  }
  std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    return plan_.demands[demand].zones[zone_][candidate];
  }
  void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                std::span<sdk::Word> row) const override {
    auto const found = members_[other].find(signature(demand, candidate));
    if (same_) {
      std::vector<sdk::Word> kept(row.size(), 0);
      if (found != members_[other].end())
        for (auto const position : found->second) kept[position / 64] |= sdk::Word{1} << (position % 64);
      for (std::size_t word = 0; word < row.size(); ++word) row[word] &= kept[word];
    } else if (found != members_[other].end()) {
      for (auto const position : found->second) row[position / 64] &= ~(sdk::Word{1} << (position % 64));
    }
  }

  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    auto const a = signature(demand, candidate), b = signature(other, partner);
    if (a == 0 || b == 0) return Truth::unknown;
    return (a == b) == same_ ? Truth::yes : Truth::no;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other, std::uint32_t partner) const override {
    auto const a = signature(demand, candidate), b = signature(other, partner);
    if (a == 0 || b == 0)
      return {
          .reason = "zone-unknown", .text = std::string(zone_fields[zone_].second) + " is missing", .missing = true};
    auto text = std::string(zone_fields[zone_].first) + " " + plan_.symbols.text(a);
    return {.reason = "zone", .text = same_ ? text + " is not " + plan_.symbols.text(b) : text + " is that of both"};
  }

 private:
  Plan const& plan_;
  std::size_t zone_;
  bool same_;
  std::vector<std::unordered_map<Symbol, std::vector<std::uint32_t>>> members_;  // by demand and zone: positions
};

std::size_t category_of(Constraint const& constraint) {
  auto const name = text_of(*constraint.properties, "category");
  std::string known;
  for (std::size_t zone = 0; zone < zone_fields.size(); ++zone) {
    if (zone_fields[zone].first == name) return zone;
    known += (known.empty() ? "" : ", ") + std::string(zone_fields[zone].first);
  }
  throw InvalidPlan(title_of(constraint) + " has category '" + name + "'; it must be one of " + known);
}

Symbol country_of_location(Constraint const& constraint, Plan const& plan, std::size_t zone) {
  auto const* given = member(*constraint.properties, "location");
  if (!given) return 0;
  auto const name = text_in(*given).value_or("");
  if (zone != static_cast<std::size_t>(Zone::country))
    throw InvalidPlan(title_of(constraint) + " has a location with category '" + std::string(zone_fields[zone].first) +
                      "'; a location is for category country only");
  auto const location = plan.find_location(name);
  if (!location)
    throw InvalidPlan(title_of(constraint) + " names location '" + name + "', which the plan does not have");
  auto const country = plan.locations[*location].country;
  if (country == 0)
    throw InvalidPlan(title_of(constraint) + " names location '" + name + "', whose country is unknown; give it one");
  return country;
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const& plan = preparation.plan;
  auto const qualifier = text_of(*constraint.properties, "qualifier");
  if (qualifier != "same" && qualifier != "different")
    throw InvalidPlan(title_of(constraint) + " has qualifier '" + qualifier + "'; it must be same or different");
  bool const same = qualifier == "same";
  auto const zone = category_of(constraint);
  auto const required = country_of_location(constraint, plan, zone);
  Rule rule;
  // One demand alone has no other zone to agree with.
  if (required == 0 && constraint.demands.size() < 2) return rule;
  rule.local = std::make_unique<ZoneTest>(plan, zone, same, required);
  if (constraint.demands.size() > 1) rule.relation = std::make_unique<ZoneRelation>(plan, zone, same);
  rule.tests_are_implied = required == 0;
  return rule;
}

// A location takes part in country zones only, and then needs a country. Zones of disaster, time and maintenance are
// known only where inventory says them, which translation checks by `needs_field`.
void check(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  auto const category = constraint.properties.given("category");
  auto const location = constraint.properties.given("location");
  if (!category) return;
  for (auto const& [name, field] : zone_fields)
    if (name == category->node().text() && std::string_view(field).ends_with("_zone") && constraint.demands.size() > 1)
      properties["needs_field"] = field;
  if (!location) {
    if (constraint.demands.size() == 1)
      report.warn(constraint.whole,
                  "Constraint " + constraint.name + " of type zone lists one demand and no location; it has no effect");
    return;
  }
  if (category->node().text() != "country") {
    report.add(*location,
               "Property 'location' is only for category 'country' in constraint named '" + constraint.name +
                   "', which has category '" + shown(category->node()) + "'; remove it",
               "no location");
    return;
  }
  if (auto* drafted = constraint.location(location->node().text())) {
    drafted->needs_country = true;
    if (!drafted->resolved.empty() && drafted->country.empty())
      report.add(*location,
                 "Location " + readable(drafted->name) + " has no country, which constraint named '" + constraint.name +
                     "' needs; give the location a country",
                 "a location with a country");
  }
}

std::string zone_value(json::object const& properties, json::object const& candidate) {
  auto const category = text_of(properties, "category");
  if (category == "region") return text_of(candidate, "location_id");
  if (category == "complex") return text_of(candidate, "complex_name");
  return text_of(candidate, category == "country" ? category : category + "_zone");
}

Measured recheck_one(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const& properties = properties_in(constraint);
  if (!member(properties, "location")) return plain(Opinion::yes);
  auto const zone = zone_value(properties, *party.candidate);
  if (zone.empty()) return {};
  auto const& place = judge.root().at("locations").at(properties.at("location").as_string()).as_object();
  return plain(opinion_of((zone == text_of(place, "country")) == (properties.at("qualifier").as_string() == "same")));
}

Measured recheck_two(Judge const&, json::object const& constraint, Party const& a, Party const& b) {
  auto const& properties = properties_in(constraint);
  auto const of_a = zone_value(properties, *a.candidate), of_b = zone_value(properties, *b.candidate);
  if (of_a.empty() || of_b.empty()) return {};
  return plain(opinion_of((of_a == of_b) == (properties.at("qualifier").as_string() == "same")));
}

constexpr std::string_view qualifiers[] = {"same", "different"};
constexpr std::string_view categories[] = {"disaster", "region", "complex", "country", "time", "maintenance"};
constexpr Property properties[] = {
    {.name = "qualifier", .required = true, .values = qualifiers},
    {.name = "category", .required = true, .values = categories},
    {.name = "location", .help = "With category country: takes part in the comparison."}};

constexpr Type all[] = {{.name = "zone",
                         .help = "Every two of the listed demands are in the same zone, or in different ones.",
                         .place = 40,
                         .scope = Scope::pairwise,
                         .rank = 2,
                         .properties = properties,
                         .member = true,
                         .check = check,
                         .prepare = prepare,
                         .recheck = {.one = recheck_one, .two = recheck_two}}};

}  // namespace

std::span<Type const> zone_types() { return all; }

}  // namespace conductor::services::constraints
