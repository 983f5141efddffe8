#include "workers/persistence/jobs/job_holder.hpp"

#include <fanfare/error.hpp>

#include <algorithm>
#include <utility>

#include "runtime/json/strict_json.hpp"
#include "runtime/text/escape.hpp"
#include "workers/common/fields.hpp"
#include "workers/persistence/jobs/job_rows.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::workers::persistence::jobs {
namespace {

using common::Refusal;
using common::RefusalCode;

constexpr const char* kGroup = "jobs";
constexpr const char* kTopics = "$sys.jobs.*";
constexpr std::string_view kRunTopic = "$sys.jobs.run";
constexpr std::string_view kListTopic = "$sys.jobs.list";
constexpr runtime::JsonBounds kBounds{.size = 1'024, .depth = 2};
constexpr common::TextBounds kName{.minimum = 1, .maximum = 64};

void reply_with(const Responder& responder, std::string payload) {
  Responder(responder).reply({.payload = std::move(payload)});
}

std::string ok(const std::string& value) { return R"({"ok":)" + value + '}'; }

}  // namespace

JobHolder::JobHolder(Context context)
    : context_(std::move(context)),
      is_active_(context_.metrics.gauge("fanfare_jobs_active", "1 in the process that runs the jobs.")),
      membership_(context_.client.join(
          kGroup, "", [](const Work&) {},
          {.order = Order::exclusive,
           .on_role = [this](const Role& role) { take(role); },
           .on_error =
               [this](const fanfare::Error& error) { context_.fail(std::string("group jobs: ") + error.what()); }})) {}

void JobHolder::leave() {
  membership_.leave();
  take({});
}

void JobHolder::take(const Role& role) {
  if (role.active == service_.has_value()) return;
  is_active_.set(role.active ? 1 : 0);
  context_.runner.set_active(role.active);
  if (!role.active) {
    service_.reset();
    return;
  }
  context_.log.info("runs the jobs", {{"term", role.term}});
  service_.emplace(context_.client.serve(
      kTopics, [this](const Request& request, Responder responder) { answer(request, std::move(responder)); },
      {.on_error = [this](const fanfare::Error& error) {
        context_.fail(std::string(kTopics) + ": " + error.what());
      }}));
}

/// For whoever runs the system: what comes for a person came through a front-end.
void JobHolder::answer(const Request& request, Responder responder) {
  if (!request.actor.empty()) {
    return reply_with(responder,
                      to_reply(Refusal{RefusalCode::kPermissionDenied, "jobs are run by whoever runs Fanfare"}));
  }
  if (request.topic == kRunTopic) return run(request, std::move(responder));
  if (request.topic != kListTopic) {
    return reply_with(responder, to_reply(Refusal{RefusalCode::kNotFound, "there is no such method"}));
  }
  reply_with(responder, ok(describe(context_.instance, context_.runner.states())));
}

void JobHolder::run(const Request& request, Responder responder) {
  const auto object = runtime::parse_strict_json(request.payload, kBounds);
  if (!object || !object->is_object()) {
    return reply_with(responder, to_reply(Refusal{RefusalCode::kBadRequest, "send one JSON object, {\"job\": NAME}"}));
  }
  common::Fields fields(*object);
  const std::string name = fields.text("job", kName);
  if (auto refusal = fields.refusal()) return reply_with(responder, to_reply(*refusal));
  const auto names = context_.runner.names();
  if (std::ranges::find(names, name) == names.end()) {
    return reply_with(responder, to_reply(unknown_job()));
  }
  context_.runner.run_now(name, [responder](const runtime::Result<store::JobRun>& ran) {
    reply_with(responder, ran ? ok(describe(*ran)) : to_reply(Refusal{RefusalCode::kUnavailable, ran.error().message}));
  });
}

Refusal JobHolder::unknown_job() const {
  std::string names;
  for (const std::string& name : context_.runner.names()) names += (names.empty() ? "" : ", ") + name;
  return {RefusalCode::kNotFound, "there is no job of this name; there are " + names};
}

}  // namespace fanfare::workers::persistence::jobs
