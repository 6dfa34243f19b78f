// What is refused before or while a shared object is loaded, and with which words.
#include "core/plugin/descriptor.hpp"
#include "core/plugin/library.hpp"
#include "tests/core/plugin/zoo.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace conductor::plugin {

BOOST_AUTO_TEST_SUITE(library_test)

namespace {

namespace fs = std::filesystem;

bool contains(std::string const& text, std::string_view part) {
  BOOST_TEST_INFO("message: " << text);
  return text.find(part) != std::string::npos;
}

// A copy of an animal in a directory of its own, to spoil modes and bytes.
struct Copy {
  explicit Copy(std::string const& name) {
    std::string pattern = (fs::temp_directory_path() / "zoo-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    fs::create_directories(root / "plugins" / "inventory");
    file = root / "plugins" / "inventory" / (name + ".so");
    fs::copy_file(animal(name), file);
  }
  ~Copy() { fs::remove_all(root); }
  fs::path root, file;
};

}  // namespace

BOOST_AUTO_TEST_CASE(loads_a_healthy_plugin_and_its_schema) {
  auto const library = load_library(animal("healthy"), "inventory");
  BOOST_REQUIRE_MESSAGE(library, library.error().text);
  BOOST_TEST(library->name() == "healthy");
  BOOST_TEST(library->schema.section() == "healthy");
  BOOST_TEST(library->schema.options().size() == 1U);
}

BOOST_AUTO_TEST_CASE(each_fault_is_refused_with_a_message_that_names_file_and_remedy) {
  struct Case {
    char const* animal;
    char const* words;
  };
  for (auto const& [name, words] :
       {Case{"no_descriptor", "declare the plugin with CONDUCTOR_PLUGIN"},
        Case{"no_entry", "exports no conductor_plugin_entry"},
        Case{"other_boost", "boost is 108100 here, 108300 in the plugin; rebuild it against this host's SDK"},
        Case{"other_sdk", "SDK major version is 1 here, 2 in the plugin"}, Case{"newer_sdk", "here, 99 in the plugin"},
        Case{"other_sanitizer", "sanitizer (0 none, 1 address, 2 thread) is"},
        Case{"wrong_magic", "its descriptor is not one of this product"},
        Case{"wrong_size", "its descriptor has 12 bytes"},
        Case{"other_name", "calls itself 'somebody_else'; name the file somebody_else.so"},
        Case{"other_kind", "is of kind 'vim', expected 'inventory'"},
        Case{"missing_symbol", "nobody_has_this_function"},
        Case{"describe_throws", "describe() threw: no words for it"}}) {
    BOOST_TEST_CONTEXT(name) {
      auto const library = load_library(animal(name), "inventory");
      BOOST_REQUIRE(!library);
      BOOST_TEST(contains(library.error().text, words));
      BOOST_TEST(contains(library.error().text, std::string(name) + ".so"));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_code_of_a_refused_plugin_runs) {
  auto const witness = fs::temp_directory_path() / ("zoo-witness-" + std::to_string(::getpid()));
  ::setenv("ZOO_WITNESS", witness.c_str(), 1);
  auto const library = load_library(animal("eager"), "inventory");
  BOOST_TEST(!library);
  BOOST_TEST(!fs::exists(witness));
  ::unsetenv("ZOO_WITNESS");
}

BOOST_AUTO_TEST_CASE(refuses_a_file_or_directory_that_others_may_write) {
  for (int level = 0; level < 3; ++level) {
    Copy const copy("healthy");
    auto place = copy.file;
    for (int i = 0; i < level; ++i) place = place.parent_path();
    fs::permissions(place, fs::perms::others_write, fs::perm_options::add);
    auto const library = load_library(copy.file, "inventory");
    BOOST_REQUIRE(!library);
    BOOST_TEST(contains(library.error().text,
                        place.string() + " is writable by others; remove the permission with: chmod go-w"));
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_file_of_another_owner) {
  if (::geteuid() != 0) return;  // only root can give a file away
  Copy const copy("healthy");
  BOOST_REQUIRE(::chown(copy.file.c_str(), 12345, 0) == 0);
  auto const library = load_library(copy.file, "inventory");
  BOOST_REQUIRE(!library);
  BOOST_TEST(contains(library.error().text, "is owned by user id 12345, expected root or user id 0"));
}

BOOST_AUTO_TEST_CASE(survives_files_that_are_no_or_damaged_shared_objects) {
  Copy const copy("healthy");
  std::ifstream in(copy.file, std::ios::binary);
  std::string const whole(std::istreambuf_iterator<char>(in), {});
  auto const write = [&](std::string const& bytes) {
    std::ofstream(copy.file, std::ios::binary | std::ios::trunc) << bytes;
  };
  write("just text");
  BOOST_TEST(contains(load_library(copy.file, "inventory").error().text, "not an ELF file"));
  write("");
  BOOST_TEST(!read_descriptor(copy.file));
  // Cut at many places, and with bytes of the headers overwritten: refused or read, never a crash.
  for (std::size_t size = 1; size < whole.size(); size += whole.size() / 40) {
    write(whole.substr(0, size));
    auto const descriptor = read_descriptor(copy.file);
    BOOST_TEST((descriptor || !descriptor.error().text.empty()));
  }
  for (std::size_t at = 0; at < 64; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(0xFF);
    write(damaged);
    auto const descriptor = read_descriptor(copy.file);
    BOOST_TEST((descriptor || !descriptor.error().text.empty()));
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_there_lists_what_is) {
  auto const loaded = load_all({zoo()}, {{"inventory", "unicorn", "[inventory_provider] extensions"}});
  BOOST_REQUIRE(!loaded);
  BOOST_TEST(contains(loaded.error().text, "[inventory_provider] extensions: no inventory plugin 'unicorn'"));
  BOOST_TEST(contains(loaded.error().text, "healthy"));
}

BOOST_AUTO_TEST_CASE(a_name_cannot_lead_out_of_the_plugin_directory) {
  BOOST_TEST(!find_library({zoo()}, "inventory", "../inventory/healthy"));
}

BOOST_AUTO_TEST_CASE(loading_is_all_or_none) {
  auto const loaded = load_all({zoo()}, {{"inventory", "healthy", "[a] b"}, {"inventory", "other_boost", "[a] b"}});
  BOOST_REQUIRE(!loaded);
  BOOST_TEST(contains(loaded.error().text, "other_boost.so"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::plugin
