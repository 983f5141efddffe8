#include "workers/persistence/persistence_service.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "runtime/process/instance.hpp"
#include "workers/common/broker_client.hpp"
#include "workers/persistence/history.hpp"
#include "workers/persistence/jobs/partitions_job.hpp"
#include "workers/persistence/jobs/sweep_job.hpp"
#include "workers/persistence/search.hpp"
#include "workers/persistence/unread.hpp"

namespace fanfare::workers::persistence {
namespace {

using runtime::Error;
using runtime::Result;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReaders = 4;  // most of their time they wait for the journal
constexpr std::size_t kWaitingRequests = 256;
constexpr std::size_t kSearchers = 2;  // each keeps the database busy
constexpr std::size_t kWaitingSearches = 64;
constexpr std::chrono::milliseconds kLook{100};

/// The writer tries again anyway, and who asks for the history should not wait long. Well below the time to drain.
constexpr std::chrono::milliseconds kPatience{1'000};

/// Who asks for the history waits for a person: so it is found out soon that the database is back.
constexpr std::chrono::milliseconds kReadAgain{1'000};

/// For saying goodbye to the broker.
constexpr std::chrono::milliseconds kCloseTimeout{500};

std::chrono::milliseconds left_until(Clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()),
                  std::chrono::milliseconds(0));
}

/// One batch is written while the next one gathers; the broker allows no more than that.
std::uint32_t in_flight_for(std::size_t batch) {
  constexpr std::size_t kMost = 65'536;
  return static_cast<std::uint32_t>(std::min(2 * batch, kMost));
}

/// 0: only by hand.
std::chrono::milliseconds every(const runtime::JobConfig& job) {
  return job.enabled ? job.every : std::chrono::milliseconds(0);
}

}  // namespace

/// After a start that failed: a handler may be waiting for the writer, a thread for the journal.
PersistenceService::~PersistenceService() {
  if (writer_) writer_->close(Clock::now());
  if (journal_) journal_->hurry(Clock::now());
}

Result<void> PersistenceService::start(std::stop_token stop) {
  if (auto prepared = prepare_database(); !prepared) return prepared;
  if (auto started = start_writing(); !started) return started;
  start_answering();
  start_jobs();
  return wait_for_broker(stop);
}

Result<void> PersistenceService::prepare_database() {
  auto database = store::Database::open_migrated(context_.config, {.patience = kPatience}, context_.log);
  if (!database) return database.error();
  database_ = *std::move(database);
  open_store_ = [this] { return database_->message_store(); };
  return {};
}

Result<void> PersistenceService::start_writing() {
  auto opened = open_store_();
  if (!opened) return opened.error();
  const runtime::PersistenceConfig& config = context_.config.workers.persistence;
  try {
    chat_client_.emplace(connect("persistence"));
    writer_.emplace(
        Writer::Options{.bounds = {.batch = config.batch, .linger = config.linger}}, open_store_,
        [this](const Uuid& message, std::string_view hop) {
          chat_client_->trace({.id = message, .traced = true}, hop);
        },
        context_.log, context_.metrics);
    chat_.emplace(ChatGroup::Context{*chat_client_, *writer_, context_.log, context_.metrics, context_.fail},
                  in_flight_for(config.batch));
  } catch (const fanfare::Error& error) {
    return Error{context_.config.broker.listen, ": ", error.what()};
  }
  return {};
}

void PersistenceService::start_answering() {
  history_client_.emplace(connect("persistence-history"));
  journal_.emplace(*history_client_);
  lag_.emplace(*history_client_, *writer_, context_.metrics);
  const auto breaker = [](const char* purpose) {
    return common::CircuitBreaker::Options{
        .figure = kDatabaseFigure, .purpose = purpose, .longest_back_off = kReadAgain};
  };
  reading_.emplace(breaker("reading"), context_.log, context_.metrics);
  searching_database_.emplace(breaker("searching"), context_.log, context_.metrics);
  const FetchPage fetch = [this](const std::string& pattern, const FetchOptions& options, Clock::time_point until) {
    return journal_->fetch(pattern, options, until);
  };
  const AddMethods pages = [this, fetch](common::MethodTable& table, std::shared_ptr<KeptStore> store) {
    add_unread(table, store);
    add_history(table, std::move(store), fetch, context_.log);
  };
  const AddMethods searches = [](common::MethodTable& table, std::shared_ptr<KeptStore> store) {
    add_search(table, std::move(store));
  };
  answering_.emplace(common::RequestPool::Options{.threads = kReaders, .queue = kWaitingRequests},
                     [this, pages] { return make_answering(pages, *reading_); });
  searching_.emplace(common::RequestPool::Options{.threads = kSearchers, .queue = kWaitingSearches},
                     [this, searches] { return make_answering(searches, *searching_database_); });
  history_.emplace(history_client_->serve(
      "history.*",
      [this](const Request& request, Responder responder) {
        auto& pool = request.topic == kSearchTopic ? *searching_ : *answering_;
        pool.submit(request, std::move(responder));
      },
      {.on_error = [this](const fanfare::Error& error) { context_.fail(std::string("history.*: ") + error.what()); }}));
  report_.emplace(
      *history_client_, "persistence", runtime::instance_name(),
      [this] {
        lag_->update();
        return context_.metrics.report(context_.config.limits.message);
      },
      context_.config.metrics.interval);
}

void PersistenceService::start_jobs() {
  jobs_client_.emplace(connect("persistence-jobs"));
  const jobs::JobRunner::OpenStore open = [this] { return database_->job_store(); };
  const runtime::JobsConfig& config = context_.config.jobs;
  std::vector<jobs::Job> all = {jobs::partitions_job(every(config.partitions), open_store_),
                                jobs::sweep_job(every(config.sweep), open, *jobs_client_)};
  const std::string instance = runtime::instance_name();
  job_runner_.emplace(jobs::JobRunner::Options{.instance = instance}, std::move(all), open, context_.log,
                      context_.metrics);
  job_holder_.emplace(
      jobs::JobHolder::Context{*jobs_client_, *job_runner_, instance, context_.log, context_.metrics, context_.fail});
}

common::RequestPool::Answering PersistenceService::make_answering(const AddMethods& add,
                                                                  common::CircuitBreaker& breaker) const {
  const auto table = std::make_shared<common::MethodTable>([this](std::string_view topic, std::string_view what) {
    context_.log.error("a request failed", {{"topic", topic}, {"reason", what}});
  });
  add(*table, std::make_shared<KeptStore>(open_store_, context_.log, &breaker));
  return [table](const common::Job& job) { return table->answer(job.topic, job.actor, job.payload, job.deadline); };
}

Result<void> PersistenceService::wait_for_broker(const std::stop_token& stop) const {
  try {
    while (!stop.stop_requested()) {
      if (chat_->wait_ready(kLook) && history_->wait_ready(kLook) && job_holder_->wait_ready(kLook)) return {};
      const State state = chat_client_->state();
      if (state.connection == Connection::refused) return Error{"the broker refuses this worker: ", state.reason};
    }
  } catch (const fanfare::Error& error) {
    return Error{"the broker refuses this worker: ", error.what()};
  }
  return Error{"stopped before the broker at ", context_.config.broker.listen, " was there"};
}

Client PersistenceService::connect(const std::string& name) const {
  return Client::connect(common::broker_client(context_.config, name, context_.log));
}

void PersistenceService::reload(const runtime::Config&) {
  context_.log.info("persistence takes over nothing while it runs; restart it");
}

/// The writer writes all that the group has handed over, while requests are answered. If the database does not let it
/// in time, what it has not taken is held until the group is left, and then goes to others.
void PersistenceService::drain(Clock::time_point deadline) {
  const auto reserve = std::min(left_until(deadline) / 6, kCloseTimeout);
  job_holder_->leave();  // another one runs them from now on
  finish_writing(deadline - 3 * reserve);
  writer_->close(deadline - reserve);
  history_.reset();
  journal_->hurry(Clock::now() + reserve);
  const auto answered = Clock::now() + reserve;
  answering_->drain(answered);
  searching_->drain(answered);
  report_.reset();
  history_client_->close(reserve);
  job_runner_.reset();
  jobs_client_->close(reserve);
  const std::size_t left = writer_->finish();
  if (left > 0) context_.log.info("records are left for others", {{"records", left}});
  chat_->leave();
  chat_client_->close(std::min(left_until(deadline), kCloseTimeout));
}

/// So that nothing comes to somebody else for a second time.
void PersistenceService::finish_writing(Clock::time_point deadline) {
  while (!chat_->finish(std::min(left_until(deadline), kLook)) && Clock::now() < deadline) {
    const bool is_cut_off = chat_client_->state().connection != Connection::ready;
    if (is_cut_off && !writer_->oldest()) return;  // all is written, and no broker is there to hear of it
  }
}

}  // namespace fanfare::workers::persistence
