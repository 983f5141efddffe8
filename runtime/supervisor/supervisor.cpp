#include "runtime/supervisor/supervisor.hpp"

#include <poll.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace fanfare::runtime {
namespace {

using Clock = std::chrono::steady_clock;

/// Even with nothing to wait for, the loop looks around once in a while.
constexpr std::chrono::milliseconds kLongestWait{60'000};

/// Nothing the supervising thread does takes long.
constexpr std::chrono::seconds kFollowDeadline{5};

std::string_view component_of(const ProcessSpec& spec) { return spec.component.empty() ? spec.name : spec.component; }

bool is_same(const ProcessSpec& one, const ProcessSpec& other) {
  return component_of(one) == component_of(other) && one.replica == other.replica;
}

bool runs_the_same(const ProcessSpec& one, const ProcessSpec& other) {
  return one.argv == other.argv && one.environment == other.environment && one.is_plugin == other.is_plugin;
}

}  // namespace

Supervisor::Supervisor(std::vector<ProcessSpec> processes, SupervisorOptions options, Logger& log, LineSink sink)
    : options_(options), log_(log), sink_(std::move(sink)) {
  for (const ProcessSpec& spec : processes) processes_.push_back(make(spec));
  wanted_ = {std::move(processes), options_.stop_deadline};
  publish();
}

Supervisor::~Supervisor() { stop(); }

std::unique_ptr<SupervisedProcess> Supervisor::make(ProcessSpec spec) const {
  return std::make_unique<SupervisedProcess>(std::move(spec), options_, log_, sink_);
}

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

void Supervisor::run_these(std::vector<ProcessSpec> processes, std::chrono::milliseconds stop_deadline) {
  std::unique_lock lock(mutex_);
  next_wanted_ = Wanted{std::move(processes), stop_deadline};
  const std::uint64_t list = ++lists_given_;
  if (!start_outcome_) return;
  wake_up_.wake();
  changed_.wait_for(lock, kFollowDeadline, [this, list] { return lists_followed_ >= list; });
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
    advance_all();
    const bool goes_on = start_next(Clock::now());
    if (!is_starting_) follow(Clock::now());
    if (wants_reload_.exchange(false)) {
      for (const auto& process : processes_) process->reload(Clock::now());
    }
    publish();
    if (!goes_on) break;
    wait();
  }
  stop_all();
}

void Supervisor::advance_all() {
  const TimePoint now = Clock::now();
  for (const auto& process : processes_) process->advance(now);
}

/// Starts what is next in order; false if the start as a whole has failed.
bool Supervisor::start_next(TimePoint now) {
  if (!is_starting_) return true;
  for (const auto& process : processes_) {
    if (process->phase() == ProcessPhase::kWaiting) process->launch(now);
    if (process->is_plugin() || process->waits_for_configuration()) continue;
    if (process->phase() == ProcessPhase::kStarting) return true;
    if (process->phase() != ProcessPhase::kBackoff) continue;
    report_start(Error{process->spec().name, " did not become ready: ", process->last_end()});
    return false;
  }
  is_starting_ = false;
  report_start({});
  return true;
}

/// Makes what runs what is to run. Also without a new list: one that has ended makes room for its successor.
void Supervisor::follow(TimePoint now) {
  std::optional<Wanted> next;
  std::uint64_t list = 0;
  {
    const std::lock_guard lock(mutex_);
    next = std::exchange(next_wanted_, std::nullopt);
    list = lists_given_;
  }
  if (next) {
    wanted_ = *std::move(next);
    stop_unwanted(now);
  }
  std::erase_if(processes_, [](const auto& process) { return process->phase() == ProcessPhase::kStopped; });
  launch_missing(now);
  publish();  // who waits for it may look at once
  {
    const std::lock_guard lock(mutex_);
    lists_followed_ = list;
  }
  changed_.notify_all();
}

void Supervisor::stop_unwanted(TimePoint now) {
  // From the last to the first: of a component's replicas the highest go.
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    const ProcessSpec& spec = (*process)->spec();
    const bool stays = std::ranges::any_of(wanted_.processes, [&spec](const ProcessSpec& wanted) {
      return is_same(spec, wanted) && runs_the_same(spec, wanted);
    });
    if (stays || (*process)->is_ending()) continue;
    log_.info("process is stopped", {{"process", spec.name}});
    (*process)->begin_stop(now, wanted_.stop_deadline);
  }
}

void Supervisor::launch_missing(TimePoint now) {
  auto place = processes_.begin();
  for (const ProcessSpec& wanted : wanted_.processes) {
    const auto found =
        std::ranges::find_if(processes_, [&wanted](const auto& process) { return is_same(process->spec(), wanted); });
    if (found != processes_.end()) {
      place = std::next(found);
      continue;
    }
    place = processes_.insert(place, make(wanted));
    (*place)->launch(now);
    ++place;
  }
}

void Supervisor::stop_all() {
  for (const auto& process : processes_) process->retire();
  while (true) {
    const auto last = std::find_if(processes_.rbegin(), processes_.rend(),
                                   [](const auto& process) { return process->phase() != ProcessPhase::kStopped; });
    if (last == processes_.rend()) break;
    for (const auto& process : processes_) {
      if (component_of(process->spec()) != component_of((*last)->spec())) continue;
      process->begin_stop(Clock::now(), wanted_.stop_deadline);
    }
    publish();
    if ((*last)->phase() == ProcessPhase::kStopping) wait();
    advance_all();
  }
  publish();
}

void Supervisor::wait() {
  std::vector<pollfd> sources = {{wake_up_.fd(), POLLIN, 0}};
  TimePoint due = Clock::now() + kLongestWait;
  for (const auto& process : processes_) {
    due = std::min(due, process->next_deadline());
    const ChildProcess* const child = process->child();
    if (child == nullptr) continue;
    for (const int fd : {child->exit_fd(), child->output_fd(), child->ready_fd()}) sources.push_back({fd, POLLIN, 0});
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
  ::poll(sources.data(), sources.size(), static_cast<int>(std::clamp(left, {}, kLongestWait).count()));
  wake_up_.clear();
}

void Supervisor::publish() {
  std::vector<ProcessState> states;
  for (const auto& process : processes_) states.push_back(process->state());
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
