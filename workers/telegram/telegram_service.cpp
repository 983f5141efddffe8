#include "workers/telegram/telegram_service.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "runtime/process/instance.hpp"
#include "workers/common/broker_client.hpp"
#include "workers/notify/zone_offset.hpp"
#include "workers/telegram/broker_ports.hpp"
#include "workers/telegram/stop_at.hpp"

namespace fanfare::workers::telegram {
namespace {

using runtime::Error;
using runtime::Result;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};
constexpr milliseconds kPatience{1'000};

/// For saying goodbye to the broker.
constexpr milliseconds kCloseTimeout{500};

milliseconds left_until(Clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()), milliseconds(0));
}

/// What stands before the colon; the configuration was checked.
std::int64_t bot_of(std::string_view token) {
  std::int64_t id = 0;
  std::from_chars(token.data(), token.data() + token.size(), id);
  return id;
}

}  // namespace

TelegramService::TelegramService(const runtime::ServiceContext& context) : context_(context) {}

/// After a start that failed: a call to Telegram may be waiting.
TelegramService::~TelegramService() {
  stop_.request_stop();
  stop_telling_.request_stop();
}

Result<void> TelegramService::start(std::stop_token stop) {
  auto database = store::Database::open_migrated(context_.config, {.patience = kPatience}, context_.log);
  if (!database) return database.error();
  database_ = *std::move(database);
  try {
    updates_client_.emplace(connect("telegram-updates"));
    requests_client_.emplace(connect("telegram-requests"));
    introduction_.emplace(bot_settings(),
                          Introduction::Context{context_.log, [this](const std::string& why) { alarm(why); }});
    start_requests();
    start_updates();
  } catch (const fanfare::Error& error) {
    return Error{context_.config.broker.listen, ": ", error.what()};
  }
  if (auto started = start_telling(stop); !started) return started;
  report_.emplace(
      *updates_client_, "telegram", runtime::instance_name(),
      [this] { return context_.metrics.report(context_.config.limits.message); }, context_.config.metrics.interval);
  return wait_for_broker(stop);
}

void TelegramService::start_requests() {
  requests_.emplace(LinkRequests::Context{.client = *requests_client_,
                                          .database = *database_,
                                          .log = context_.log,
                                          .bot_name = [this] { return introduction_->name(); },
                                          .publish = publish_through(*requests_client_, context_.log),
                                          .fail = context_.fail});
}

void TelegramService::start_updates() {
  const runtime::TelegramConfig& config = context_.config.workers.telegram;
  const std::int64_t bot = bot_of(config.token);
  store_.emplace([this] { return database_->telegram_store(); });
  book_.emplace(*store_, bot);
  actions_.emplace(*updates_client_, context_.log);
  answering_.emplace(bot_settings(), stop_.get_token());
  commands_.emplace(ChatCommands::Context{
      .store = *store_,
      .speaker = *answering_,
      .log = context_.log,
      .bot_name = [this] { return introduction_->name(); },
      .ask = ask_through(*updates_client_),
      .publish = publish_through(*updates_client_, context_.log),
      .zone_offset = notify::zone_offset,
  });
  handler_.emplace(UpdateHandler::Context{.chats = *book_,
                                          .actions = *actions_,
                                          .speaker = *answering_,
                                          .commands = *commands_,
                                          .log = context_.log,
                                          .bot = std::to_string(bot)});
  source_.emplace(bot_settings());
  poller_.emplace(Poller::Options{.webhook_url = config.webhook_url, .webhook_secret = config.webhook_secret},
                  Poller::Context{.source = *source_,
                                  .handling = *handler_,
                                  .progress = *book_,
                                  .log = context_.log,
                                  .metrics = context_.metrics,
                                  .alarm = [this](const std::string& why) { alarm(why); }});
  seat_.emplace(PollerSeat::Context{.client = *updates_client_,
                                    .poller = *poller_,
                                    .has_webhook = !config.webhook_url.empty(),
                                    .fail = context_.fail});
}

Result<void> TelegramService::start_telling(const std::stop_token& stop) {
  telling_.emplace(bot_settings(), stop_telling_.get_token());
  notifier_.emplace(
      TelegramNotifier::Context{.speaker = *telling_, .alarm = [this](const std::string& why) { alarm(why); }});
  notify_.emplace(notify::NotifyService::Context{
      .config = context_.config,
      .notifier = *notifier_,
      .open_store = [this](const auto& options) { return database_->notification_store(options); },
      .log = context_.log,
      .metrics = context_.metrics,
      .fail = context_.fail,
      .on_link_ended = [this](const Uuid& person, const std::string&) { tell_of_ended_link(person); }});
  return notify_->start(stop);
}

/// On the sender's thread.
void TelegramService::tell_of_ended_link(const Uuid& person) {
  publish_through(*requests_client_, context_.log)(ended_event(person, store::LinkEnd::kBlocked, common::wall_clock()));
}

Result<void> TelegramService::wait_for_broker(const std::stop_token& stop) const {
  try {
    while (!stop.stop_requested()) {
      if (seat_->wait_ready(kLook) && requests_->wait_ready(kLook)) return {};
      const State state = updates_client_->state();
      if (state.connection == Connection::refused) return Error{"the broker refuses this worker: ", state.reason};
    }
  } catch (const fanfare::Error& error) {
    return Error{"the broker refuses this worker: ", error.what()};
  }
  return Error{"stopped before the broker at ", context_.config.broker.listen, " was there"};
}

Client TelegramService::connect(const std::string& name) const {
  return Client::connect(common::broker_client(context_.config, name, context_.log));
}

bot::BotApi::Settings TelegramService::bot_settings() const {
  const runtime::TelegramConfig& config = context_.config.workers.telegram;
  return {.url = config.api_url, .token = config.token};
}

/// Nothing goes with this token, and the same again would be the same again.
void TelegramService::alarm(const std::string& reason) const {
  context_.misconfigured("workers.telegram.token: Telegram does not know this token: " + reason);
}

void TelegramService::reload(const runtime::Config&) {
  context_.log.info("telegram takes over nothing while it runs; restart it");
}

/// Another one takes the updates at once. What is being handled here is cut short where it waits: not being done, it
/// comes there again. What is being told has until nearly the deadline.
void TelegramService::drain(Clock::time_point deadline) {
  seat_->leave();
  stop_.request_stop();
  report_.reset();
  updates_client_->close(std::min(left_until(deadline) / 8, kCloseTimeout));
  poller_->close();
  {
    const auto told_by = Clock::now() + left_until(deadline) / 2;
    const StopAt stop_at(stop_telling_, told_by);
    notify_->drain(told_by + left_until(deadline) / 8);
  }
  requests_->drain(Clock::now() + left_until(deadline) / 2);
  requests_client_->close(std::min(left_until(deadline), kCloseTimeout));
  introduction_.reset();
}

}  // namespace fanfare::workers::telegram
