// What an open store is made of, and how its methods come to a connection. Internal to the store.
#pragma once
#include "feed.hpp"
#include "file.hpp"
#include "meter.hpp"
#include "readers.hpp"
#include "store.hpp"
#include "writer.hpp"

#include <unistd.h>

#include <atomic>
#include <thread>

namespace conductor::plugins::sqlite {

struct SqliteStore::Parts {
  static constexpr std::size_t reader_connections = 4;

  Parts(sdk::Host& host, std::filesystem::path const& file, bool sync_normal)
      : presence(file),
        feed(std::make_shared<Feed>(host, file)),
        readers(host.clock(), file, reader_connections),
        meter(file),
        writer(host, file, sync_normal, [this](auto events) { feed->committed(std::move(events)); }) {}
  ~Parts() { feed->close(); }

  pid_t process = ::getpid();
  Presence presence;
  std::shared_ptr<Feed> feed;  // handles of watches may outlive us
  Readers readers;
  Meter meter;
  Writer writer;
  std::atomic<bool> damaged = false;
  std::jthread check;  // of a large file after an unclean end
};

// A reading of the database on a lent connection.
template <class R, class Work>
R SqliteStore::read(sdk::Call const& call, Work const& work) {
  auto* const open = parts();
  if (open == nullptr)
    return failed<R>(sdk::Outcome::unavailable, "store/sqlite: " + file_.string() + " is not open in this process");
  if (open->damaged || open->writer.corrupt())
    return failed<R>(sdk::Outcome::corrupt, "store/sqlite: " + file_.string() + " is damaged; restore a backup");
  try {
    auto connection = open->readers.lend(call);
    try {
      return work(*connection);
    } catch (SqlError const& error) {
      if (failure_of(error, file_).reopen) connection.discard();
      throw;
    }
  } catch (SqlError const& error) {
    auto const failure = failure_of(error, file_);
    if (failure.outcome == sdk::Outcome::corrupt) {
      open->damaged = true;
      host_.log().error(failure.text);
    }
    return failed<R>(failure.outcome, failure.text);
  }
}

template <class R, class Work>
R SqliteStore::write(sdk::Call const& call, sdk::Durability durability, std::size_t bytes, Work work) {
  auto* const open = parts();
  if (open == nullptr)
    return failed<R>(sdk::Outcome::unavailable, "store/sqlite: " + file_.string() + " is not open in this process");
  if (open->damaged)
    return failed<R>(sdk::Outcome::corrupt, "store/sqlite: " + file_.string() + " is damaged; restore a backup");
  return open->writer.execute<R>(call, durability, bytes, std::move(work));
}

}  // namespace conductor::plugins::sqlite
