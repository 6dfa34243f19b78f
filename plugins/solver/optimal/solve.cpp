// Splitting into components and adding up (solve.hpp).
#include "solve.hpp"

#include <deque>
#include <memory>
#include <numeric>

namespace conductor::plugins::solver::optimal {
namespace {

class Solve {
 public:
  Solve(Coupling& coupling, Domains domains, sdk::ProgressSink* progress)
      : coupling_(coupling), problem_(coupling.problem()), progress_(progress), domains_(std::move(domains)) {}

  Best run() {
    coupling_.ticker().count();
    if (!load() || !fix_singletons()) return infeasible();
    split();
    for (auto& component : components_) component->prepare();
    announce_ = true;
    report();
    std::sort(components_.begin(), components_.end(),
              [](auto const& a, auto const& b) { return a->size() < b->size(); });
    for (auto& component : components_) {
      if (component->infeasible()) return infeasible();
      component->prove();
    }
    for (auto& component : components_) {
      if (component->infeasible()) return infeasible();
      component->break_ties();
    }
    return assemble();
  }

 private:
  bool load() {
    auto const n = problem_.demands();
    unary_.resize(n);
    fixed_.assign(n, false);
    for (std::size_t d = 0; d < n; ++d) {
      auto const keys = problem_.keys(d);
      unary_[d].resize(keys.size());
      for (std::size_t c = 0; c < keys.size(); ++c) unary_[d][c] = keys[c].cost;
      std::erase_if(domains_[d], [&](std::uint32_t c) { return unary_[d][c] == forbidden; });
      if (domains_[d].empty()) return false;
    }
    return true;
  }

  // A demand with one candidate left is decided: it filters its neighbours, adds its pair costs to theirs and leaves
  // the graph.
  bool fix_singletons() {
    std::deque<std::uint32_t> waiting;
    for (std::uint32_t d = 0; d < domains_.size(); ++d)
      if (domains_[d].size() == 1) waiting.push_back(d);
    for (; !waiting.empty(); waiting.pop_front()) {
      auto const d = waiting.front();
      fixed_[d] = true;
      constant_ = plus(constant_, unary_[d][domains_[d].front()]);
      for (auto const& link : coupling_.links(d)) {
        if (fixed_[link.to]) continue;
        auto const before = domains_[link.to].size();
        if (!filter(link, domains_[d].front())) return false;
        if (domains_[link.to].size() == 1 && before > 1) waiting.push_back(link.to);
      }
    }
    return constant_ != forbidden;
  }

  bool filter(Link const& link, std::uint32_t c) {
    auto const* row = link.restricts ? coupling_.row(link, c) : nullptr;
    auto const* costs = link.has_cost ? coupling_.costs(link, c) : nullptr;
    auto& unary = unary_[link.to];
    std::erase_if(domains_[link.to], [&](std::uint32_t other) {
      if (row && !((row[other / 64] >> (other % 64)) & 1U)) return true;
      if (costs) unary[other] = plus(unary[other], costs[other]);
      return unary[other] == forbidden;
    });
    return !domains_[link.to].empty();
  }

  // Connected by pairs and by terms; terms of decided demands alone make a component without members of their own.
  void split() {
    auto const n = domains_.size();
    std::vector<std::uint32_t> leader(n);
    std::iota(leader.begin(), leader.end(), 0U);
    auto const find = [&](std::uint32_t d) {
      while (leader[d] != d) d = leader[d] = leader[leader[d]];
      return d;
    };
    for (std::uint32_t d = 0; d < n; ++d)
      for (auto const& link : coupling_.links(d))
        if (!fixed_[d] && !fixed_[link.to]) leader[find(d)] = find(link.to);
    for (auto const* term : problem_.terms())
      for (auto const d : term->scope()) leader[find(d)] = find(term->scope().front());
    make_bits();
    std::vector<Component::Parts> parts(n);
    for (std::uint32_t d = 0; d < n; ++d) {
      auto& part = parts[find(d)];
      if (fixed_[d]) continue;
      part.members.push_back(d);
      part.domains.push_back(domains_[d]);
      part.unary.push_back(unary_[d]);
    }
    for (auto const* term : problem_.terms()) {
      if (term->scope().empty())
        constant_terms_.push_back(term);
      else
        parts[find(term->scope().front())].terms.push_back(term);
    }
    for (auto& part : parts) {
      if (part.members.empty()) {
        constant_terms_.insert(constant_terms_.end(), part.terms.begin(), part.terms.end());
        continue;
      }
      components_.push_back(std::make_unique<Component>(coupling_, std::move(part), bits_));
      components_.back()->on_progress = [this] { report(); };
    }
    add_constant_terms();
  }

