#include "frontends/http/service/http_service.hpp"

#include <sys/resource.h>
#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "frontends/common/access_link.hpp"
#include "frontends/common/access_tokens.hpp"
#include "frontends/common/broker_services.hpp"
#include "frontends/common/change_feed.hpp"
#include "frontends/common/conversation_access.hpp"
#include "frontends/common/message_sender.hpp"
#include "frontends/http/api/backend.hpp"
#include "frontends/http/api/gate.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/metrics/metrics_page.hpp"
#include "frontends/http/page/page_files.hpp"
#include "frontends/http/page/page_routes.hpp"
#include "frontends/http/pistache/acceptor.hpp"
#include "frontends/http/server/server.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/metrics/report.hpp"
#include "runtime/process/instance.hpp"

namespace fanfare::frontends::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// For saying goodbye to the broker.
constexpr milliseconds kCloseTimeout{500};
constexpr milliseconds kPauseBetweenQuestions{500};
constexpr seconds kWaitForKeys{2};

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

/// `listen` was checked by the configuration.
Endpoint split(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  Endpoint result{listen.substr(0, colon)};
  std::from_chars(listen.data() + colon + 1, listen.data() + listen.size(), result.port);
  return result;
}

/// Each connection takes two descriptors; the usual soft limit of 1,024 would be the first to end.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::filesystem::path web_root(const runtime::HttpConfig& config) {
  if (!config.web_root.empty()) return config.web_root;
  std::error_code error;
  return default_web_root(std::filesystem::read_symlink("/proc/self/exe", error));
}

/// Empty where updates are polled, and where the secret is none: fanfare-telegram says so and does not start.
std::string webhook_secret(const runtime::TelegramConfig& config) {
  constexpr std::size_t kShortest = 16;
  const bool has_webhook = !config.webhook_url.empty() && config.webhook_secret.size() >= kShortest;
  return has_webhook ? config.webhook_secret : "";
}

/// Counts replies by the class of their status.
class ReplyCounter {
 public:
  explicit ReplyCounter(runtime::Metrics& metrics) {
    for (const char* status : {"1xx", "2xx", "3xx", "4xx", "5xx"}) {
      replies_.push_back(
          metrics.counter("fanfare_http_replies_total", "Replies, by their status.", {{"status", status}}));
    }
  }
  void count(int status) {
    const auto at = static_cast<std::size_t>(status / 100 - 1);
    if (at < replies_.size()) replies_[at].add();
  }

 private:
  std::vector<runtime::Counter> replies_;
};

/// Says once that the broker is away, not at each attempt. Called on the SDK's dispatcher thread only.
class BrokerState {
 public:
  explicit BrokerState(runtime::Logger& log) : log_(log) {}

  /// On the SDK's dispatcher thread.
  void changed(const State& state) {
    const bool is_ready = state.connection == fanfare::Connection::ready;
    access.changed(state);
    if (is_ready) log_.info("connected to the broker");
    is_connected_ = is_ready;
    if (is_ready) is_told_ = false;
    if (is_ready || !state.code || std::exchange(is_told_, true)) return;
    log_.warn("no connection to the broker", {{"reason", state.reason}});
  }
  [[nodiscard]] bool is_connected() const { return is_connected_; }

  common::AccessLink access;

 private:
  runtime::Logger& log_;
  std::atomic<bool> is_connected_ = false;
  bool is_told_ = false;
};

ClientOptions client_options(const runtime::ServiceContext& context, BrokerState& broker) {
  return {.address = runtime::reachable(context.config.broker.listen),
          .name = "http",
          .on_state = [&broker](const State& state) { broker.changed(state); },
          .close_timeout = kCloseTimeout};
}

}  // namespace

/// In the order in which each needs the ones before it.
struct HttpService::Parts {
  explicit Parts(const runtime::ServiceContext& context)
      : broker(context.log),
        metrics_page(context.metrics, runtime::instance_name(), {.stale_after = context.config.metrics.stale_after},
                     std::chrono::steady_clock::now),
        replies(context.metrics),
        client(Client::connect(client_options(context, broker))),
        services(client),
        tokens(services),
        access(services),
        sender(client, access),
        changes(client, access),
        backend{.services = services,
                .identify =
                    [this](std::string_view token) { return tokens.check(token, std::chrono::system_clock::now()); },
                .send_message = [this](const common::OutgoingMessage& message,
                                       common::AnswerHandler handler) { sender.send(message, std::move(handler)); }},
        gate(backend, Rates{}),
        files(web_root(context.config.frontends.http)),
        server(routes(context.config), ServerLimits{}, context.log, [this](int status) { replies.count(status); }),
        acceptor(server) {
    broker.access.tell(access);
  }

