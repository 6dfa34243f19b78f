// What SQLite and the tables beside the contract's rows say of the file's health.
#pragma once
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

namespace conductor::plugins::sqlite {

// Sentences, at most a hundred. Reads the whole file; throws SqlError.
sdk::TextList faults_of(Connection& connection);

}  // namespace conductor::plugins::sqlite
