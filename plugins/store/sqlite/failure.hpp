// What an error of SQLite means to callers of the store (contract 4.3).
#pragma once
#include "conductor/sdk/store_answers.hpp"
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

namespace conductor::plugins::sqlite {

struct Failure {
  sdk::Outcome outcome = sdk::Outcome::unavailable;
  std::string text;
  bool reopen = false;  // the connection is not to be trusted any more
};

// For a statement that was certainly not applied; an error of COMMIT is the writer's to judge.
Failure failure_of(SqlError const& error, std::filesystem::path const& file);
// The same as an error of start and health.
sdk::Error error_of(Failure const& failure);

using sdk::answers::failed;

}  // namespace conductor::plugins::sqlite
