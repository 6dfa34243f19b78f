#include "core/plugin/host_services.hpp"

#include "core/text/reader.hpp"
#include "core/work/parallel.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace conductor::plugin {

using sdk::Errc;
using sdk::Error;
namespace fs = std::filesystem;

sdk::Result<std::string> HostServices::secret(std::string_view name) {
  char const* const directory = std::getenv("CREDENTIALS_DIRECTORY");
  std::string const wanted(name);
  if (directory == nullptr || wanted.find('/') != std::string::npos)
    return Error{Errc::not_found, "no secret '" + wanted + "': CREDENTIALS_DIRECTORY is not set"};
  std::ifstream in(fs::path(directory) / wanted, std::ios::binary);
  if (!in) return Error{Errc::not_found, "no secret '" + wanted + "' in the credentials directory"};
  std::string value(std::istreambuf_iterator<char>(in), {});
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  return value;
}

sdk::Result<fs::path> HostServices::state_directory() {
  auto const directory = state_path_ / "plugins" / plugin_;
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed || ::chmod(directory.c_str(), S_IRWXU) != 0)
    return Error{Errc::denied, "cannot make the state directory " + directory.string() + " of plugin " + plugin_ +
                                   "; check [DEFAULT] state_path"};
  return directory;
}

void HostServices::run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once) {
  work::run_parallel(call, tasks, at_once);
}

sdk::Result<std::unique_ptr<sdk::ParsedDocument>> HostServices::parse_document(std::string_view text) {
  return conductor::text::parse_document(text);
}

}  // namespace conductor::plugin
