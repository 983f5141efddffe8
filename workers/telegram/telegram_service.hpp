#pragma once
// fanfare-telegram: tells people who are away (workers/notify), answers `telegram.*`, and is a member of the group
// `telegram-poller`, whose one active process takes the bot's updates. Owned by run_service(), which drives it; any
// number of processes share the work. Ready once the database has all migrations and the broker has acknowledged it:
// Telegram may be away. A wrong token ends it, as a wrong configuration does.

#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <memory>
#include <optional>
#include <string>

#include "runtime/service/service.hpp"
#include "workers/notify/notify_service.hpp"
#include "workers/store/database.hpp"
#include "workers/telegram/broker_actions.hpp"
#include "workers/telegram/chat_commands.hpp"
#include "workers/telegram/introduction.hpp"
#include "workers/telegram/link_requests.hpp"
#include "workers/telegram/poller.hpp"
#include "workers/telegram/poller_seat.hpp"
#include "workers/telegram/speaker.hpp"
#include "workers/telegram/stored_book.hpp"
#include "workers/telegram/telegram_notifier.hpp"
#include "workers/telegram/update_handler.hpp"

namespace fanfare::workers::telegram {

class TelegramService final : public runtime::Service {
 public:
  explicit TelegramService(const runtime::ServiceContext& context);
  ~TelegramService() override;

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  void start_requests();
  void start_updates();
  runtime::Result<void> start_telling(const std::stop_token& stop);
  runtime::Result<void> wait_for_broker(const std::stop_token& stop) const;
  [[nodiscard]] Client connect(const std::string& name) const;
  [[nodiscard]] bot::BotApi::Settings bot_settings() const;
  void alarm(const std::string& reason) const;
  void tell_of_ended_link(const Uuid& person);

  const runtime::ServiceContext context_;
  std::stop_source stop_;                      // of calls to Telegram for updates
  std::stop_source stop_telling_;              // of those that tell somebody
  std::unique_ptr<store::Database> database_;  // before all that has stores of it
  std::optional<Client> updates_client_;
  std::optional<Client> requests_client_;
  std::optional<Introduction> introduction_;
  std::optional<LinkRequests> requests_;

  // The updates: what the poller's thread works with, then the poller.
  std::optional<KeptTelegramStore> store_;
  std::optional<StoredBook> book_;
  std::optional<BrokerActions> actions_;
  std::optional<BotSpeaker> answering_;
  std::optional<ChatCommands> commands_;
  std::optional<UpdateHandler> handler_;
  std::optional<BotUpdateSource> source_;
  std::optional<Poller> poller_;
  std::optional<PollerSeat> seat_;

  // The telling: what the sender's thread works with, then the sender.
  std::optional<BotSpeaker> telling_;
  std::optional<TelegramNotifier> notifier_;
  std::optional<notify::NotifyService> notify_;
  std::optional<MetricsReport> report_;
};

}  // namespace fanfare::workers::telegram
