// Preloaded into a process that is measured (LD_PRELOAD): counts its syncs in the file that SYNC_COUNT names, eight
// bytes of the machine's order. A durable write that was not followed by one of these was not durable.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Counter = std::atomic<std::uint64_t>;

Counter* counter() {
  static Counter* const mapped = []() -> Counter* {
    char const* const name = std::getenv("SYNC_COUNT");
    if (name == nullptr) return nullptr;
    int const file = ::open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ::ftruncate(file, sizeof(Counter)) != 0) return nullptr;
    void* const place = ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return place == MAP_FAILED ? nullptr : static_cast<Counter*>(place);
  }();
  return mapped;
}

int counted(char const* name, int descriptor) {
  auto const real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name));
  if (auto* const count = counter()) ++*count;
  return real(descriptor);
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) int fsync(int descriptor) { return counted("fsync", descriptor); }
__attribute__((visibility("default"))) int fdatasync(int descriptor) { return counted("fdatasync", descriptor); }
}
