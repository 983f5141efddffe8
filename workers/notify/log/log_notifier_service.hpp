#pragma once
// fanfare-log-notifier: NotifyService with the notifier that writes into the log. Owned by run_service(). Ready once
// the database has all migrations and the broker has acknowledged the membership.

#include <fanfare/metrics_report.hpp>

#include <memory>
#include <optional>

#include "runtime/service/service.hpp"
#include "workers/notify/log/log_notifier.hpp"
#include "workers/notify/notify_service.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::notify {

class LogNotifierService final : public runtime::Service {
 public:
  explicit LogNotifierService(const runtime::ServiceContext& context) : context_(context), notifier_(context.log) {}

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  const runtime::ServiceContext context_;
  LogNotifier notifier_;
  std::unique_ptr<store::Database> database_;  // before what has stores of it
  std::optional<NotifyService> notify_;
  std::optional<Client> report_client_;
  std::optional<MetricsReport> report_;
};

}  // namespace fanfare::workers::notify
