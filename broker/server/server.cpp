#include "broker/server/server.hpp"

#include <sys/random.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <zmq.hpp>

#include "broker/core/core.hpp"
#include "broker/journal/file_journal.hpp"
#include "broker/journal/posix_file_system.hpp"
#include "broker/server/broker_metrics.hpp"
#include "broker/server/changes.hpp"
#include "broker/server/router_socket.hpp"
#include "broker/server/running_clock.hpp"
#include "broker/server/scheduling.hpp"
#include "broker/server/settings.hpp"
#include "broker/server/short_waits.hpp"
#include "runtime/data_dir/data_dir.hpp"
#include "runtime/measure/own_usage.hpp"
#include "runtime/metrics/report.hpp"
#include "runtime/process/instance.hpp"

namespace fanfare::broker::server {
namespace {

// What is received before the core settles: large enough to coalesce under load, small enough to keep latency and the
// time between leases short.
constexpr std::size_t kFramesPerTurn = 256;
constexpr std::size_t kBytesPerTurn = 2U << 20U;

/// Since 1970.
std::int64_t clock_now() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Uuid random_bytes() {
  Uuid id;
  if (::getrandom(id.bytes.data(), id.bytes.size(), 0) != static_cast<ssize_t>(id.bytes.size())) {
    throw std::runtime_error("getrandom failed");
  }
  return id;
}

}  // namespace

/// The server's thread: turns of receive, settle, wait.
class Server::Loop final : public core::Effects {
 public:
  explicit Loop(const runtime::ServiceContext& context)
      : log_(context.log),
        metrics_(context.metrics),
        fail_(context.fail),
        report_interval_(context.config.metrics.interval),
        settings_(core_settings(context.config)),
        busy_wait_(context.config.broker.busy_wait),
        running_(settings_.lease / 8),
        zmq_(1),
        socket_(zmq_, {.frame = settings_.limits.frame}) {}

  /// Recovers what the streams hold; takes as long as reading the end of each.
  runtime::Result<void> open_journal(const runtime::Config& config) {
    auto options = journal_options(config);
    if (auto made = runtime::make_private_directory(options.folder); !made) return made;
    options.random = random_bytes;
    options.clock = clock_now;
    options.wake = [this] { wake_up_.wake(); };
    auto opened = journal::FileJournal::open(std::move(options), files_);
    if (!opened) return opened.error();
    journal_ = *std::move(opened);
    log_notices();
    return {};
  }

  runtime::Result<std::string> bind(const std::string& address) { return socket_.bind(address); }

  void run() {
    try {
      wake_without_preempting();
      core::Core core(settings_, random_bytes, *journal_, *this, now());
      while (!finished(core)) turn(core);
      journal_->close();
      core.settle(now());
      log_notices();
      // The last replies are written before anybody is told that the broker has drained.
      socket_.close();
      zmq_.close();
    } catch (const std::exception& error) {
      fail_(error.what());
    }
  }

  /// From another thread: begin to drain, to be done by `deadline`.
  void drain(std::chrono::steady_clock::time_point deadline) {
    deadline_.store(deadline.time_since_epoch().count());
    wake_up_.wake();
  }

  /// From another thread: these count from the next turn on; newer ones take the place of what was not taken yet.
  void change(Changes changes) {
    {
      const std::lock_guard lock(changes_mutex_);
      changes_ = std::move(changes);
    }
    wake_up_.wake();
  }

  /// From the main thread: a turn has begun since the last call; and one is to begin now.
  bool has_turned() {
    const auto turns = turns_.load();
    wake_up_.wake();
    return std::exchange(turns_seen_, turns) != turns;
  }

  // Effects: called by the core on this thread.
  void send(core::ConnectionId to, core::SharedFrame frame) override { socket_.send(to, std::move(frame)); }
  void session_opened(core::ConnectionId connection, std::string_view name) override {
    log_.info("session opened", {{"name", name}, {"connection", connection}});
  }
  void session_detached(core::ConnectionId connection, std::string_view name) override {
    log_.info("session lost its connection", {{"name", name}, {"connection", connection}});
  }
  void session_resumed(core::ConnectionId connection, std::string_view name) override {
    log_.info("session resumed", {{"name", name}, {"connection", connection}});
  }
  void session_closed(core::ConnectionId connection, std::string_view name, std::string_view reason) override {
    log_.info("session closed", {{"name", name}, {"connection", connection}, {"reason", reason}});
  }
  void fenced(std::string_view stream, std::string_view reason) override {
    fail_("stream " + std::string(stream) + ": " + std::string(reason));
  }
  void notice(std::string_view text) override { log_.warn(std::string(text)); }
  std::optional<core::ProcessUsage> process_usage() override {
    const auto usage = runtime::own_usage();
    return core::ProcessUsage{static_cast<std::uint64_t>(usage.cpu.count()), usage.resident_bytes};
  }

 private:
  core::Instant now() {
    using std::chrono::duration_cast;
    using std::chrono::microseconds;
    const auto steady = duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
    return {.steady = running_.at(steady), .clock = clock_now()};
  }

  void take_changes(core::Core& core) {
    std::optional<Changes> changes;
    {
      const std::lock_guard lock(changes_mutex_);
      changes = std::exchange(changes_, std::nullopt);
    }
    if (!changes) return;
    core.reload(changes->settings);
    for (const auto& stream : changes->streams) {
      if (journal_->keep(stream.number, stream.rules)) log_.info("retention changed", {{"stream", stream.name}});
    }
  }

