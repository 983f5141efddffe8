#include "workers/notify/notify_service.hpp"

#include <algorithm>
#include <utility>

#include "runtime/process/instance.hpp"
#include "workers/common/broker_client.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::notify {
namespace {

using runtime::Error;
using runtime::Result;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};
/// For saying goodbye to the broker.
constexpr milliseconds kCloseTimeout{500};

milliseconds left_until(Clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()), milliseconds(0));
}

}  // namespace

NotifyService::Options NotifyService::options_of(const runtime::Config& config) {
  Options options;
  options.intake.preview = config.notify.preview;
  options.sender.times.grace = config.notify.grace;
  options.sender.times.window = config.notify.window;
  return options;
}

NotifyService::NotifyService(const Context& context, Options options)
    : context_(context),
      options_(std::move(options)),
      figures_(context.notifier.name(), context.metrics),
      presence_(options_.sender.times.grace) {}

NotifyService::~NotifyService() { drain(Clock::now()); }

Result<void> NotifyService::start(const std::stop_token& stop) {
  const std::string name = context_.notifier.name();
  // Of this run of this process: what an earlier one holds is not ours.
  const std::string holder = runtime::instance_name() + "/" + common::new_id(common::wall_clock()).to_string();
  try {
    chat_client_.emplace(connect(name, {}));
    presence_client_.emplace(
        connect(name + "-presence", [this](const State& state) { presence_.connection_is(state); }));
    sender_.emplace(
        Sender::Context{context_.notifier, presence_, context_.log, context_.metrics, figures_, context_.on_link_ended},
        options_.sender, ReopenedStore(context_.open_store, store_options(holder)));
    watch_.emplace(
        presence_.watch(*presence_client_, [this](const fanfare::Error& error) { context_.fail(error.what()); }));
    Intake::Options intake = options_.intake;
    intake.group = name;
    intake_.emplace(Intake::Context{*chat_client_, context_.log, context_.metrics, figures_, context_.fail,
                                    [this] { sender_->wake(); }},
                    intake, ReopenedStore(context_.open_store, store_options(holder + "/intake")));
  } catch (const fanfare::Error& error) {
    return Error{context_.config.broker.listen, ": ", error.what()};
  }
  return wait_for_broker(stop);
}

Result<void> NotifyService::wait_for_broker(const std::stop_token& stop) const {
  try {
    while (!stop.stop_requested()) {
      if (intake_->wait_ready(kLook)) return {};
      const State state = chat_client_->state();
      if (state.connection == Connection::refused) return Error{"the broker refuses this worker: ", state.reason};
    }
  } catch (const fanfare::Error& error) {
    return Error{"the broker refuses this worker: ", error.what()};
  }
  return Error{"stopped before the broker at ", context_.config.broker.listen, " was there"};
}

void NotifyService::drain(Clock::time_point deadline) {
  const auto reserve = std::min(left_until(deadline) / 4, kCloseTimeout);
  if (sender_) sender_->close(deadline - reserve);
  if (intake_) intake_->settle(Clock::now() + left_until(deadline) / 2);
  if (intake_) intake_->close(deadline - reserve);
  if (intake_) intake_->finish();
  if (sender_) sender_->finish();
  intake_.reset();
  watch_.reset();
  sender_.reset();
  if (presence_client_) presence_client_->close(reserve);
  if (chat_client_) chat_client_->close(std::min(left_until(deadline), kCloseTimeout));
  presence_client_.reset();
  chat_client_.reset();
}

Client NotifyService::connect(const std::string& name, std::function<void(const State&)> on_state) const {
  ClientOptions options = common::broker_client(context_.config, name, context_.log);
  options.on_state = std::move(on_state);
  return Client::connect(std::move(options));
}

store::NotificationStoreOptions NotifyService::store_options(const std::string& holder) const {
  return {.notifier = context_.notifier.name(),
          .needs_link = context_.notifier.needs_link(),
          .holder = holder,
          .times = options_.sender.times};
}

}  // namespace fanfare::workers::notify
