#include "core/store/together.hpp"

#include <algorithm>

namespace conductor::store {

namespace {

// Whether the row to be inserted is there already, as it was to be: left by somebody who ended before the next step.
bool stands(sdk::Written const& written, sdk::Mutation const& mutation) {
  if (written.outcome != sdk::Outcome::exists || !written.row) return false;
  auto const& columns = written.row->columns;
  return std::all_of(mutation.values.begin(), mutation.values.end(), [&](auto const& wanted) {
    auto const found = columns.find(wanted.first);
    return found != columns.end() && found->second == wanted.second;
  });
}

sdk::Written write_one(sdk::Store& store, sdk::Call const& call, sdk::Mutation const& mutation, std::string const& op,
                       sdk::Durability durability) {
  switch (mutation.kind) {
    case sdk::Mutation::Kind::insert:
      return store.insert(call, mutation.table, mutation.id, mutation.values, op, durability);
    case sdk::Mutation::Kind::update:
      return store.update(call, mutation.table, mutation.id, mutation.values, mutation.expect, op, durability);
    case sdk::Mutation::Kind::remove:
      break;
  }
  return store.remove(call, mutation.table, mutation.id, mutation.expect, op, durability);
}

}  // namespace

sdk::MultiWritten write_together(sdk::Store& store, sdk::Call const& call, std::span<sdk::Mutation const> mutations,
                                 std::string const& op, sdk::Durability durability) {
  auto const most = store.info().max_multi_ops;
  if (most > 1 && mutations.size() <= most) return store.multi(call, mutations, op, durability);
  sdk::MultiWritten all{.outcome = sdk::Outcome::ok, .which = 0, .versions = {}, .text = {}};
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    auto written = write_one(store, call, mutations[i], op + "-" + std::to_string(i), durability);
    if (mutations[i].kind == sdk::Mutation::Kind::insert && stands(written, mutations[i])) {
      written.outcome = sdk::Outcome::ok;
      written.version = written.row->version;
    }
    if (!written) {
      all.outcome = written.outcome;
      all.which = i;
      all.text = std::move(written.text);
      break;
    }
    all.versions.push_back(std::move(written.version));
  }
  return all;
}

}  // namespace conductor::store
