// Fault: a call throws something that is no std::exception.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const&, sdk::Demand const&) override { throw "a bone"; }
};
CONDUCTOR_PLUGIN(Broken, "resolve_throws_foreign", "1.0.0", "an animal");
}  // namespace conductor::zoo
