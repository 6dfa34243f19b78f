// The ELF side of the border. Only 64-bit little-endian ELF, which is what this project is built for.
#include "core/plugin/descriptor.hpp"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace conductor::plugin {
namespace {

using sdk::Errc;
using sdk::Error;

// The bytes of a file with bounds-checked access to the structures in it.
class Image {
 public:
  explicit Image(std::vector<char> bytes) : bytes_(std::move(bytes)) {}

  template <class T>
  bool read(std::uint64_t offset, T& out) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data() + offset, sizeof(T));
    return true;
  }
  std::string_view name_at(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return {};
    auto const* begin = bytes_.data() + offset;
    return {begin, ::strnlen(begin, bytes_.size() - offset)};
  }

 private:
  std::vector<char> bytes_;
};

struct Found {
  std::optional<Elf64_Sym> descriptor;
  bool entry = false;
};

// Looks both symbols up in the dynamic symbol table. False when the section table is damaged.
bool find_symbols(Image const& image, Elf64_Ehdr const& head, Found& found) {
  for (std::size_t i = 0; i < head.e_shnum; ++i) {
    Elf64_Shdr section{};
    if (!image.read(head.e_shoff + i * sizeof(Elf64_Shdr), section)) return false;
    if (section.sh_type != SHT_DYNSYM || section.sh_entsize != sizeof(Elf64_Sym)) continue;
    Elf64_Shdr names{};
    if (!image.read(head.e_shoff + section.sh_link * sizeof(Elf64_Shdr), names)) return false;
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol{};
      if (!image.read(section.sh_offset + at, symbol)) return false;
      if (symbol.st_shndx == SHN_UNDEF) continue;
      auto const name = image.name_at(names.sh_offset + symbol.st_name);
      if (name == sdk::descriptor_symbol) found.descriptor = symbol;
      if (name == sdk::entry_symbol) found.entry = true;
    }
  }
  return true;
}

// Where the byte that will be loaded at `address` stands in the file.
std::optional<std::uint64_t> file_offset(Image const& image, Elf64_Ehdr const& head, std::uint64_t address) {
  for (std::size_t i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!image.read(head.e_phoff + i * sizeof(Elf64_Phdr), segment)) return std::nullopt;
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
      return segment.p_offset + (address - segment.p_vaddr);
  }
  return std::nullopt;
}

}  // namespace

sdk::Result<sdk::Descriptor> read_descriptor(std::filesystem::path const& file) {
  auto const refuse = [&](std::string const& why) {
    return Error{Errc::invalid, "plugin " + file.string() + ": " + why};
  };
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::not_found, "plugin " + file.string() + " cannot be opened: " + std::strerror(errno)};
  Image const image(std::vector<char>(std::istreambuf_iterator<char>(in), {}));

  Elf64_Ehdr head{};
  if (!image.read(0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
    return refuse("not an ELF file; build it as a shared object");
  if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_type != ET_DYN)
    return refuse("not a 64-bit little-endian shared object");

  Found found;
  if (!find_symbols(image, head, found)) return refuse("the section table is damaged; build it again");
  if (!found.descriptor)
    return refuse("exports no " + std::string(sdk::descriptor_symbol) +
                  "; declare the plugin with CONDUCTOR_PLUGIN(...)");
  if (!found.entry)
    return refuse("exports no " + std::string(sdk::entry_symbol) + "; declare the plugin with CONDUCTOR_PLUGIN(...)");

  auto const offset = file_offset(image, head, found.descriptor->st_value);
  sdk::Descriptor descriptor;
  sdk::Descriptor const expected;
  if (!offset || found.descriptor->st_size < offsetof(sdk::Descriptor, kind) ||
      !image.read(*offset, descriptor.magic) ||
      std::memcmp(descriptor.magic, expected.magic, sizeof(expected.magic)) != 0)
    return refuse("its descriptor is not one of this product");
  if (!image.read(*offset, descriptor)) return refuse("its descriptor is cut off");
  // The stamp is compared before the size: another SDK version explains another size better.
  if (auto const why = difference(descriptor.stamp)) return refuse(*why);
  if (descriptor.size != sizeof(sdk::Descriptor))
    return refuse("its descriptor has " + std::to_string(descriptor.size) + " bytes here " +
                  std::to_string(sizeof(sdk::Descriptor)) + "; rebuild it against this host's SDK");
  return descriptor;
}

std::optional<std::string> difference(sdk::BuildStamp const& plugin, sdk::BuildStamp const& host) {
  struct Fact {
    char const* name;
    std::uint32_t here, there;
  };
  std::array const facts{Fact{"SDK major version", host.major, plugin.major},
                         Fact{"boost", host.boost, plugin.boost},
                         Fact{"compiler major version", host.compiler, plugin.compiler},
                         Fact{"libstdc++ release", host.library, plugin.library},
                         Fact{"C++11 ABI flag", host.cxx11_abi, plugin.cxx11_abi},
                         Fact{"pointer size in bits", host.pointer_bits, plugin.pointer_bits},
                         Fact{"sanitizer (0 none, 1 address, 2 thread)", host.sanitizer, plugin.sanitizer}};
  for (auto const& [name, here, there] : facts)
    if (here != there)
      return std::string(name) + " is " + std::to_string(here) + " here, " + std::to_string(there) +
             " in the plugin; rebuild it against this host's SDK";
  if (plugin.minor > host.minor)
    return "SDK minor version is " + std::to_string(host.minor) + " here, " + std::to_string(plugin.minor) +
           " in the plugin; update the host, or rebuild the plugin against this host's SDK";
  return std::nullopt;
}

sdk::Result<void> check_trusted(std::filesystem::path const& file) {
  std::error_code failed;
  auto place = std::filesystem::canonical(file, failed);
  if (failed) return Error{Errc::not_found, "plugin " + file.string() + " cannot be found: " + failed.message()};
  // The file, its kind's directory, and the plugin directory above.
  for (int level = 0; level < 3; ++level, place = place.parent_path()) {
    struct stat info {};
    if (::stat(place.c_str(), &info) != 0)
      return Error{Errc::denied,
                   "plugin " + file.string() + ": cannot look at " + place.string() + ": " + std::strerror(errno)};
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
      return Error{Errc::denied, "plugin " + file.string() + ": " + place.string() + " is owned by user id " +
                                     std::to_string(info.st_uid) + ", expected root or user id " +
                                     std::to_string(::geteuid()) + "; change its owner"};
    bool const foreign_group = (info.st_mode & S_IWGRP) != 0 && info.st_gid != 0 && info.st_gid != ::getegid();
    if ((info.st_mode & S_IWOTH) != 0 || foreign_group)
      return Error{Errc::denied, "plugin " + file.string() + ": " + place.string() +
                                     " is writable by others; remove the permission with: chmod go-w " +
                                     place.string()};
  }
  return {};
}

}  // namespace conductor::plugin
