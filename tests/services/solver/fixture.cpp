#include "fixture.hpp"

#include <dlfcn.h>

#include <cstdlib>

namespace conductor::tests::solver {

LoadedStrategy::LoadedStrategy(std::string const& name) {
  char const* build = std::getenv("CONDUCTOR_BUILD_DIR");
  auto const path = std::string(build ? build : ".") + "/lib/conductor/plugins/solver/" + name + ".so";
  library_ = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library_) throw std::runtime_error(::dlerror());
  auto const* entry = static_cast<sdk::Entry const*>(::dlsym(library_, sdk::entry_symbol));
  if (!entry) throw std::runtime_error(path + " has no entry");
  sdk::Schema schema(name);
  entry->describe(schema);
  plugin_.reset(entry->create(host_, sdk::testing::settings_of(schema)));
}

LoadedStrategy::~LoadedStrategy() { plugin_.reset(); }  // the library stays loaded

sdk::Result<sdk::Solved> LoadedStrategy::solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                               std::shared_ptr<sdk::ProgressSink> progress) {
  return dynamic_cast<sdk::SolverStrategy&>(*plugin_).solve(call, *problem, *progress);
}

PlanDocument::PlanDocument() {
  document_ = json::parse(R"({"conductor_solver": {"version": "2018-02-01", "plan_id": "p", "request_type": "",
      "locations": {}, "demands": {}, "constraints": {}, "objective": null, "reservations": {}}})");
}

PlanDocument& PlanDocument::location(std::string const& name, double latitude, double longitude, json::object more) {
  more["latitude"] = latitude;
  more["longitude"] = longitude;
  part("locations")[name] = std::move(more);
  return *this;
}

PlanDocument& PlanDocument::candidate(std::string const& demand, std::string const& id, json::object fields) {
  fields["candidate_id"] = id;
  fields.emplace("inventory_type", "cloud");
  return raw_candidate(demand, std::move(fields));
}

PlanDocument& PlanDocument::raw_candidate(std::string const& demand, json::value candidate) {
  auto& demands = part("demands");
  if (!demands.contains(demand)) demands[demand] = json::object{{"candidates", json::array()}};
  demands[demand].as_object()["candidates"].as_array().push_back(std::move(candidate));
  return *this;
}

PlanDocument& PlanDocument::constraint(std::string const& name, std::string const& type,
                                       std::vector<std::string> const& demands, json::object properties) {
  json::object constraint{{"name", name}, {"type", type}};
  constraint["demands"] = json::array(demands.begin(), demands.end());
  constraint["properties"] = std::move(properties);
  part("constraints")[name] = std::move(constraint);
  return *this;
}

PlanDocument& PlanDocument::constraint(std::string const& name, std::string const& type, json::object more) {
  more["name"] = name;
  more["type"] = type;
  part("constraints")[name] = std::move(more);
  return *this;
}

PlanDocument& PlanDocument::operand(std::string const& function, std::vector<std::string> const& parameters,
                                    double weight) {
  auto& objective = root()["objective"];
  if (objective.is_null()) objective = json::object{{"goal", "min"}, {"operation", "sum"}, {"operands", json::array()}};
  json::object operand{{"operation", "product"}, {"weight", weight}, {"function", function}};
  operand["function_param"] = json::array(parameters.begin(), parameters.end());
  objective.as_object()["operands"].as_array().push_back(std::move(operand));
  return *this;
}

json::object at(double latitude, double longitude, double cost) {
  return {{"latitude", latitude}, {"longitude", longitude}, {"cost", cost}};
}

json::object km(char const* op, double value) {
  json::object properties;
  properties["distance"] = json::object{{"operator", op}, {"value", value}, {"units", "km"}};
  return properties;
}

sdk::Result<Solution> Bench::solve(PlanDocument const& plan, plugin::Strategy& strategy, std::string const& count,
                                   std::string const& name) {
  Request const request{"p", count, name, 7, move_cost, node_limit};
  return services::solver::solve(call, std::make_shared<json::value const>(plan.document()), request,
                                 {options, remote, strategy, host.clock(), host.log()});
}

sdk::Result<Solution> Bench::optimal(PlanDocument const& plan, std::string const& count) {
  LoadedStrategy strategy("optimal");
  return solve(plan, strategy, count);
}

std::string chosen(sdk::Result<Solution> const& solution, std::size_t place) {
  if (!solution) return solution.error().text;
  if (place >= solution->recommendations.size()) return "none";
  std::string text;
  for (auto const& [demand, recommendation] : solution->recommendations[place].as_object())
    text += (text.empty() ? "" : " ") + std::string(recommendation.at("candidate").at("candidate_id").as_string());
  return text;
}

double value(sdk::Result<Solution> const& solution, std::size_t place) {
  return solution.value().solver_info.at(place).at("value").as_double();
}

json::object const* drop_of(sdk::Result<Solution> const& solution, std::string const& demand, std::string const& id) {
  for (auto const& drop : solution.value().explanation.at("demands").at(demand).at("dropped").as_array())
    if (drop.at("candidate_id") == json::value(id)) return &drop.as_object();
  return nullptr;
}

}  // namespace conductor::tests::solver
