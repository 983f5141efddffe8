#pragma once
// fanfare-accounts as a service: answers accounts.* and conversations.* on two pools of threads – one that hashes
// passwords, one for all else, so that logging in never holds up who is in – and publishes what changes. Owned by
// run_service().

#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <memory>
#include <optional>
#include <vector>

#include "runtime/service/service.hpp"
#include "workers/accounts/environment.hpp"
#include "workers/accounts/outbox_publisher.hpp"
#include "workers/accounts/token_issuer.hpp"
#include "workers/common/request_pool.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::accounts {

class AccountsService final : public runtime::Service {
 public:
  explicit AccountsService(const runtime::ServiceContext& context);
  ~AccountsService() override;

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  runtime::Result<void> prepare_database();
  runtime::Result<void> connect(const std::stop_token& stop);
  void start_publisher();
  void start_pools();
  runtime::Result<void> serve(const char* pattern);
  common::RequestPool::Answering make_answering();

  const runtime::ServiceContext context_;
  const runtime::Config config_;
  std::unique_ptr<store::Database> database_;  // before all that has stores of it
  common::Attempts attempts_{common::Attempts::Limits{}};
  std::optional<TokenIssuer> tokens_;
  std::optional<Shared> shared_;
  std::optional<Client> client_;
  std::optional<OutboxPublisher> publisher_;
  std::optional<common::RequestPool> password_pool_;
  std::optional<common::RequestPool> pool_;
  std::vector<fanfare::Service> services_;  // behind the above: no request comes after they have gone
  std::optional<MetricsReport> report_;
};

}  // namespace fanfare::workers::accounts