  void make_bits() {
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      words_.emplace_back((problem_.candidates(d) + 63) / 64);
      for (auto const c : domains_[d]) words_[d][c / 64] |= sdk::Word{1} << (c % 64);
    }
    for (auto const& words : words_) bits_.emplace_back(words);
  }

  void add_constant_terms() {
    sdk::Assignment assignment(domains_.size());
    for (std::size_t d = 0; d < domains_.size(); ++d) assignment[d] = domains_[d].front();
    for (auto const* term : constant_terms_) constant_ = plus(constant_, term->value(assignment));
  }

  Cost value() const {
    auto sum = constant_;
    for (auto const& component : components_) sum = plus(sum, component->value());
    return sum;
  }
  Cost bound() const {
    auto sum = constant_;
    for (auto const& component : components_) {
      // Nothing is known yet: nothing is known of the sum.
      if (component->bound() == std::numeric_limits<Cost>::min()) return component->bound();
      sum = plus(sum, component->bound());
    }
    return sum;
  }

  void report() {
    if (!progress_ || !announce_) return;
    auto const value = this->value();
    auto const bound = this->bound();
    if (value < reported_value_) {
      reported_value_ = value;
      progress_->incumbent(assignment(), value);
    }
    if (bound > reported_bound_ && bound != forbidden) {
      reported_bound_ = bound;
      progress_->bound(bound);
    }
  }

  sdk::Assignment assignment() const {
    sdk::Assignment assignment(domains_.size());
    for (std::size_t d = 0; d < domains_.size(); ++d) assignment[d] = domains_[d].front();
    for (auto const& component : components_)
      for (std::size_t m = 0; m < component->best().size(); ++m)
        assignment[component->members()[m]] = component->best()[m];
    return assignment;
  }

  std::uint64_t nodes() const {
    std::uint64_t nodes = 1;
    for (auto const& component : components_) nodes += component->nodes();
    return nodes;
  }

  Best infeasible() const { return {sdk::Proof::infeasible, {}, forbidden, forbidden, nodes()}; }

  Best assemble() const {
    if (constant_ == forbidden) return infeasible();
    bool proven = true;
    for (auto const& component : components_) {
      if (!component->found()) return {sdk::Proof::unknown, {}, forbidden, bound(), nodes()};
      proven = proven && component->proven();
    }
    return {proven ? sdk::Proof::optimal : sdk::Proof::feasible, assignment(), value(), bound(), nodes()};
  }

  Coupling& coupling_;
  sdk::Problem const& problem_;
  sdk::ProgressSink* progress_;
  Domains domains_;
  std::vector<std::vector<Cost>> unary_;
  std::vector<bool> fixed_;
  Cost constant_ = 0;  // of decided demands and the terms they decide
  std::vector<sdk::Term const*> constant_terms_;
  std::vector<std::vector<sdk::Word>> words_;
  std::vector<sdk::Bits> bits_;
  std::vector<std::unique_ptr<Component>> components_;
  bool announce_ = false;  // once every component had the chance of an assignment
  Cost reported_value_ = forbidden, reported_bound_ = std::numeric_limits<Cost>::min();
};

}  // namespace

Best solve_within(Coupling& coupling, Domains const& domains, sdk::ProgressSink* progress) {
  return Solve(coupling, domains, progress).run();
}

}  // namespace conductor::plugins::solver::optimal