  void turn(core::Core& core) {
    ++turns_;
    take_changes(core);
    const bool drained = receive(core);
    const auto time = now();
    if (drained) {  // the last words of a lost connection count, so they are read first
      for (const auto connection : socket_.take_lost()) core.disconnected(connection);
    }
    core.tick(time);
    if (time.steady >= next_report_) report(core, time);
    core.settle(time);
    log_notices();
    if (!drained || socket_.has_lost()) return;

    const auto next = std::min(core.next_deadline().value_or(next_report_), next_report_);
    auto wait = std::max(next - time.steady, std::chrono::microseconds::zero());
    if (draining_) wait = std::min(wait, kDrainCheck);
    running_.will_wait(wait);
    const auto before = std::chrono::steady_clock::now();
    const auto look = busy_wait_ && short_waits_.expected() ? ShortWaits::kShort : std::chrono::microseconds::zero();
    if (socket_.wait(wake_up_.fd(), wait, look)) wake_up_.clear();
    short_waits_.ended(std::chrono::steady_clock::now() - before);
  }

  /// The figures go out like every other component's; nobody asks, nothing is made of them.
  void report(core::Core& core, core::Instant time) {
    next_report_ = time.steady + report_interval_;
    if (!core.is_heard(report_topic_)) return;
    auto families = metrics_.collect();
    std::ranges::move(families_of(core.figures()), std::back_inserter(families));
    const auto most = std::min<std::size_t>(settings_.limits.message, runtime::ReportBounds{}.bytes);
    core.announce(report_topic_, runtime::to_report(families, most), time);
  }

  void log_notices() {
    for (const auto& notice : journal_->take_notices()) log_.warn(notice);
  }

  /// Whether nothing more is there to be received.
  bool receive(core::Core& core) {
    std::size_t frames = 0;
    std::size_t bytes = 0;
    bool is_drained = false;
    const auto time = now();
    while (frames < kFramesPerTurn && bytes < kBytesPerTurn) {
      const auto received = socket_.receive();
      is_drained = !received;
      if (is_drained) break;
      ++frames;
      bytes += received->frame.size();
      if (received->whole) {
        core.received(received->from, received->frame.to_string_view(), time);
      } else {
        core.received_wrongly(received->from, time);
      }
    }
    short_waits_.came(bytes);
    return is_drained;
  }

  /// Also begins the draining when it was asked for.
  bool finished(core::Core& core) {
    const auto deadline = deadline_.load();
    if (deadline == 0) return false;
    const std::chrono::steady_clock::time_point until{std::chrono::steady_clock::duration(deadline)};
    const auto left = until - std::chrono::steady_clock::now();
    if (!draining_) {
      draining_ = true;
      core.drain(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), std::chrono::milliseconds(0)));
      core.settle(now());
      log_.info("draining", {{"sessions", core.sessions()}});
    }
    return core.drained() || left <= std::chrono::steady_clock::duration::zero();
  }

  static constexpr std::chrono::microseconds kDrainCheck{20'000};

  runtime::Logger& log_;
  const runtime::Metrics& metrics_;
  std::function<void(std::string)> fail_;
  const std::chrono::microseconds report_interval_;
  const std::string report_topic_ = "$sys.metrics.broker." + runtime::instance_name();
  std::chrono::microseconds next_report_{0};
  core::Settings settings_;
  const bool busy_wait_;
  RunningClock running_;
  ShortWaits short_waits_;
  zmq::context_t zmq_;
  RouterSocket socket_;
  runtime::WakeUp wake_up_;
  journal::PosixFileSystem files_;
  std::unique_ptr<journal::FileJournal> journal_;            // its threads use the two above
  std::atomic<std::chrono::steady_clock::rep> deadline_{0};  // 0: not asked to stop
  bool draining_ = false;
  std::atomic<std::uint64_t> turns_{0};
  std::uint64_t turns_seen_ = 0;  // the main thread's
  std::mutex changes_mutex_;
  std::optional<Changes> changes_;  // guarded by the mutex
};

Server::Server(const runtime::ServiceContext& context) : context_(context), started_with_(context.config) {}

Server::~Server() { stop(); }

runtime::Result<void> Server::start(std::stop_token) {
  try {
    loop_ = std::make_unique<Loop>(context_);
  } catch (const zmq::error_t& error) {
    return runtime::Error{"cannot make a socket: ", error.what()};
  }
  if (auto opened = loop_->open_journal(context_.config); !opened) return opened;
  const auto address = loop_->bind(context_.config.broker.listen);
  if (!address) return address.error();
  context_.log.info("listening", {{"address", *address}});
  context_.log.info("no keys are configured: every user of this machine is trusted");
  thread_ = std::jthread([this] { loop_->run(); });
  return {};
}

void Server::reload(const runtime::Config& config) {
  for (const auto& key : fixed_keys(started_with_, config)) {
    context_.log.warn("counts from the next start on", {{"key", key}});
  }
  loop_->change(changes_for(started_with_, config));
}

bool Server::is_alive() { return loop_->has_turned(); }

void Server::drain(std::chrono::steady_clock::time_point deadline) {
  if (!thread_.joinable()) return;
  loop_->drain(deadline);
  thread_.join();
}

void Server::stop() {
  if (!thread_.joinable()) return;
  loop_->drain(std::chrono::steady_clock::now());
  thread_.join();
}

}  // namespace fanfare::broker::server
