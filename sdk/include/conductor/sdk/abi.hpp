// The border: what one shared object exports, and the facts that must agree before any of its code runs.
//
// A plugin exports two symbols. `conductor_plugin_descriptor` is plain constant data; the host reads it from the ELF
// file before dlopen, which would already run static initialisers. `conductor_plugin_entry` is looked up after that
// check.
//
// Changelog of the SDK (major: plugins must be rebuilt; minor: interfaces of the host grew at their end):
//   1.0  first version; stores may also implement ChangeStamp, StoreMaintenance and DocumentWrites, or have own_writer,
//        also when the host's HTTP client writes for them;
//        service controllers may implement CapacityJudge, inventory providers CandidateKeeper (new interfaces: nothing
//        else changes)
//   1.1  Problem::node_limit()
#pragma once
#include "conductor/sdk/plugin.hpp"

#include <boost/version.hpp>

#include <cstddef>
#include <cstdint>

namespace conductor::sdk {

inline constexpr std::uint32_t sdk_major = 1;
inline constexpr std::uint32_t sdk_minor = 1;

// Facts of a build that must be equal on both sides, compared one by one so that the message can name the one that
// differs.
struct BuildStamp {
  std::uint32_t major = sdk_major;      // equal
  std::uint32_t minor = sdk_minor;      // the plugin's at most the host's
  std::uint32_t boost = BOOST_VERSION;  // JSON values cross the border
  std::uint32_t compiler = __GNUC__;    // major version of GCC, or what Clang claims
  std::uint32_t library = _GLIBCXX_RELEASE;
  std::uint32_t cxx11_abi = _GLIBCXX_USE_CXX11_ABI;
  std::uint32_t pointer_bits = sizeof(void*) * 8;
  std::uint32_t sanitizer =  // 0 none, 1 address, 2 thread
#if defined(__SANITIZE_ADDRESS__)
      1;
#elif defined(__SANITIZE_THREAD__)
      2;
#else
      0;
#endif
};

struct Descriptor {
  char magic[8] = {'C', 'N', 'D', 'P', 'L', 'U', 'G', '1'};
  std::uint32_t size = 0;  // of this struct
  BuildStamp stamp;
  char kind[24] = {};  // inventory, controller, vim, store, solver
  char name[48] = {};  // the name that configuration uses, equal to the file's
  char version[24] = {};
  char description[160] = {};
  Capabilities capabilities = 0;
};

struct Entry {
  void (*describe)(Schema& schema);
  // Caller owns the result and deletes it through its virtual destructor.
  Plugin* (*create)(Host& host, Settings const& settings);
};

inline constexpr char descriptor_symbol[] = "conductor_plugin_descriptor";
inline constexpr char entry_symbol[] = "conductor_plugin_entry";

namespace detail {
template <std::size_t To, std::size_t From>
constexpr void copy_text(char (&to)[To], char const (&from)[From]) {
  static_assert(From <= To, "text too long for the plugin descriptor");
  for (std::size_t i = 0; i < From; ++i) to[i] = from[i];
}

template <std::size_t K, std::size_t N, std::size_t V, std::size_t D>
constexpr Descriptor describe(char const (&kind)[K], char const (&name)[N], char const (&version)[V],
                              char const (&description)[D], Capabilities capabilities) {
  Descriptor descriptor;
  descriptor.size = sizeof(Descriptor);
  copy_text(descriptor.kind, kind);
  copy_text(descriptor.name, name);
  copy_text(descriptor.version, version);
  copy_text(descriptor.description, description);
  descriptor.capabilities = capabilities;
  return descriptor;
}
}  // namespace detail

}  // namespace conductor::sdk

// Declares the plugin of this shared object; once, at namespace scope of one source file. Type derives from one kind's
// interface, has `static void describe(Schema&)`, `static constexpr Capabilities capabilities` and a constructor
// (Host&, Settings const&).
#define CONDUCTOR_PLUGIN(Type, name, version, description)                                                        \
  extern "C" {                                                                                                    \
  extern __attribute__((visibility("default"))) const ::conductor::sdk::Descriptor conductor_plugin_descriptor;   \
  extern __attribute__((visibility("default"))) const ::conductor::sdk::Entry conductor_plugin_entry;             \
  constinit const ::conductor::sdk::Descriptor conductor_plugin_descriptor =                                      \
      ::conductor::sdk::detail::describe(Type::kind, name, version, description, Type::capabilities);             \
  constinit const ::conductor::sdk::Entry conductor_plugin_entry = {                                              \
      [](::conductor::sdk::Schema& schema) { Type::describe(schema); },                                           \
      [](::conductor::sdk::Host& host, ::conductor::sdk::Settings const& settings) -> ::conductor::sdk::Plugin* { \
        return new Type(host, settings);                                                                          \
      }};                                                                                                         \
  }                                                                                                               \
  static_assert(true)
