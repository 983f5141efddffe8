#include "workers/accounts/accounts_service.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "runtime/config/reachable.hpp"
#include "runtime/crypto/base64url.hpp"
#include "runtime/crypto/random.hpp"
#include "runtime/process/instance.hpp"
#include "workers/accounts/account_methods.hpp"
#include "workers/accounts/conversation_methods.hpp"
#include "workers/accounts/reading_methods.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts {
namespace {

using runtime::Result;

constexpr std::size_t kThreads = 2;
constexpr std::size_t kWaiting = 1'000;
constexpr std::size_t kWaitingPerPasswordThread = 16;  // of 50 ms each: under a second
constexpr std::chrono::seconds kBrokerDeadline{30};
/// Less than what callers wait, so that they hear `unavailable` and not nothing.
constexpr std::chrono::milliseconds kPatience{2'000};
constexpr std::chrono::milliseconds kStopInterval{100};

/// A key that is used only if there is none yet.
store::SigningKeyRow new_signing_key() {
  const auto id = runtime::crypto::random_bytes<9>();
  return {runtime::crypto::encode_base64url(id), runtime::crypto::KeyPair::generate().seed(), common::wall_clock()};
}

}  // namespace

AccountsService::AccountsService(const runtime::ServiceContext& context) : context_(context), config_(context.config) {}

AccountsService::~AccountsService() { drain(std::chrono::steady_clock::now()); }

Result<void> AccountsService::start(std::stop_token stop) {
  if (auto ready = prepare_database(); !ready) return ready;
  if (auto connected = connect(stop); !connected) return connected;
  start_publisher();
  start_pools();
  for (const char* pattern : {"accounts.>", "conversations.>"}) {
    if (auto served = serve(pattern); !served) return served;
  }
  report_.emplace(
      *client_, "accounts", runtime::instance_name(),
      [this] { return context_.metrics.report(config_.limits.message); }, config_.metrics.interval);
  return {};
}

Result<void> AccountsService::prepare_database() {
  auto database = store::Database::open_migrated(config_, {.patience = kPatience}, context_.log);
  if (!database) return database.error();
  database_ = *std::move(database);
  auto stores = database_->account_stores();
  if (!stores) return stores.error();
  const auto keys = (*stores)->signing_keys().load_or_add(new_signing_key());
  if (!keys) return keys.error();
  if (keys->empty()) return runtime::Error{"the database's signing_key holds no key of 32 bytes"};

  const runtime::crypto::PasswordCost cost;
  const auto dummy = runtime::crypto::hash_password("the password of nobody", cost);
  if (!dummy) return dummy.error();
  std::vector<PublicKeyRow> rows;
  for (const store::SigningKeyRow& key : *keys) {
    rows.push_back({key.id, runtime::crypto::KeyPair(key.seed).public_key()});
  }
  const auto& settings = config_.workers.accounts;
  tokens_.emplace(runtime::jwt::SigningKey{keys->front().id, runtime::crypto::KeyPair(keys->front().seed)},
                  TokenIssuer::Lifetimes{settings.access_token_ttl, settings.refresh_token_ttl});
  shared_.emplace(Shared{*tokens_, attempts_, cost, *dummy, std::move(rows), common::wall_clock,
                         [this] { publisher_->wake(); }, context_.log});
  return {};
}

Result<void> AccountsService::connect(const std::stop_token& stop) {
  const std::string address = runtime::reachable(config_.broker.listen);
  client_.emplace(
      Client::connect({.address = address, .name = "accounts", .on_state = [&log = context_.log](const State& state) {
                         log.info("connection", {{"state", to_string(state.connection)}, {"reason", state.reason}});
                       }}));
  const auto deadline = std::chrono::steady_clock::now() + kBrokerDeadline;
  while (!client_->wait_ready(kStopInterval)) {
    if (stop.stop_requested()) return runtime::Error{"stopped while waiting for the broker"};
    if (std::chrono::steady_clock::now() >= deadline) {
      return runtime::Error{"no broker at ", address, ": start one with `fanfare up`"};
    }
  }
  return {};
}

void AccountsService::start_publisher() {
  OutboxChannel channel{
      .is_ready = [this] { return client_->state().connection == Connection::ready; },
      .publish = [this](const OutboxMessage& message,
                        const Uuid& id) { return client_->publish(message.topic, message.payload, {.id = id}); }};
  publisher_.emplace(
      OutboxPublisher::Options{.holder = common::new_id(common::wall_clock()).to_string()},
      [this] { return database_->account_stores(); }, std::move(channel), context_.log);
}

void AccountsService::start_pools() {
  const std::size_t threads = config_.workers.accounts.password_threads;
  const auto make = [this] { return make_answering(); };
  password_pool_.emplace(common::RequestPool::Options{.threads = threads,
                                                      .queue = threads * kWaitingPerPasswordThread,
                                                      .when_full = {common::RefusalCode::kTooManyRequests,
                                                                    "try again: many people log in at the moment"}},
                         make);
  pool_.emplace(common::RequestPool::Options{.threads = kThreads, .queue = kWaiting}, make);
}

common::RequestPool::Answering AccountsService::make_answering() {
  /// Of one thread: opened with its first request, and again as long as that fails.
  struct Desk {
    std::unique_ptr<store::AccountStores> stores;
    std::optional<common::MethodTable> table;
  };
  return [this, desk = std::make_shared<Desk>()](const common::Job& job) {
    if (!desk->stores) {
      auto opened = database_->account_stores();
      if (!opened) return common::to_reply(unavailable(*shared_, opened.error()));
      desk->stores = *std::move(opened);
      desk->table.emplace([&log = context_.log](std::string_view topic, std::string_view what) {
        log.error("a method failed", {{"topic", topic}, {"reason", what}});
      });
      add_account_methods(*desk->table, *shared_, *desk->stores);
      add_conversation_methods(*desk->table, *shared_, *desk->stores);
      add_reading_methods(*desk->table, *shared_, *desk->stores);
    }
    return desk->table->answer(job.topic, job.actor, job.payload, job.deadline, job.key);
  };
}

Result<void> AccountsService::serve(const char* pattern) {
  auto asked = context_.metrics.counter("fanfare_accounts_requests_total", "Requests, by the pattern they came by.",
                                        {{"pattern", pattern}});
  services_.push_back(client_->serve(
      pattern,
      [this, asked](const Request& request, Responder responder) mutable {
        asked.add();
        (is_slow(request.topic) ? *password_pool_ : *pool_).submit(request, std::move(responder));
      },
      {.on_error = [this, pattern](const Error& error) {
        context_.fail(std::string("the broker refuses to let us answer ") + pattern + ": " + error.what());
      }}));
  try {
    if (services_.back().wait_ready(kBrokerDeadline)) return {};
    return runtime::Error{"the broker does not answer when asked to serve ", pattern};
  } catch (const Error& refused) {
    return runtime::Error{"the broker refuses to let us answer ", pattern, ": ", refused.what()};
  }
}

void AccountsService::reload(const runtime::Config& config) {
  if (config.workers.accounts != config_.workers.accounts) {
    context_.log.warn("new settings of workers.accounts count from the next start on");
  }
}

void AccountsService::drain(std::chrono::steady_clock::time_point deadline) {
  report_.reset();
  services_.clear();
  if (pool_) pool_->drain(deadline);
  if (password_pool_) password_pool_->drain(deadline);
  publisher_.reset();
  if (!client_) return;
  const auto left = deadline - std::chrono::steady_clock::now();
  client_->close(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), std::chrono::milliseconds(100)));
  client_.reset();
}

}  // namespace fanfare::workers::accounts
