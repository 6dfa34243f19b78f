#include "services/solver/metrics.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

constexpr char customer[] = "ONAP", unknown[] = "N/A";
constexpr char recommended_help[] = "Flavors of recommended cloud regions, by VM label.";

}  // namespace

void SolverMetrics::add(char const* name, char const* help, sdk::Labels labels, double amount) {
  registry_.counter(name, help, labels).add(amount);
}

void SolverMetrics::count(Solution const& solution, double seconds, std::function<std::string()> const& service_name) {
  count_quality(solution, seconds);
  count_tests(solution.hpa);
  if (solution.recommendations.empty()) {
    add("vnf_no_solution_total", "Plans without a solution.",
        {{"customer_name", customer}, {"service_name", service_name()}});
    return;
  }
  bool proven = true;
  for (auto const& info : solution.solver_info)
    proven = proven && info.at("status").as_string() == to_string(sdk::Proof::optimal);
  if (proven && solution.flavors.empty() && solution.scores.empty()) return;
  auto const service = service_name();
  count_flavors(solution, service);
  for (auto const& info : solution.solver_info)
    if (info.at("status").as_string() != to_string(sdk::Proof::optimal))
      add("vnf_sub_optimum_solution_total", "Solutions without proof that they are the best.",
          {{"customer_name", customer}, {"service_name", service}, {"vnf_name", unknown}, {"vnfc_name", unknown}});
}

void SolverMetrics::count_quality(Solution const& solution, double seconds) {
  registry_
      .histogram("conductor_solver_seconds", "Seconds from a translated plan to its solutions, remote checks included.",
                 {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 600})
      .observe(seconds);
  add("conductor_solver_status_total", "Solved plans by what is known of their first solution.",
      {{"status", std::string(to_string(solution.proof))}});
  double nodes = 0;
  auto& gaps = registry_.histogram("conductor_solver_gap", "Relative gap between value and bound of a solution.",
                                   {0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1});
  for (auto const& info : solution.solver_info) {
    nodes += info.at("nodes").to_number<double>();
    if (auto const* gap = info.at("gap").if_double()) gaps.observe(*gap);
  }
  add("conductor_solver_nodes_total", "Nodes that searches which found a solution have looked at.", {}, nodes);
}

void SolverMetrics::count_tests(HpaTally const& tally) {
  auto const count = [&](bool of_flavor, bool success, sdk::Labels labels, std::uint64_t amount) {
    if (amount == 0) return;
    auto const* name = of_flavor ? success ? "flavor_match_successful_total" : "flavor_match_unsuccessful_total"
                       : success ? "cloud_region_successful_total"
                                 : "cloud_region_unsuccessful_total";
    auto const* help = of_flavor ? "Flavors tested for a VM's hardware features." : "Cloud regions tested for a VM.";
    add(name, help, std::move(labels), static_cast<double>(amount));
  };
  for (auto const& [place, counted] : tally.flavors)
    for (bool const success : {true, false})
      count(true, success,
            {{"customer_name", customer},
             {"service_name", unknown},
             {"vnf_name", unknown},
             {"vnfc_name", unknown},
             {"cloud_region", place.first},
             {"flavor", place.second}},
            success ? counted.successful : counted.unsuccessful);
  auto const of_region = [&](std::string const& region, bool success, std::uint64_t amount) {
    count(false, success, {{"customer_name", customer}, {"service_name", unknown}, {"cloud_region", region}}, amount);
  };
  for (auto const& [region, counted] : tally.regions) {
    of_region(region, true, counted.successful);
    of_region(region, false, counted.unsuccessful);
  }
  for (auto const& [vm, fits] : tally.vms)
    if (!fits) of_region("ALL", false, 1);
}

void SolverMetrics::count_flavors(Solution const& solution, std::string const& service_name) {
  for (auto const& each : solution.flavors)
    add("vnf_compute_profile_total", recommended_help,
        {{"customer_name", customer},
         {"service_name", service_name},
         {"vnf_name", each.demand},
         {"vnfc_name", each.label},
         {"flavor", each.flavor},
         {"cloud_region", each.region}});
  for (auto const& each : solution.scores)
    add("vnf_scores_total", "Recommended cloud regions by the score of their hardware features, rounded.",
        {{"customer_name", customer},
         {"service_name", service_name},
         {"vnf_name", each.demand},
         {"hpa_score", std::to_string(std::llround(each.score))}});
}

}  // namespace conductor::services::solver