  /// Handlers of late answers refer to the parts, so the client ends before any of them goes.
  ~Parts() {
    acceptor.stop();
    server.drain(std::chrono::steady_clock::now());
    report.reset();
    client.close(kCloseTimeout);
  }

  Router routes(const runtime::Config& config) {
    Router router;
    add_session_routes(router, gate, backend,
                       std::chrono::duration_cast<seconds>(config.workers.accounts.refresh_token_ttl));
    add_people_routes(router, gate, backend);
    add_message_routes(router, gate, backend);
    add_reading_routes(router, gate, backend);
    add_telegram_routes(router, gate, backend);
    add_webhook_route(router, gate, backend, webhook_secret(config.workers.telegram));
    add_probe_routes(router, [this] { return missing(); });
    metrics_page.add_route(router);
    const runtime::TelegramConfig& telegram = config.workers.telegram;
    add_page_routes(router, files,
                    {.websocket = {config.frontends.http.websocket_url, split(config.frontends.websocket.listen).port},
                     .has_telegram = telegram.enabled && !telegram.token.empty()});
    return router;
  }

  std::vector<std::string> missing() const {
    std::vector<std::string> result;
    if (!broker.is_connected()) result.emplace_back("a session at the broker");
    if (!tokens.is_loaded()) result.emplace_back("the public keys of access tokens (from fanfare-accounts)");
    return result;
  }

  /// From here on the figures of all components are gathered and this one's are told.
  void start_metrics(const runtime::ServiceContext& context) {
    reports.emplace(client.subscribe(
        "$sys.metrics.>", [this](const Message& message) { metrics_page.take(message.topic, message.payload); },
        {.on_error = [&log = context.log](const Error& refused) {
          log.warn("/metrics shows this process only", {{"reason", refused.what()}});
        }}));
    const auto most = std::min(context.config.limits.message, runtime::ReportBounds{}.bytes);
    report.emplace(
        client, "http", runtime::instance_name(), [this, most] { return runtime::to_report(metrics_page.own(), most); },
        context.config.metrics.interval);
  }

  BrokerState broker;
  MetricsPage metrics_page;
  ReplyCounter replies;
  Client client;
  common::BrokerServices services;
  common::AccessTokens tokens;
  common::ConversationAccess access;
  common::MessageSender sender;
  common::ChangeFeed changes;
  Backend backend;
  Gate gate;
  PageFiles files;
  Server server;
  pistache::Acceptor acceptor;
  std::optional<Subscription> reports;
  std::optional<MetricsReport> report;

  std::mutex mutex;  // guards keys_loaded's waiters
  std::condition_variable_any keys_loaded;
  std::jthread key_loader;
};

HttpService::HttpService(const runtime::ServiceContext& context) : context_(context) {}

HttpService::~HttpService() = default;

runtime::Result<void> HttpService::start(std::stop_token stop) {
  raise_descriptor_limit();
  parts_ = std::make_unique<Parts>(context_);
  parts_->start_metrics(context_);
  const Endpoint endpoint = split(context_.config.frontends.http.listen);
  if (const auto listening = parts_->acceptor.start(endpoint.host, endpoint.port); !listening) {
    return listening.error();
  }
  parts_->key_loader = std::jthread([this](const std::stop_token& ending) { load_keys(ending); });
  std::unique_lock lock(parts_->mutex);
  if (!parts_->keys_loaded.wait_for(lock, stop, kWaitForKeys, [this] { return parts_->tokens.is_loaded(); })) {
    context_.log.warn("nobody can log in yet", {{"missing", "the keys of fanfare-accounts"}});
  }
  context_.log.info("listening",
                    {{"address", context_.config.frontends.http.listen}, {"web_root", parts_->files.root().string()}});
  return {};
}

/// Asks again until the keys have come; later ones are fetched when a token names them.
void HttpService::load_keys(const std::stop_token& stop) {
  while (!stop.stop_requested() && !parts_->tokens.is_loaded()) {
    parts_->tokens.load([parts = parts_.get()](bool loaded) {
      if (!loaded) return;
      const std::lock_guard lock(parts->mutex);
      parts->keys_loaded.notify_all();
    });
    std::unique_lock lock(parts_->mutex);
    parts_->keys_loaded.wait_for(lock, stop, kPauseBetweenQuestions, [this] { return parts_->tokens.is_loaded(); });
  }
}

void HttpService::reload(const runtime::Config& config) { context_.log.set_level(config.log.level); }

void HttpService::drain(std::chrono::steady_clock::time_point deadline) {
  parts_->key_loader.request_stop();
  parts_->acceptor.stop();
  parts_->server.drain(deadline - kCloseTimeout);
  parts_->report.reset();
  parts_->client.close(kCloseTimeout);
}

}  // namespace fanfare::frontends::http
