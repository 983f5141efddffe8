#include "workers/telegram/poller_seat.hpp"

#include <fanfare/error.hpp>

#include <utility>

#include "workers/common/refusal.hpp"

namespace fanfare::workers::telegram {
namespace {

using common::Refusal;
using common::RefusalCode;

constexpr const char* kGroup = "telegram-poller";
constexpr const char* kTopic = "telegram.update";

/// For the way back.
constexpr std::chrono::milliseconds kReserve{500};

void refuse(Responder responder, RefusalCode code, const char* message) {
  responder.reply({.payload = to_reply(Refusal{code, message})});
}

}  // namespace

PollerSeat::PollerSeat(Context context)
    : context_(std::move(context)),
      membership_(context_.client.join(kGroup, "", [](const Work&) {},
                                       {.order = Order::exclusive,
                                        .on_role = [this](const Role& role) { take(role); },
                                        .on_error =
                                            [this](const fanfare::Error& error) {
                                              context_.fail(std::string("group ") + kGroup + ": " + error.what());
                                            }})) {}

void PollerSeat::leave() {
  membership_.leave();
  take({});
}

void PollerSeat::take(const Role& role) {
  context_.poller.set_active(role.active);
  if (!role.active) service_.reset();
  if (!role.active || !context_.has_webhook || service_) return;
  service_.emplace(context_.client.serve(
      kTopic, [this](const Request& request, Responder responder) { answer(request, responder); },
      {.on_error = [this](const fanfare::Error& error) { context_.fail(std::string(kTopic) + ": " + error.what()); }}));
}

/// What comes for a person did not come through the webhook.
void PollerSeat::answer(const Request& request, const Responder& responder) {
  if (!request.actor.empty()) return refuse(responder, RefusalCode::kPermissionDenied, "only Telegram sends updates");
  auto update = bot::parse_update(request.payload);
  if (!update) return refuse(responder, RefusalCode::kBadRequest, "send an Update of the Bot API");
  const auto deadline = Poller::Clock::now() + request.remaining - kReserve;
  context_.poller.submit(*std::move(update), deadline, [responder](bool is_done) {
    if (!is_done) return refuse(responder, RefusalCode::kUnavailable, "it is not done yet: send it again");
    Responder(responder).reply({.payload = R"({"ok":{}})"});
  });
}

}  // namespace fanfare::workers::telegram
