#pragma once
// fanfare-persistence: a member of the group `persistence`, which keeps the messages of `chat.>` in the database, and
// of the service `history.*`, and of the group `jobs`, whose one active process runs the jobs. Owned by run_service(),
// which drives it; any number of processes share the work. Ready once the database has all migrations and the broker
// has acknowledged both. On drain it takes nothing more and writes what it was handed; what the database does not let
// it goes to the others or waits for the next start.

#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <functional>
#include <memory>
#include <optional>

#include "runtime/service/service.hpp"
#include "workers/common/method_table.hpp"
#include "workers/common/request_pool.hpp"
#include "workers/persistence/chat_group.hpp"
#include "workers/persistence/jobs/job_holder.hpp"
#include "workers/persistence/jobs/job_runner.hpp"
#include "workers/persistence/journal_reader.hpp"
#include "workers/persistence/kept_store.hpp"
#include "workers/persistence/lag_figures.hpp"
#include "workers/persistence/writer.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::persistence {

class PersistenceService final : public runtime::Service {
 public:
  explicit PersistenceService(const runtime::ServiceContext& context) : context_(context) {}
  ~PersistenceService() override;

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  using AddMethods = std::function<void(common::MethodTable& table, std::shared_ptr<KeptStore> store)>;

  runtime::Result<void> prepare_database();
  runtime::Result<void> start_writing();
  void start_answering();
  /// For one thread.
  [[nodiscard]] common::RequestPool::Answering make_answering(const AddMethods& add,
                                                              common::CircuitBreaker& breaker) const;
  void start_jobs();
  void finish_writing(std::chrono::steady_clock::time_point deadline);
  runtime::Result<void> wait_for_broker(const std::stop_token& stop) const;
  [[nodiscard]] Client connect(const std::string& name) const;

  const runtime::ServiceContext context_;
  std::unique_ptr<store::Database> database_;  // before all that has stores of it
  Writer::OpenStore open_store_;
  // Each has a client of its own: history is answered while the other's handler waits for the database.
  std::optional<Client> chat_client_;
  std::optional<Client> history_client_;
  std::optional<Client> jobs_client_;
  std::optional<JournalReader> journal_;
  std::optional<Writer> writer_;
  std::optional<ChatGroup> chat_;
  std::optional<common::CircuitBreaker> reading_;
  std::optional<common::CircuitBreaker> searching_database_;  // a search that takes too long says nothing about pages
  std::optional<LagFigures> lag_;
  std::optional<common::RequestPool> answering_;
  std::optional<common::RequestPool> searching_;  // of its own: a page never waits for searches
  std::optional<fanfare::Service> history_;
  std::optional<jobs::JobRunner> job_runner_;
  std::optional<jobs::JobHolder> job_holder_;
  std::optional<MetricsReport> report_;
};

}  // namespace fanfare::workers::persistence
