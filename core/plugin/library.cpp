// Loading with Boost.DLL, after everything that can be checked without running the plugin's code has been checked.
#include "core/plugin/library.hpp"

#include "core/plugin/descriptor.hpp"

#include <boost/dll/shared_library.hpp>

#include <algorithm>

namespace conductor::plugin {

using sdk::Errc;
using sdk::Error;
namespace fs = std::filesystem;

std::string Library::kind() const { return std::string(text_of(descriptor.kind)); }
std::string Library::name() const { return std::string(text_of(descriptor.name)); }

namespace {

// The schema under the section that the plugin names, else its own name. Exceptions of foreign code end here.
sdk::Result<sdk::Schema> ask_schema(Library const& library) {
  sdk::Schema schema(library.name());
  try {
    library.entry->describe(schema);
  } catch (std::exception const& failure) {
    return Error{Errc::invalid, "plugin " + library.file.string() + ": describe() threw: " + failure.what()};
  } catch (...) {
    return Error{Errc::invalid,
                 "plugin " + library.file.string() + ": describe() threw something that is no std::exception"};
  }
  return schema;
}

}  // namespace

sdk::Result<Library> load_library(fs::path const& file, std::string_view kind) {
  if (auto const trusted = check_trusted(file); !trusted) return trusted.error();
  auto descriptor = read_descriptor(file);
  if (!descriptor) return descriptor.error();

  Library library{.file = file, .descriptor = *descriptor, .entry = nullptr, .schema = sdk::Schema()};
  if (library.kind() != kind)
    return Error{Errc::invalid, "plugin " + file.string() + " is of kind '" + library.kind() + "', expected '" +
                                    std::string(kind) + "'; move it to the directory of its kind"};
  if (library.name() != file.stem().string())
    return Error{Errc::invalid, "plugin " + file.string() + " calls itself '" + library.name() + "'; name the file " +
                                    library.name() + ".so"};

  // Resolve symbols now: a missing one should fail here, not in the middle of a request. The object is never unloaded:
  // code of the plugin may still be referred to by threads and type information until the process ends.
  auto* shared = new boost::dll::shared_library;
  try {
    shared->load(file.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (std::exception const& failure) {
    delete shared;
    return Error{Errc::invalid, "plugin " + file.string() + " cannot be loaded: " + failure.what() +
                                    "; a library or symbol it needs is missing, or its initialisation failed"};
  }
  library.entry = &shared->get<sdk::Entry const>(sdk::entry_symbol);
  auto schema = ask_schema(library);
  if (!schema) return schema.error();
  library.schema = std::move(*schema);
  return library;
}

sdk::Result<fs::path> find_library(std::vector<fs::path> const& directories, std::string_view kind,
                                   std::string_view name) {
  std::string const file = std::string(name) + ".so";
  std::string looked, known;
  for (auto const& directory : directories) {
    auto const candidate = directory / kind / file;
    std::error_code ignored;
    if (name.find('/') == std::string_view::npos && fs::is_regular_file(candidate, ignored)) return candidate;
    looked += (looked.empty() ? "" : ", ") + candidate.string();
  }
  for (auto const& found : list_libraries(directories))
    if (found.parent_path().filename() == kind) known += (known.empty() ? "" : ", ") + found.stem().string();
  return Error{Errc::unsupported, "no " + std::string(kind) + " plugin '" + std::string(name) + "' (looked for " +
                                      looked + "); available: " + (known.empty() ? "none" : known)};
}

std::vector<fs::path> list_libraries(std::vector<fs::path> const& directories) {
  std::vector<fs::path> files;
  for (auto const& directory : directories)
    for (auto const kind : kinds) {
      std::error_code failed;
      for (auto const& item : fs::directory_iterator(directory / kind, failed))
        if (item.path().extension() == ".so") files.push_back(item.path());
    }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace conductor::plugin
