// Evaluation, and reasoning over domains: each test and each pair is taken on its own, which never rules out too much.
#include "services/constraints/types/group/tree.hpp"

#include <bit>

namespace conductor::services::constraints {
namespace {

constexpr std::size_t most_partners = 4096;  // looked at in the bound of a pair

constexpr unsigned bit_of(Truth truth) { return 1U << static_cast<unsigned>(truth); }
constexpr unsigned no = bit_of(Truth::no), yes = bit_of(Truth::yes), unknown = bit_of(Truth::unknown);

bool lists(Constraint const& constraint, std::uint32_t demand) {
  return std::find(constraint.demands.begin(), constraint.demands.end(), demand) != constraint.demands.end();
}

std::size_t count_of(sdk::Bits domain) {
  std::size_t count = 0;
  for (auto const word : domain) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

template <class Visit>
void for_each_bit(sdk::Bits domain, Visit const& visit) {
  for (std::size_t w = 0; w < domain.size(); ++w)
    for (auto word = domain[w]; word != 0; word &= word - 1)
      visit(w * 64 + static_cast<std::size_t>(std::countr_zero(word)));
}

// Of parts that must all hold, where one unknown part settles it.
struct Conjunction {
  bool any_no = false, any_unknown = false;
  void add(Truth truth) {
    any_no |= truth == Truth::no;
    any_unknown |= truth == Truth::unknown;
  }
  Truth truth() const { return any_unknown ? Truth::unknown : any_no ? Truth::no : Truth::yes; }
};

}  // namespace

template <class Self, class Visit>
void Group::for_each_rule(Self& member, Visit const& visit) {
  if (member.kind == Kind::rule) visit(member);
  for (auto& each : member.members) for_each_rule(each, visit);
}

Group::Group(Constraint const& constraint, Preparation const& preparation) {
  root_ = read(*constraint.document, constraint, preparation, 1);
}

Group::Member Group::read(json::object const& document, Constraint const& outer, Preparation const& preparation,
                          std::size_t depth) {
  auto const* type = find_type(text_of(document, "type"));
  if (!type || !type->is_group()) return read_rule(document, outer, preparation);
  if (depth > deepest_group)
    throw InvalidPlan(title_of(outer) + " is nested more than " + std::to_string(deepest_group) + " deep");
  Member member;
  member.kind = type->members == Members::one ? Kind::negation : Kind::any_of;
  auto const add = [&](json::value const& each) {
    if (!each.is_object()) throw InvalidPlan(title_of(outer) + " has the member " + shown(each) + ", not an object");
    member.members.push_back(read(each.get_object(), outer, preparation, depth + 1));
  };
  auto const* list = placement::member(document, "constraints");
  auto const* one = placement::member(document, "constraint");
  if (member.kind == Kind::negation) {
    if (!one) throw InvalidPlan(title_of(outer) + ": 'not' needs one member under 'constraint'");
    add(*one);
    return member;
  }
  if (!list || !list->is_array() || list->get_array().empty() || list->get_array().size() > most_members)
    throw InvalidPlan(title_of(outer) + ": 'any_of' needs a list 'constraints' of 1 to " +
                      std::to_string(most_members) + " members");
  for (auto const& each : list->get_array()) add(each);
  return member;
}

Group::Member Group::read_rule(json::object const& document, Constraint const& outer, Preparation const& preparation) {
  static json::object const nothing;
  Member member;
  member.constraint = std::make_unique<Constraint>();
  auto& constraint = *member.constraint;
  constraint.id = outer.id;
  constraint.name = outer.name;
  auto const type = text_of(document, "type");
  constraint.type = find_type(type);
  if (!constraint.type || !constraint.type->member)
    throw InvalidPlan(title_of(outer) + " has a member of type '" + type + "', which cannot be a member");
  if (placement::member(document, "penalty") || placement::member(document, "weight"))
    throw InvalidPlan(title_of(outer) + " has a member with a penalty or weight; only the group itself can have one");
  auto const* properties = placement::member(document, "properties");
  constraint.properties = properties && properties->is_object() ? &properties->get_object() : &nothing;
  constraint.document = &document;
  auto const add = [&](json::value const& name) {
    auto const demand = name.is_string() ? preparation.plan.find_demand(name.get_string()) : std::nullopt;
    if (!demand)
      throw InvalidPlan(title_of(outer) + " has a member that names " + shown(name) +
                        ", which is no demand of the plan");
    if (!lists(constraint, *demand)) constraint.demands.push_back(*demand);
  };
  auto const* demands = placement::member(document, "demands");
  if (demands && demands->is_array())
    for (auto const& name : demands->get_array()) add(name);
  else if (demands)
    add(*demands);
  if (constraint.demands.empty()) throw InvalidPlan(title_of(outer) + " has a member that names no demand");
  member.rule = constraint.type->prepare(constraint, preparation);
  member.rule.constraint = &constraint;
  return member;
}

bool Group::has_remote_tests() const {
  bool any = false;
  for_each_rule(root_, [&](Member const& member) { any |= member.rule.remote != nullptr; });
  return any;
}

void Group::ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const {
  for_each_rule(root_, [&](Member const& member) {
    if (member.rule.remote && lists(*member.constraint, demand)) member.rule.remote->ask(demand, candidate, questions);
  });
}

void Group::number(std::uint32_t demand, std::span<std::uint32_t const> numbering) {
  for_each_rule(root_, [&](Member& member) {
    if (!lists(*member.constraint, demand)) return;
    if (member.rule.relation) member.rule.relation->number(demand, numbering);
    Column column;
    column.numbering.assign(numbering.begin(), numbering.end());
    for (auto& words : column.positions) words.resize((numbering.size() + 63) / 64);
    for (std::uint32_t position = 0; position < numbering.size(); ++position) {
      auto const candidate = numbering[position];
      if (candidate >= column.by_candidate.size()) column.by_candidate.resize(candidate + 1, Truth::no);
      auto const truth = of_tests(member, demand, candidate);
      column.by_candidate[candidate] = truth;
      column.positions[static_cast<std::size_t>(truth)][position / 64] |= sdk::Word{1} << (position % 64);
    }
    member.columns[demand] = std::move(column);
  });
}

Truth Group::of_tests(Member const& member, std::uint32_t demand, std::uint32_t candidate) {
  if (auto const column = member.columns.find(demand); column != member.columns.end())
    return column->second.by_candidate[candidate];
  Conjunction all;
  for (auto const* test : {member.rule.local.get(), member.rule.remote.get()})
    if (test) all.add(test->truth(demand, candidate));
  return all.truth();
}

Truth Group::truth(Member const& member, Chosen const& chosen) {
  if (member.kind == Kind::negation) {
    auto const inner = truth(member.members.front(), chosen);
    return inner == Truth::yes ? Truth::no : inner == Truth::no ? Truth::yes : Truth::unknown;
  }
  if (member.kind == Kind::any_of) {
    auto result = Truth::no;
    for (auto const& each : member.members) {
      auto const inner = truth(each, chosen);
      if (inner == Truth::yes) return Truth::yes;
      if (inner == Truth::unknown) result = Truth::unknown;
    }
    return result;
  }
  Conjunction all;
  auto const& demands = member.constraint->demands;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    all.add(of_tests(member, demands[i], chosen[demands[i]]));
    for (std::size_t j = i + 1; j < demands.size() && member.rule.relation; ++j)
      all.add(member.rule.relation->truth(demands[i], chosen[demands[i]], demands[j], chosen[demands[j]]));
  }
  return all.truth();
}

Truth Group::truth(Chosen const& chosen) const { return truth(root_, chosen); }

std::vector<std::uint32_t> Group::fingerprint(std::uint32_t demand, std::uint32_t candidate) const {
  std::vector<std::uint32_t> print;
  for_each_rule(root_, [&](Member const& member) {
    if (!lists(*member.constraint, demand)) return;
    print.push_back(static_cast<std::uint32_t>(of_tests(member, demand, candidate)));
    if (member.rule.relation) print.push_back(member.rule.relation->signature(demand, candidate));
  });
  return print;
}

Group::Possible Group::possible_pair(Member const& member, std::uint32_t a, std::uint32_t b,
                                     std::span<sdk::Bits const> domains) {
  // Exact where one side is decided and the other is not too large.
  if (count_of(domains[a]) > 1 && count_of(domains[b]) == 1) std::swap(a, b);
  if (count_of(domains[a]) > 1 || count_of(domains[b]) > most_partners) return no | yes | unknown;
  auto const &of_a = member.columns.at(a).numbering, &of_b = member.columns.at(b).numbering;
  auto const& demands = member.constraint->demands;
  // The order of the list counts where links have a direction.
  bool const turned = std::find(demands.begin(), demands.end(), a) > std::find(demands.begin(), demands.end(), b);
  Possible result = 0;
  for_each_bit(domains[a], [&](std::size_t i) {
    for_each_bit(domains[b], [&](std::size_t j) {
      result |= bit_of(turned ? member.rule.relation->truth(b, of_b[j], a, of_a[i])
                              : member.rule.relation->truth(a, of_a[i], b, of_b[j]));
    });
  });
  return result;
}

Group::Possible Group::possible_rule(Member const& member, std::span<sdk::Bits const> domains) {
  bool all_yes = true, any_no = false, all_known = true, any_unknown = false;
  auto const add = [&](Possible part) {
    all_yes &= (part & yes) != 0;
    any_no |= (part & no) != 0;
    all_known &= (part & ~unknown) != 0;
    any_unknown |= (part & unknown) != 0;
  };
  auto const& demands = member.constraint->demands;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    Possible part = 0;
    auto const& column = member.columns.at(demands[i]);
    for (auto const truth : {Truth::no, Truth::yes, Truth::unknown}) {
      auto const& words = column.positions[static_cast<std::size_t>(truth)];
      for (std::size_t w = 0; w < words.size(); ++w)
        if ((words[w] & domains[demands[i]][w]) != 0) part |= bit_of(truth);
    }
    add(part);
    for (std::size_t j = i + 1; j < demands.size() && member.rule.relation; ++j)
      add(possible_pair(member, demands[i], demands[j], domains));
  }
  return (all_yes ? yes : 0U) | (any_no && all_known ? no : 0U) | (any_unknown ? unknown : 0U);
}

Group::Possible Group::possible(Member const& member, std::span<sdk::Bits const> domains) {
  if (member.kind == Kind::rule) return possible_rule(member, domains);
  if (member.kind == Kind::negation) {
    auto const inner = possible(member.members.front(), domains);
    return (inner & unknown) | ((inner & yes) ? no : 0U) | ((inner & no) ? yes : 0U);
  }
  Possible any = 0;
  bool all_no = true, all_not_yes = true;
  for (auto const& each : member.members) {
    auto const inner = possible(each, domains);
    any |= inner;
    all_no &= (inner & no) != 0;
    all_not_yes &= (inner & ~yes) != 0;
  }
  return (any & yes) | (all_no ? no : 0U) | ((any & unknown) && all_not_yes ? unknown : 0U);
}

bool Group::possible(std::span<sdk::Bits const> domains) const { return (possible(root_, domains) & yes) != 0; }

}  // namespace conductor::services::constraints
