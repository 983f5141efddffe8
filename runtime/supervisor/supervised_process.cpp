#include "runtime/supervisor/supervised_process.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace fanfare::runtime {
namespace {

/// So many ends in a row, each soon after the start, are a crash loop.
constexpr int kCrashLoop = 5;

/// What a program of ours ends with when its configuration is wrong.
constexpr int kMisconfigured = 2;

/// What SIGKILL takes, unless the kernel itself is stuck.
constexpr std::chrono::seconds kDeathIsQuick{1};

}  // namespace

std::string_view to_string(ProcessPhase phase) {
  switch (phase) {
    case ProcessPhase::kWaiting:
      return "waiting";
    case ProcessPhase::kStarting:
      return "starting";
    case ProcessPhase::kReady:
      return "ready";
    case ProcessPhase::kBackoff:
      return "backoff";
    case ProcessPhase::kCrashLoop:
      return "crash_loop";
    case ProcessPhase::kStopping:
      return "stopping";
    case ProcessPhase::kStopped:
      break;
  }
  return "stopped";
}

SupervisedProcess::SupervisedProcess(ProcessSpec spec, const SupervisorOptions& options, Logger& log,
                                     const LineSink& sink)
    : spec_(std::move(spec)), options_(options), log_(log), sink_(sink), backoff_(options.first_backoff) {
  state_.name = spec_.name;
  state_.component = spec_.component.empty() ? spec_.name : spec_.component;
  state_.replica = spec_.replica;
  enter(ProcessPhase::kWaiting);
}

ProcessState SupervisedProcess::state() const {
  ProcessState state = state_;
  const bool comes_back = state.phase == ProcessPhase::kBackoff || state.phase == ProcessPhase::kStarting;
  if (comes_back && loops()) state.phase = ProcessPhase::kCrashLoop;
  if (is_misconfigured_) state.phase = ProcessPhase::kStopped;
  return state;
}

void SupervisedProcess::launch(TimePoint now) {
  launched_at_ = now;
  start_at_ = TimePoint::max();
  is_misconfigured_ = false;
  Result<ChildProcess> child = ChildProcess::spawn({spec_.argv, spec_.environment});
  if (!child) return ended(child.error().message, now);
  child_.emplace(std::move(*child));
  state_.pid = child_->pid();
  enter(ProcessPhase::kStarting);
  state_.started = state_.since;
  log_.debug("process started", {{"process", spec_.name}, {"pid", child_->pid()}});
}

void SupervisedProcess::advance(TimePoint now) {
  if (!child_) {
    if (now < start_at_) return;
    ++state_.restarts;
    return launch(now);
  }
  forward_output();
  const bool is_due = now >= launched_at_ + options_.ready_deadline;
  const bool is_ready = child_->take_ready() || (spec_.is_plugin && is_due);
  if (is_ready && state_.phase == ProcessPhase::kStarting) {
    enter(ProcessPhase::kReady);
    log_.info("process ready", {{"process", spec_.name}, {"pid", child_->pid()}});
  }
  if (child_->try_wait()) {
    take_in_end(now);
  } else if (state_.phase == ProcessPhase::kStopping) {
    end_if_late(now);
  } else if (state_.phase == ProcessPhase::kStarting && is_due) {
    ended("not ready in time", now);
  }
}

SupervisedProcess::TimePoint SupervisedProcess::next_deadline() const {
  if (state_.phase == ProcessPhase::kStopping) return stop_by_;
  if (child_ && state_.phase == ProcessPhase::kStarting) return launched_at_ + options_.ready_deadline;
  return child_ ? TimePoint::max() : start_at_;
}

void SupervisedProcess::reload(TimePoint now) {
  if (is_misconfigured_ && !is_retired_) start_at_ = now;
  if (child_ && state_.phase == ProcessPhase::kReady && !spec_.is_plugin) child_->send_signal(SIGHUP);
}

void SupervisedProcess::retire() {
  is_retired_ = true;
  start_at_ = TimePoint::max();
}

void SupervisedProcess::begin_stop(TimePoint now, std::chrono::milliseconds deadline) {
  if (is_ending()) return;
  retire();
  if (!child_) return enter(ProcessPhase::kStopped);
  stop_by_ = now + deadline;
  child_->send_signal(SIGTERM);
  enter(ProcessPhase::kStopping);
}

/// Of one that was told to stop: SIGKILL, and not even that is waited for without end.
void SupervisedProcess::end_if_late(TimePoint now) {
  if (now < stop_by_) return;
  if (std::exchange(was_killed_, true)) return stopped();
  log_.warn("process did not stop in time and is killed", {{"process", spec_.name}, {"pid", child_->pid()}});
  child_->kill_group();
  stop_by_ = now + kDeathIsQuick;
}

void SupervisedProcess::stopped() {
  if (const std::string rest = lines_.take_rest(); !rest.empty()) sink_(spec_, rest);
  log_.debug("process stopped", {{"process", spec_.name}});
  child_.reset();
  state_.pid = 0;
  enter(ProcessPhase::kStopped);
}

void SupervisedProcess::enter(ProcessPhase phase) {
  state_.phase = phase;
  state_.since = std::chrono::system_clock::now();
}

void SupervisedProcess::forward_output() {
  for (const std::string& line : lines_.feed(child_->read_output())) sink_(spec_, line);
}

bool SupervisedProcess::loops() const { return quick_ends_ >= kCrashLoop; }

void SupervisedProcess::take_in_end(TimePoint now) {
  forward_output();
  if (state_.phase == ProcessPhase::kStopping) return stopped();
  const ExitStatus status = *child_->try_wait();
  const bool has_worked = state_.phase == ProcessPhase::kReady;
  ended(to_string(status), now, has_worked && !is_plugin() && status == ExitStatus{.code = kMisconfigured});
}

void SupervisedProcess::ended(const std::string& how, TimePoint now, bool is_misconfigured) {
  if (child_) {
    child_->kill_group();
    child_->wait(kDeathIsQuick);
  }
  if (const std::string rest = lines_.take_rest(); !rest.empty()) sink_(spec_, rest);
  child_.reset();
  state_.last_end = how;
  state_.pid = 0;
  if (is_retired_) return enter(ProcessPhase::kStopped);
  if (is_misconfigured) {  // the same again would end the same way
    is_misconfigured_ = true;
    enter(ProcessPhase::kBackoff);
    return log_.error("process ended because of its configuration; SIGHUP starts it again", {{"process", spec_.name}});
  }
  const bool was_stable = now - launched_at_ >= options_.stable_after;
  if (was_stable) backoff_ = options_.first_backoff;
  quick_ends_ = was_stable ? 1 : quick_ends_ + 1;
  const std::chrono::milliseconds pause = std::exchange(backoff_, std::min(2 * backoff_, options_.longest_backoff));
  start_at_ = now + pause;
  enter(ProcessPhase::kBackoff);
  log_.write(loops() ? LogLevel::kError : LogLevel::kWarn, loops() ? "process keeps ending" : "process ended",
             {{"process", spec_.name},
              {"how", how},
              {"ends_in_a_row", quick_ends_},
              {"next_start_in_seconds", std::chrono::duration<double>(pause).count()}});
}

}  // namespace fanfare::runtime
