#include "frontends/websocket/server/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontends/websocket/server/handshake.hpp"

namespace fanfare::frontends::websocket::server {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// For the broker's connection, files and what libraries open.
constexpr std::size_t kOtherDescriptors = 64;
/// After an accept that failed for want of descriptors.
constexpr std::chrono::milliseconds kAcceptPause{200};
constexpr double kRefusalsTold = 10;
constexpr double kRefusalsToldPerSecond = 0.1;

/// How many descriptors this process may have open, having asked for as many as it may ask for.
std::size_t descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  rlimit wanted{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  return static_cast<std::size_t>(::setrlimit(RLIMIT_NOFILE, &wanted) == 0 ? wanted.rlim_cur : limit.rlim_cur);
}

Seats::Limits within_descriptors(Seats::Limits seats) {
  const auto all = descriptors();
  seats.all = std::min(seats.all, all > 2 * kOtherDescriptors ? all - kOtherDescriptors : kOtherDescriptors);
  return seats;
}

}  // namespace

class Server::Impl {
 public:
  Impl(IoThread& io, runtime::Logger& log, runtime::Metrics& metrics, MakeSession make_session, Settings settings)
      : io_(io),
        settings_(std::move(settings)),
        seats_(within_descriptors(settings_.seats)),
        connections_now_(metrics.gauge("fanfare_websocket_connections", "Open connections.")),
        refused_(
            metrics.counter("fanfare_websocket_refused_total", "Connections refused because there were too many.")),
        common_{OriginRule(settings_.origins),
                settings_.limits,
                log,
                session::Rate(kRefusalsTold, kRefusalsToldPerSecond, std::chrono::steady_clock::now()),
                std::move(make_session),
                [this](const std::shared_ptr<Connection>& connection) { add(connection); },
                [this](const Connection& connection) { remove(connection); }},
        acceptor_(io.context()),
        timer_(io.context()),
        pause_(io.context()) {}

  runtime::Result<void> start() {
    const auto authority = Authority::parse(settings_.listen);
    error_code error;
    tcp::endpoint endpoint;
    if (authority) endpoint = resolve(*authority, error);
    if (!authority || error) return runtime::Error{"can't listen at ", settings_.listen, ": no such address"};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return runtime::Error{"can't listen at ", settings_.listen, ": ", error.message()};
    port_ = acceptor_.local_endpoint(error).port();
    io_.post([this] {
      accept();
      tick();
    });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void stop(std::chrono::steady_clock::time_point deadline) {
    io_.post([this] { dismiss_all(); });
    {
      std::unique_lock lock(mutex_);
      gone_.wait_until(lock, deadline, [this] { return is_dismissed_ && count_ == 0; });
    }
    io_.run([this] {
      is_over_ = true;
      timer_.cancel();
      for (const auto& connection : copy()) connection->drop();
    });
    // What was dropped ends within a few turns of the loop; until then it uses what is ours.
    for (bool is_empty = false; !is_empty;) {
      io_.run([&] { is_empty = seats_.taken() == 0; });
    }
  }

 private:
  tcp::endpoint resolve(const Authority& authority, error_code& error) {
    auto host = authority.host;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    tcp::resolver resolver(io_.context());
    const auto found = resolver.resolve(host, std::to_string(authority.port), tcp::resolver::passive, error);
    return error || found.empty() ? tcp::endpoint() : found.begin()->endpoint();
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error) {
        accepted(std::move(socket));
        accept();
        return;
      }
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](error_code stopped) {
        if (!stopped && acceptor_.is_open()) accept();
      });
    });
  }

  void accepted(tcp::socket socket) {
    error_code error;
    const auto address = socket.remote_endpoint(error).address();
    if (error) return;
    auto seat = seats_.take(address.to_string(), address.is_loopback());
    if (!seat) {
      refused_.add();
      common_.log.debug("connection refused: too many", {{"from", address.to_string()}});
      return;
    }
    begin_handshake(common_, std::move(socket), std::move(seat));
  }

  void tick() {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& connection : copy()) connection->tick(now);
    if (settings_.on_tick && acceptor_.is_open()) settings_.on_tick();
    timer_.expires_after(settings_.tick);
    timer_.async_wait([this](error_code error) {
      if (!error && !is_over_) tick();
    });
  }

  void dismiss_all() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& connection : copy()) connection->dismiss(protocol::kShutdown);
    const std::lock_guard lock(mutex_);
    is_dismissed_ = true;
    gone_.notify_all();
  }

  [[nodiscard]] std::vector<std::shared_ptr<Connection>> copy() const {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    return all;
  }

  void add(const std::shared_ptr<Connection>& connection) {
    connections_.emplace(connection.get(), connection);
    counted();
  }

  void remove(const Connection& connection) {
    connections_.erase(&connection);
    counted();
  }

  void counted() {
    connections_now_.set(static_cast<double>(connections_.size()));
    const std::lock_guard lock(mutex_);
    count_ = connections_.size();
    gone_.notify_all();
  }

  IoThread& io_;
  const Settings settings_;
  Seats seats_;
  runtime::Gauge connections_now_;
  runtime::Counter refused_;
  Common common_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
  bool is_over_ = false;

  std::mutex mutex_;  // guards what stop() waits for
  std::condition_variable gone_;
  std::size_t count_ = 0;
  bool is_dismissed_ = false;
};

Server::Server(IoThread& io, runtime::Logger& log, runtime::Metrics& metrics, MakeSession make_session,
               Settings settings)
    : impl_(std::make_unique<Impl>(io, log, metrics, std::move(make_session), std::move(settings))) {}

Server::~Server() = default;

runtime::Result<void> Server::start() { return impl_->start(); }

std::uint16_t Server::port() const { return impl_->port(); }

void Server::stop(std::chrono::steady_clock::time_point deadline) { impl_->stop(deadline); }

bool listens_on_loopback(const std::string& listen) {
  const auto authority = Authority::parse(listen);
  return authority && is_loopback(authority->host);
}

}  // namespace fanfare::frontends::websocket::server
