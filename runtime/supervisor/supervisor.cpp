#include "runtime/supervisor/supervisor.hpp"

#include <poll.h>

#include <algorithm>

namespace fanfare::runtime {
namespace {

using Clock = std::chrono::steady_clock;

/// Even with nothing to wait for, the loop looks around once in a while.
constexpr std::chrono::milliseconds kLongestWait{60'000};

}  // namespace

Supervisor::Supervisor(std::vector<ProcessSpec> processes, SupervisorOptions options, Logger& log, LineSink sink)
    : options_(options), log_(log), sink_(std::move(sink)) {
  processes_.reserve(processes.size());
  for (ProcessSpec& spec : processes) processes_.emplace_back(std::move(spec), options_, log_, sink_);
  publish();
}

Supervisor::~Supervisor() { stop(); }

Result<void> Supervisor::start(std::stop_token stop) {
  thread_ = std::jthread([this](const std::stop_token& own) { run(own); });
  std::unique_lock lock(mutex_);
  // Each process has its own deadline, so the outcome comes; `stop` ends the waiting earlier.
  changed_.wait(lock, stop, [this] { return start_outcome_.has_value(); });
  const Result<void> outcome = start_outcome_.value_or(Error{"stopped before everything was ready"});
  lock.unlock();
  if (!outcome) this->stop();
  return outcome;
}

void Supervisor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wake_up_.wake();
  thread_.join();
}

void Supervisor::reload() {
  wants_reload_ = true;
  wake_up_.wake();
}

std::vector<ProcessState> Supervisor::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void Supervisor::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Clock::time_point now = Clock::now();
    for (std::size_t index = 0; index < started_; ++index) processes_[index].advance(now);
    const bool goes_on = start_next(now);
    if (wants_reload_.exchange(false)) {
      for (const SupervisedProcess& process : processes_) process.reload();
    }
    publish();
    if (!goes_on) break;
    wait();
  }
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    process->stop(options_.stop_deadline);
    publish();
  }
}

/// Starts what is next in order; false if the start as a whole has failed.
bool Supervisor::start_next(Clock::time_point now) {
  if (!is_starting_) return true;
  if (started_ > 0) {
    const SupervisedProcess& last = processes_[started_ - 1];
    if (last.state().phase == ProcessPhase::kStarting && !last.is_plugin()) return true;
  }
  for (std::size_t index = 0; index < started_; ++index) {
    const SupervisedProcess& process = processes_[index];
    if (process.state().phase != ProcessPhase::kBackoff || process.is_plugin()) continue;
    report_start(Error{process.state().name, " did not become ready: ", process.last_end()});
    return false;
  }
  if (started_ == processes_.size()) {
    is_starting_ = false;
    report_start({});
    return true;
  }
  processes_[started_++].launch(now);
  return start_next(now);
}

void Supervisor::wait() {
  std::vector<pollfd> sources = {{wake_up_.fd(), POLLIN, 0}};
  Clock::time_point due = Clock::now() + kLongestWait;
  for (std::size_t index = 0; index < started_; ++index) {
    due = std::min(due, processes_[index].next_deadline());
    const ChildProcess* const child = processes_[index].child();
    if (child == nullptr) continue;
    for (const int fd : {child->exit_fd(), child->output_fd(), child->ready_fd()}) sources.push_back({fd, POLLIN, 0});
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
  ::poll(sources.data(), sources.size(), static_cast<int>(std::clamp(left, {}, kLongestWait).count()));
  wake_up_.clear();
}

void Supervisor::publish() {
  std::vector<ProcessState> states;
  for (const SupervisedProcess& process : processes_) states.push_back(process.state());
  const std::lock_guard lock(mutex_);
  snapshot_ = std::move(states);
}

void Supervisor::report_start(Result<void> outcome) {
  publish();  // who waits for the start may look at once
  {
    const std::lock_guard lock(mutex_);
    start_outcome_ = std::move(outcome);
  }
  changed_.notify_all();
}

}  // namespace fanfare::runtime
