#include "frontends/websocket/service.hpp"

#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <atomic>
#include <utility>

#include "frontends/common/access_link.hpp"
#include "frontends/common/broker_services.hpp"
#include "frontends/common/change_feed.hpp"
#include "frontends/websocket/broker/broker_backend.hpp"
#include "frontends/websocket/broker/broker_people.hpp"
#include "frontends/websocket/broker/broker_topics.hpp"
#include "frontends/websocket/server/server.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/crypto/random.hpp"
#include "runtime/process/instance.hpp"
#include "runtime/version.hpp"

namespace fanfare::frontends::websocket {
namespace {

/// Between two attempts to get the keys.
constexpr std::chrono::seconds kKeysPause{1};

session::Instant now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

std::string new_client_id() {
  return Uuid::version7(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                       std::chrono::system_clock::now().time_since_epoch())
                                                       .count()),
                        runtime::crypto::random_bytes<16>())
      .to_string();
}

std::uint16_t port_of(const std::string& listen) {
  const auto authority = server::Authority::parse(listen);
  return authority ? authority->port : std::uint16_t{0};
}

class WebSocketService final : public runtime::Service {
 public:
  explicit WebSocketService(const runtime::ServiceContext& context)
      : log_(context.log),
        metrics_(context.metrics),
        config_(context.config),
        handover_([this](broker::Handover::Work work) { io_.post(std::move(work)); }, {}),
        client_(Client::connect({.address = runtime::reachable(config_.broker.listen),
                                 .name = "websocket",
                                 .on_state = [this](const State& state) { on_state(state); },
                                 .when_full = WhenFull::fail})),
        services_(client_),
        tokens_(services_),
        access_(services_),
        sender_(client_, access_),
        topics_(client_, handover_, log_, metrics_),
        hub_(topics_, now),
        people_(client_, services_, handover_, log_),
        circles_(people_, now),
        backend_({client_, services_, tokens_, access_, sender_, handover_, config_.limits.request_timeout}),
        server_(
            io_, log_, metrics_, [this](session::Outlet& outlet) { return make_session(outlet); }, settings()) {
    topics_.attach(hub_);
    link_.tell(access_);
    people_.attach(circles_);
  }

  WebSocketService(const WebSocketService&) = delete;
  WebSocketService& operator=(const WebSocketService&) = delete;
  ~WebSocketService() override { drain(std::chrono::steady_clock::now()); }

  runtime::Result<void> start(std::stop_token) override {
    changes_.emplace(client_, access_, listener());
    if (auto started = server_.start(); !started) return started.error();
    io_.start();
    report_.emplace(
        client_, "websocket", runtime::instance_name(), [this] { return metrics_.report(config_.limits.message); },
        config_.metrics.interval);
    is_running_ = true;
    log_.info("listening", {{"at", config_.frontends.websocket.listen}, {"port", server_.port()}});
    return {};
  }

  /// What can change while running is none of ours; the log's level is run_service()'s.
  void reload(const runtime::Config&) override {}

  void drain(std::chrono::steady_clock::time_point deadline) override {
    if (std::exchange(is_running_, false)) server_.stop(deadline);
    report_.reset();
    handover_.close();
    const auto left = deadline - std::chrono::steady_clock::now();
    client_.close(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), kLeastGoodbye));
    io_.stop();
  }

 private:
  static constexpr std::chrono::milliseconds kLeastGoodbye{100};

  server::Server::Settings settings() {
    const auto& own = config_.frontends.websocket;
    return {.listen = own.listen,
            .origins = {.origins = own.origins,
                        .page_port = port_of(config_.frontends.http.listen),
                        .on_loopback = server::listens_on_loopback(own.listen)},
            .on_tick = [this] { tick(); }};
  }

  std::shared_ptr<session::Session> make_session(session::Outlet& outlet) {
    return session::Session::make(
        new_client_id(), {outlet, backend_, hub_, circles_, now, "fanfare " + std::string(runtime::version())});
  }

  common::ChangeListener listener() {
    return {.on_change =
                [this](const std::string& conversation) {
                  handover_.push([this, conversation] {
                    circles_.members_changed(conversation);
                    hub_.rights_changed(conversation);
                  });
                },
            .on_missed =
                [this] {
                  handover_.push([this] {
                    circles_.all_members_changed();
                    hub_.all_rights_changed();
                  });
                }};
  }

  /// On the SDK's dispatcher thread.
  void on_state(const State& state) {
    const bool is_ready = state.connection == Connection::ready;
    if (is_ready) {
      log_.info("connected to the broker", {{"resumed", state.resumed}});
    } else if (state.connection != Connection::connecting) {
      log_.warn("no broker", {{"reason", state.reason}});
    }
    link_.changed(state);
    handover_.push([this, is_ready] {
      hub_.set_available(is_ready);
      backend_.set_available(is_ready);
      keys_asked_ = {};
    });
  }

  /// On the I/O thread.
  void tick() {
    hub_.tick();
    circles_.tick();
    const auto at = std::chrono::steady_clock::now();
    if (tokens_.is_loaded() || at < keys_asked_ + kKeysPause) return;
    keys_asked_ = at;
    tokens_.load();
  }

  runtime::Logger& log_;
  runtime::Metrics& metrics_;
  const runtime::Config config_;
  server::IoThread io_;
  broker::Handover handover_;
  common::AccessLink link_;
  Client client_;
  common::BrokerServices services_;
  common::AccessTokens tokens_;
  common::ConversationAccess access_;
  common::MessageSender sender_;
  broker::BrokerTopics topics_;
  hub::Hub hub_;
  broker::BrokerPeople people_;
  presence::Circles circles_;
  broker::BrokerBackend backend_;
  std::optional<common::ChangeFeed> changes_;
  std::optional<MetricsReport> report_;
  server::Server server_;
  std::chrono::steady_clock::time_point keys_asked_;  // the I/O thread's
  bool is_running_ = false;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(const runtime::ServiceContext& context) {
  return std::make_unique<WebSocketService>(context);
}

runtime::ConfigCheck config_check() {
  return [](const runtime::Config& config) {
    std::vector<runtime::Complaint> complaints;
    const auto& origins = config.frontends.websocket.origins;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (origins[i] == "self" || server::Origin::parse(origins[i])) continue;
      complaints.push_back({"frontends.websocket.origins[" + std::to_string(i) + "]",
                            "expected self or an origin such as https://chat.example.org"});
    }
    return complaints;
  };
}

}  // namespace fanfare::frontends::websocket
