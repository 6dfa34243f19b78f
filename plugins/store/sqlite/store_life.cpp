// From a file to an open store and back, and how it is doing.
#include "schema.hpp"
#include "store_parts.hpp"

#include <system_error>

namespace conductor::plugins::sqlite {

using namespace std::chrono_literals;
using sdk::Call;
using sdk::Durability;
using sdk::Outcome;
using sdk::Read;

namespace {
constexpr std::uintmax_t check_at_once_below = 1U << 30U;

std::filesystem::path place(sdk::Host& host, std::string const& configured) {
  std::filesystem::path const path(configured);
  return path.is_absolute() ? path : host.state_path() / path;
}
}  // namespace

SqliteStore::SqliteStore(sdk::Host& host, sdk::Settings const& settings)
    : host_(host), file_(place(host, settings.text("path"))), sync_normal_(settings.text("sync") == "normal") {}

SqliteStore::~SqliteStore() { stop(); }

sdk::Result<void> SqliteStore::start(Call const& call) {
  if (parts_ != nullptr) return {};
  // Several processes that make the file at the same moment get in each other's way only briefly.
  for (auto pause = 5ms;; pause *= 2) {
    try {
      return open();
    } catch (SqlError const& error) {
      auto const failure = failure_of(error, file_);
      bool const busy = error.primary() == SQLITE_BUSY || error.primary() == SQLITE_LOCKED;
      if (!busy || pause > 1s || !host_.clock().sleep_for(pause, call.cancelled)) return error_of(failure);
    } catch (std::system_error const& error) {
      return sdk::Error{sdk::Errc::unavailable, std::string("store/sqlite: ") + error.what()};
    }
  }
}

sdk::Result<void> SqliteStore::open() {
  if (auto prepared = prepare_file(file_, host_.log()); !prepared) return prepared;
  {
    Connection connection(file_);
    if (auto const why = foreign(connection, file_)) return sdk::Error{sdk::Errc::unsupported, *why};
  }
  owned_ = std::make_unique<Parts>(host_, file_, sync_normal_);
  if (owned_->presence.unclean()) {
    auto const examine = [this, parts = owned_.get()](std::stop_token const& stop) {
      auto const damage = quick_check(file_, stop);
      if (damage.empty()) return;
      parts->damaged = true;
      host_.log().error("store/sqlite: " + file_.string() + " is damaged: " + damage +
                        "; stop all roles, keep the file and restore a backup");
    };
    if (std::filesystem::file_size(file_) < check_at_once_below)
      examine({});
    else
      owned_->check = std::jthread(examine);
    if (owned_->damaged) {
      owned_.reset();
      return sdk::Error{sdk::Errc::denied, "store/sqlite: " + file_.string() + " is damaged; restore a backup"};
    }
  }
  parts_ = owned_.get();
  return {};
}

void SqliteStore::stop() noexcept {
  parts_ = nullptr;
  owned_.reset();
}

sdk::Result<void> SqliteStore::health(Call const& call) {
  auto const alive = read<Read<int>>(call, [](Connection& connection) {
    connection.single(R"(SELECT count(*) FROM "meta")");
    Read<int> result;
    result.outcome = Outcome::ok;
    return result;
  });
  if (!alive) return error_of({alive.outcome, alive.text});
  auto* const open = parts();
  if (open == nullptr || !open->writer.refused()) return {};
  // The last change was refused: whether the next would be, only a change can tell.
  auto const tried = write<Read<int>>(call, Durability::full, 0, [](Transaction& transaction) {
    transaction.connection.execute(touch);
    return Read<int>{Outcome::ok, 0, {}};
  });
  if (!tried) return error_of({tried.outcome, tried.text});
  return {};
}

std::optional<std::uint64_t> SqliteStore::stamp() noexcept {
  auto* const open = parts();
  if (open == nullptr || open->damaged || open->writer.corrupt()) return std::nullopt;
  return open->meter.look();
}

SqliteStore::Parts* SqliteStore::parts() const {
  auto* const open = parts_.load();
  return open != nullptr && open->process == ::getpid() ? open : nullptr;
}

}  // namespace conductor::plugins::sqlite
