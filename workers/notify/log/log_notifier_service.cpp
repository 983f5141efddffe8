#include "workers/notify/log/log_notifier_service.hpp"

#include "runtime/process/instance.hpp"
#include "workers/common/broker_client.hpp"

namespace fanfare::workers::notify {
namespace {

using runtime::Error;
using runtime::Result;

/// Everything is tried again anyway. Well below the time to drain.
constexpr std::chrono::milliseconds kPatience{1'000};
constexpr std::chrono::milliseconds kCloseTimeout{300};
constexpr const char* kComponent = "log-notifier";

}  // namespace

Result<void> LogNotifierService::start(std::stop_token stop) {
  auto database = store::Database::open_migrated(context_.config, {.patience = kPatience}, context_.log);
  if (!database) return database.error();
  database_ = *std::move(database);
  notify_.emplace(NotifyService::Context{
      .config = context_.config,
      .notifier = notifier_,
      .open_store = [this](const auto& options) { return database_->notification_store(options); },
      .log = context_.log,
      .metrics = context_.metrics,
      .fail = context_.fail});
  if (auto started = notify_->start(stop); !started) return started;
  try {
    report_client_.emplace(Client::connect(common::broker_client(context_.config, kComponent, context_.log)));
  } catch (const fanfare::Error& error) {
    return Error{context_.config.broker.listen, ": ", error.what()};
  }
  report_.emplace(
      *report_client_, kComponent, runtime::instance_name(),
      [this] { return context_.metrics.report(context_.config.limits.message); }, context_.config.metrics.interval);
  return {};
}

void LogNotifierService::reload(const runtime::Config&) {
  context_.log.info("the log notifier takes over nothing while it runs; restart it");
}

void LogNotifierService::drain(std::chrono::steady_clock::time_point deadline) {
  notify_->drain(deadline - kCloseTimeout);
  report_.reset();
  report_client_->close(kCloseTimeout);
}

}  // namespace fanfare::workers::notify
