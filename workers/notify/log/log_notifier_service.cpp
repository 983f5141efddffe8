#include "workers/notify/log/log_notifier_service.hpp"

#include "runtime/config/reachable.hpp"
#include "runtime/process/instance.hpp"

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
  if (auto prepared = prepare_database(); !prepared) return prepared;
  notify_.emplace(NotifyService::Context{
      .config = context_.config,
      .notifier = notifier_,
      .open_store = [this](const auto& options) { return database_->notification_store(options); },
      .log = context_.log,
      .metrics = context_.metrics,
      .fail = context_.fail});
  if (auto started = notify_->start(stop); !started) return started;
  try {
    report_client_.emplace(Client::connect({.address = runtime::reachable(context_.config.broker.listen),
                                            .name = kComponent,
                                            .when_full = WhenFull::fail}));
  } catch (const fanfare::Error& error) {
    return Error{context_.config.broker.listen, ": ", error.what()};
  }
  report_.emplace(
      *report_client_, kComponent, runtime::instance_name(),
      [this] { return context_.metrics.report(context_.config.limits.message); }, context_.config.metrics.interval);
  return {};
}

Result<void> LogNotifierService::prepare_database() {
  auto database = store::Database::open(context_.config, {.patience = kPatience});
  if (!database) return database.error();
  database_ = *std::move(database);
  const auto applied = database_->migrate();
  if (!applied) return applied.error();
  for (const store::MigrationRow& row : *applied) {
    context_.log.info("migration applied", {{"number", row.number}, {"name", row.name}});
  }
  context_.log.info("database ready", {{"database", database_->description()}});
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
