// Fault: a call throws.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const&, sdk::Demand const&) override {
    throw std::out_of_range("bit by a flea");
  }
};
CONDUCTOR_PLUGIN(Broken, "resolve_throws", "1.0.0", "an animal");
}  // namespace conductor::zoo
