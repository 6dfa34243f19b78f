#include "services/api/users.hpp"

#include <openssl/rand.h>

#include <map>

namespace conductor::services::api {

namespace {

// What an unknown name is checked against: as costly as the costliest of the known ones.
PasswordHash nobody(std::vector<User> const& users) {
  PasswordHash decoy;
  auto const work = [](PasswordHash const& hash) { return hash.cost * hash.block_size * hash.parallel; };
  for (auto const& user : users)
    if (work(user.password) > work(decoy)) decoy = user.password;
  std::array<unsigned char, 48> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("OpenSSL has no random numbers; check its providers");
  decoy.salt.assign(random.begin(), random.begin() + 16);
  decoy.key.assign(random.begin() + 16, random.end());
  return decoy;
}

}  // namespace

// The users of one reading, with what was verified against them: a new reading begins with an empty memory.
struct Users::Table {
  explicit Table(std::vector<User> const& users) : decoy(nobody(users)), memory(remembered) {
    for (auto const& user : users) known.emplace(user.name, user);
  }
  std::map<std::string, User> known;
  PasswordHash decoy;
  LoginMemory memory;
};

// A place among the computations under way.
class Users::Turn {
 public:
  explicit Turn(Users& users) : users_(users) {
    std::unique_lock lock(users_.mutex_);
    mine_ = users_.freed_.wait_for(lock, longest_wait, [&] { return users_.computing_ < at_once; });
    if (mine_) ++users_.computing_;
  }
  ~Turn() {
    if (!mine_) return;
    std::lock_guard const lock(users_.mutex_);
    --users_.computing_;
    users_.freed_.notify_one();
  }
  Turn(Turn const&) = delete;
  Turn& operator=(Turn const&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  Users& users_;
  bool mine_ = false;
};

Users::Users(std::filesystem::path file, sdk::Clock& clock)
    : file_(std::move(file)), clock_(clock), table_(std::make_shared<Table>(std::vector<User>())) {}

Users::~Users() = default;

std::shared_ptr<Users::Table> Users::table() const {
  std::lock_guard const lock(mutex_);
  return table_;
}

sdk::Result<void> Users::reload() {
  if (!configured()) return {};
  auto const users = read_users(file_);
  if (!users) return users.error();
  auto fresh = std::make_shared<Table>(*users);
  std::lock_guard const lock(mutex_);
  table_ = std::move(fresh);
  return {};
}

std::optional<http::Role> Users::recall(http::Credentials const& pair) const {
  auto const table = this->table();
  if (!table->memory.knows(pair, clock_.now())) return std::nullopt;
  return table->known.at(pair.user).role;
}

sdk::Result<std::optional<http::Role>> Users::verify(http::Credentials const& pair) {
  Turn const turn(*this);
  if (!turn) return sdk::Error{sdk::Errc::unavailable, "too many passwords are being checked"};
  // Another request of the same user may have been verified while this one waited.
  if (auto const role = recall(pair)) return role;
  auto const table = this->table();
  auto const found = table->known.find(pair.user);
  bool const known = found != table->known.end();
  bool const same = matches(known ? found->second.password : table->decoy, pair.password);
  if (!known || !same) return std::optional<http::Role>();
  table->memory.remember(pair, clock_.now());
  return std::optional(found->second.role);
}

}  // namespace conductor::services::api
