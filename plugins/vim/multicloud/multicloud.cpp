// VIM controller `multicloud`: asks ONAP MultiCloud which cloud regions have room for a VM profile. Reads only.
#include "documents.hpp"

#include "conductor/sdk/abi.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <mutex>

namespace conductor::plugins::vim_multicloud {

using sdk::Call;
using sdk::Result;

class MultiCloud final : public sdk::VimController {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent;

  static void describe(sdk::Schema& schema) { Options::describe(schema); }

  MultiCloud(sdk::Host& host, sdk::Settings const& settings) : host_(host), options_(settings) {}

  // Nothing is asked here, nor for health: only templates with vim_fit need the peer, and there is no question that
  // does no work.
  Result<void> start(Call const&) override { return options_.check(); }

  Result<std::vector<std::string>> with_capacity(Call const& call, sdk::VimQuestion const& question) override {
    auto askable = question;
    std::erase_if(askable.vim_ids, [&](auto const& id) { return !can_be_named(options_.version, id); });
    if (askable.vim_ids.size() < question.vim_ids.size()) warn(call, question);
    if (askable.vim_ids.empty()) return std::vector<std::string>();
    auto const target = "/" + options_.version + "/check_vim_capacity";
    return read_answer("POST " + target, client().send(call, request(target, askable)));
  }

 private:
  sdk::HttpRequest request(std::string const& target, sdk::VimQuestion const& question) const {
    thread_local boost::uuids::random_generator generate;
    sdk::HttpRequest made;
    made.method = "POST";
    made.target = target;
    made.headers = {{"X-TransactionId", boost::uuids::to_string(generate())}};
    if (!options_.project.empty() && options_.version != "v0") made.headers.emplace_back("Project", options_.project);
    made.body = boost::json::serialize(request_body(options_, question));
    made.idempotent = true;  // it only reads
    return made;
  }

  void warn(Call const& call, sdk::VimQuestion const& question) {
    std::string ids;
    for (auto const& id : question.vim_ids)
      if (!can_be_named(options_.version, id)) ids.append(ids.empty() ? "" : ", ").append(id);
    host_.log().warning(
        call, "MultiCloud's interface " + options_.version + " has no name for " + ids + "; they count as full" +
                  (options_.version == "v0" ? " ([multicloud] server_url_version = v1 knows more)" : ""));
  }

  // Made when it is needed first: whoever never asks is not told of a missing trust bundle either.
  sdk::HttpClient& client() {
    std::lock_guard const lock(mutex_);
    if (client_ == nullptr) client_ = &host_.http(options_.http(host_.log()));
    return *client_;
  }

  sdk::Host& host_;
  Options const options_;
  std::mutex mutex_;                   // guards client_
  sdk::HttpClient* client_ = nullptr;  // the host's
};

CONDUCTOR_PLUGIN(MultiCloud, "multicloud", "1.0.0", "Room for VM profiles in cloud regions, by ONAP MultiCloud");

}  // namespace conductor::plugins::vim_multicloud
