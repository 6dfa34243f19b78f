#include "meter.hpp"

namespace conductor::plugins::sqlite {

std::optional<std::uint64_t> Meter::look() noexcept {
  std::lock_guard const lock(mutex_);
  try {
    if (!connection_) {
      auto made = std::make_unique<Connection>(file_);
      made->configure();
      made->execute("PRAGMA query_only=ON");
      made->on_busy([](int) { return false; });
      connection_ = std::move(made);
      ++connections_;
    }
    auto statement = connection_->use("PRAGMA data_version");
    if (!statement.step()) return std::nullopt;
    return connections_ << 32U | static_cast<std::uint32_t>(statement.integer(0));
  } catch (std::exception const&) {
    connection_.reset();
    return std::nullopt;
  }
}

}  // namespace conductor::plugins::sqlite
