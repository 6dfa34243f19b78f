// Boost.Log's core distributes and locks; the backends are short, because each only writes a finished line somewhere.
#include "core/log/sinks.hpp"

#include <boost/log/attributes/attribute_set.hpp>
#include <boost/log/attributes/attribute_value_impl.hpp>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/make_shared.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <shared_mutex>

namespace conductor::log {
namespace {

namespace logging = boost::log;
namespace sinks = boost::log::sinks;

using Format = std::function<std::string(Line const&)>;

// The line travels as a pointer: sinks are synchronous, so it outlives the record.
Line const* line_of(logging::record_view const& record) {
  auto const line = logging::extract<Line const*>("Line", record);
  return line ? line.get() : nullptr;
}

class Backend : public sinks::basic_sink_backend<sinks::synchronized_feeding> {
 public:
  virtual ~Backend() = default;
  void consume(logging::record_view const& record) {
    if (auto const* line = line_of(record)) write(*line);
  }
  virtual void write(Line const& line) = 0;
  virtual void reopen() {}
};

class StandardError final : public Backend {
 public:
  explicit StandardError(Format format) : format_(std::move(format)), colours_(::isatty(STDERR_FILENO) == 1) {}
  void write(Line const& line) override {
    auto text = format_(line);
    if (colours_ && line.level == sdk::Level::error) text = "\x1b[31m" + text + "\x1b[0m";
    if (colours_ && line.level == sdk::Level::warning) text = "\x1b[33m" + text + "\x1b[0m";
    write_all(STDERR_FILENO, text + "\n");
  }

 private:
  Format format_;
  bool colours_;
};

class File final : public Backend {
 public:
  File(FileWriter writer, Format format) : writer_(std::move(writer)), format_(std::move(format)) {}
  void write(Line const& line) override { writer_.write(format_(line)); }
  void reopen() override { writer_.reopen(); }

 private:
  FileWriter writer_;
  Format format_;
};

class Syslog final : public Backend {
 public:
  Syslog(std::string program, int facility, Format format)
      : program_(std::move(program)), facility_(facility), format_(std::move(format)) {
    ::openlog(program_.c_str(), LOG_PID, facility_);
  }
  ~Syslog() override { ::closelog(); }
  void write(Line const& line) override { ::syslog(facility_ | priority(line.level), "%s", format_(line).c_str()); }

 private:
  std::string program_;  // openlog keeps the pointer
  int facility_;
  Format format_;
};

class Journal final : public Backend {
 public:
  Journal(std::string program, std::filesystem::path const& socket)
      : program_(std::move(program)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    address_.sun_family = AF_UNIX;
    std::strncpy(address_.sun_path, socket.c_str(), sizeof address_.sun_path - 1);
  }
  ~Journal() override {
    if (fd_ >= 0) ::close(fd_);
  }
  bool reachable() const { return fd_ >= 0 && ::access(address_.sun_path, W_OK) == 0; }
  void write(Line const& line) override {
    auto const text = journal_datagram(line, program_);
    if (!send(text)) write_all(STDERR_FILENO, line.message + "\n");
  }

 private:
  bool send(std::string const& text) const {
    auto const* address = reinterpret_cast<sockaddr const*>(&address_);
    for (;;) {
      if (::sendto(fd_, text.data(), text.size(), MSG_NOSIGNAL, address, sizeof address_) >= 0) return true;
      if (errno != EINTR) return false;
    }
  }
  std::string program_;
  int fd_;
  sockaddr_un address_{};
};

using Sink = sinks::synchronous_sink<Backend>;

struct Installed {
  std::shared_mutex mutex;  // shared by writers, exclusive while sinks are replaced
  std::vector<boost::shared_ptr<Sink>> sinks;
};

Installed& installed() {
  // Lines may be written while the process ends, so it is never destroyed.
  static auto* const all = new Installed;
  return *all;
}

sdk::Result<std::vector<boost::shared_ptr<Backend>>> make_backends(SinkPlan const& plan) {
  std::vector<boost::shared_ptr<Backend>> out;
  if (plan.file) {
    auto writer = FileWriter::open(*plan.file, plan.rotation, plan.watch_file);
    if (!writer) return writer.error();
    out.push_back(boost::make_shared<File>(std::move(*writer), plan.format));
  }
  if (plan.journal) {
    auto journal = boost::make_shared<Journal>(plan.program, plan.journal_socket);
    if (!journal->reachable())
      return sdk::Error{sdk::Errc::unsupported, "[DEFAULT] use_journal: no journal listens at " +
                                                    plan.journal_socket.string() + "; set use_journal = false"};
    out.push_back(std::move(journal));
  }
  if (plan.syslog_facility) out.push_back(boost::make_shared<Syslog>(plan.program, *plan.syslog_facility, plan.format));
  if (plan.standard_error) out.push_back(boost::make_shared<StandardError>(plan.format));
  return out;
}

}  // namespace

sdk::Result<void> install_sinks(SinkPlan const& plan) {
  auto backends = make_backends(plan);
  if (!backends) return backends.error();
  auto& all = installed();
  std::unique_lock const lock(all.mutex);
  auto const core = logging::core::get();
  for (auto const& sink : all.sinks) core->remove_sink(sink);
  all.sinks.clear();
  for (auto& backend : *backends) {
    all.sinks.push_back(boost::make_shared<Sink>(std::move(backend)));
    core->add_sink(all.sinks.back());
  }
  return {};
}

void write_to_sinks(Line const& line) {
  auto& all = installed();
  std::shared_lock const lock(all.mutex);
  if (all.sinks.empty()) return;
  logging::attribute_set attributes;
  attributes["Line"] = logging::attribute(new logging::attributes::attribute_value_impl<Line const*>(&line));
  auto const core = logging::core::get();
  if (auto record = core->open_record(attributes)) core->push_record(std::move(record));
}

void reopen_files() {
  auto& all = installed();
  std::shared_lock const lock(all.mutex);
  for (auto const& sink : all.sinks) sink->locked_backend()->reopen();
}

void flush_sinks() { logging::core::get()->flush(); }

}  // namespace conductor::log
