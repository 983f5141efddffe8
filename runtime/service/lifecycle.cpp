#include "runtime/service/lifecycle.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <utility>

#include "runtime/service/notify.hpp"
#include "runtime/service/signals.hpp"

namespace fanfare::runtime {
namespace {

/// What a service may overstay its drain deadline before the process ends without it.
constexpr std::chrono::milliseconds kGrace{500};

/// Even with nothing to wait for, the loop looks around once in a while.
constexpr std::chrono::milliseconds kLongestWait{60'000};

Result<void> start_of(Service& service, std::stop_token stop) {
  try {
    return service.start(std::move(stop));
  } catch (const std::exception& error) {
    return Error{error.what()};
  }
}

/// Of the clock that counts in a manager's messages.
std::int64_t monotonic_microseconds() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Lifecycle::Lifecycle(Logger& log, const FileDescriptor& signals, const Config& config, DrainLimit drain_limit,
                     std::function<std::optional<Config>()> reload)
    : log_(log),
      signals_(signals),
      drain_limit_of_(std::move(drain_limit)),
      reload_(std::move(reload)),
      drain_limit_(drain_limit_of_(config)),
      watchdog_(Watchdog::from(process_environment(), ::getpid())) {}

int Lifecycle::run(Service& service) {
  service_ = &service;
  worker_ = std::jthread([this](std::stop_token stop) { post(Started{start_of(*service_, std::move(stop))}); });
  while (state_ != State::kEnded) {
    wait();
    while (const std::optional<int> number = next_signal(signals_)) on_signal(*number);
    for (Event& event : take_events()) std::visit([this](auto& known) { on_event(known); }, event);
    if (wants_reload_ && state_ == State::kRunning) reload_now();
    tell_watchdog();
    end_if_late();
  }
  worker_.join();
  return exit_code_;
}

void Lifecycle::fail(std::string reason) { post_failure({.reason = std::move(reason)}); }

void Lifecycle::misconfigured(std::string reason) {
  constexpr int kWrongConfiguration = 2;
  post_failure({.reason = std::move(reason), .exit_code = kWrongConfiguration, .may_start = true});
}

void Lifecycle::post_failure(Failed failure) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(has_failed_, true)) return;
  }
  post(std::move(failure));
}

void Lifecycle::post(Event event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  wake_up_.wake();
}

std::vector<Lifecycle::Event> Lifecycle::take_events() {
  wake_up_.clear();
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

void Lifecycle::wait() {
  const auto now = Clock::now();
  auto until = std::min(now + kLongestWait, watchdog_.next());
  if (deadline_ != Clock::time_point::max()) until = std::min(until, deadline_ + kGrace);
  const auto timeout =
      std::max(std::chrono::ceil<std::chrono::milliseconds>(until - now), std::chrono::milliseconds(0));
  std::array<pollfd, 2> sources = {{{signals_.get(), POLLIN, 0}, {wake_up_.fd(), POLLIN, 0}}};
  ::poll(sources.data(), sources.size(), static_cast<int>(timeout.count()));
}

void Lifecycle::on_signal(int number) {
  if (number == SIGHUP) {
    wants_reload_ = true;
  } else if (is_stopping_) {
    log_.warn("ended at once by a second signal");
    ::_exit(1);
  } else {
    log_.info("stopping", {{"signal", number == SIGINT ? "SIGINT" : "SIGTERM"}});
    stop(exit_code_);
  }
}

void Lifecycle::on_event(Started& event) {
  if (event.result.has_error()) {
    // An error after a stop is the start giving up as it was asked to.
    if (!is_stopping_) {
      log_.error("start failed", {{"reason", event.result.error().message}});
      exit_code_ = 1;
    }
    state_ = State::kEnded;
    return;
  }
  state_ = State::kRunning;
  if (is_stopping_) return begin_drain();
  log_.info("ready");
  if (!notify_manager("READY=1")) log_.warn("the process manager at NOTIFY_SOCKET can't be told");
  if (stops_when_started_) stop(exit_code_);
}

void Lifecycle::on_event(Failed& event) {
  log_.error("failed", {{"reason", event.reason}});
  exit_code_ = event.exit_code;
  if (is_stopping_) return;
  stops_when_started_ = event.may_start && state_ == State::kStarting;
  if (!stops_when_started_) stop(event.exit_code);
}

void Lifecycle::on_event(Drained&) {
  log_.info("stopped");
  state_ = State::kEnded;
}

void Lifecycle::stop(int exit_code) {
  is_stopping_ = true;
  exit_code_ = exit_code;
  deadline_ = Clock::now() + drain_limit_;
  notify_manager("STOPPING=1");
  if (state_ == State::kStarting) {
    worker_.request_stop();  // drained, or ended, when start() has returned
  } else {
    begin_drain();
  }
}

void Lifecycle::begin_drain() {
  state_ = State::kDraining;
  worker_ = std::jthread([this, deadline = deadline_] {
    try {
      service_->drain(deadline);
    } catch (const std::exception& error) {
      fail(std::string("drain: ") + error.what());
    }
    post(Drained{});
  });
}

void Lifecycle::reload_now() {
  wants_reload_ = false;
  // The time is for managers from systemd 253 on, which compare it with their own.
  notify_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
  if (const std::optional<Config> config = reload_()) {
    drain_limit_ = drain_limit_of_(*config);
    log_.set_level(config->log.level);
    service_->reload(*config);
    log_.info("configuration reloaded");
  }
  notify_manager("READY=1");
}

/// A start and a drain have deadlines of their own; between them the service says itself whether it works.
void Lifecycle::tell_watchdog() {
  if (!watchdog_.is_due(Clock::now())) return;
  const bool works = state_ != State::kRunning || service_->is_alive();
  if (works) notify_manager("WATCHDOG=1");
  if (!works) log_.warn("stands still");
  watchdog_.looked(works, Clock::now());
}

void Lifecycle::end_if_late() {
  if (state_ == State::kEnded || !is_stopping_ || Clock::now() < deadline_ + kGrace) return;
  log_.error("did not stop in time", {{"limit_seconds", std::chrono::duration<double>(drain_limit_).count()}});
  ::_exit(1);
}

}  // namespace fanfare::runtime
