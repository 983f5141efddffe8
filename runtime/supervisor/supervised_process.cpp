#include "runtime/supervisor/supervised_process.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace fanfare::runtime {
namespace {

/// So many ends in a row, each soon after the start, are a crash loop.
constexpr int kCrashLoop = 5;

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
    case ProcessPhase::kStopped:
      break;
  }
  return "stopped";
}

SupervisedProcess::SupervisedProcess(ProcessSpec spec, const SupervisorOptions& options, Logger& log,
                                     const LineSink& sink)
    : spec_(std::move(spec)), options_(options), log_(log), sink_(sink), backoff_(options.first_backoff) {
  state_.name = spec_.name;
  enter(ProcessPhase::kWaiting);
}

void SupervisedProcess::launch(TimePoint now) {
  launched_at_ = now;
  start_at_ = TimePoint::max();
  Result<ChildProcess> child = ChildProcess::spawn({spec_.argv, spec_.environment});
  if (!child) return ended(child.error().message, now);
  child_.emplace(std::move(*child));
  state_.pid = child_->pid();
  enter(ProcessPhase::kStarting);
  log_.debug("process started", {{"process", spec_.name}, {"pid", child_->pid()}});
}

void SupervisedProcess::advance(TimePoint now) {
  if (child_) {
    forward_output();
    const bool is_due = now >= launched_at_ + options_.ready_deadline;
    const bool is_ready = child_->take_ready() || (spec_.is_plugin && is_due);
    if (is_ready && state_.phase == ProcessPhase::kStarting) {
      enter(ProcessPhase::kReady);
      log_.info("process ready", {{"process", spec_.name}, {"pid", child_->pid()}});
    }
    if (const auto status = child_->try_wait()) {
      forward_output();
      ended(to_string(*status), now);
    } else if (state_.phase == ProcessPhase::kStarting && is_due) {
      ended("not ready in time", now);
    }
  } else if (now >= start_at_) {
    ++state_.restarts;
    launch(now);
  }
}

SupervisedProcess::TimePoint SupervisedProcess::next_deadline() const {
  if (child_ && state_.phase == ProcessPhase::kStarting) return launched_at_ + options_.ready_deadline;
  return child_ ? TimePoint::max() : start_at_;
}

void SupervisedProcess::reload() const {
  if (child_ && state_.phase == ProcessPhase::kReady && !spec_.is_plugin) child_->send_signal(SIGHUP);
}

void SupervisedProcess::stop(std::chrono::milliseconds deadline) {
  start_at_ = TimePoint::max();
  if (child_) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    child_->send_signal(SIGTERM);
    while (!child_->try_wait()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        log_.warn("process did not stop in time and is killed", {{"process", spec_.name}, {"pid", child_->pid()}});
        child_->kill_group();
        child_->wait(deadline + std::chrono::seconds(1));
        break;
      }
      std::array<pollfd, 2> sources = {{{child_->exit_fd(), POLLIN, 0}, {child_->output_fd(), POLLIN, 0}}};
      ::poll(sources.data(), sources.size(), static_cast<int>(left.count()));
      forward_output();  // a full pipe would keep it from ending
    }
    forward_output();
    child_.reset();
  }
  state_.pid = 0;
  enter(ProcessPhase::kStopped);
}

void SupervisedProcess::enter(ProcessPhase phase) {
  state_.phase = phase;
  state_.since = std::chrono::system_clock::now();
}

void SupervisedProcess::forward_output() {
  for (const std::string& line : lines_.feed(child_->read_output())) sink_(spec_.name, line);
}

void SupervisedProcess::ended(const std::string& how, TimePoint now) {
  if (child_) {
    child_->kill_group();
    child_->wait(std::chrono::seconds(1));
  }
  if (const std::string rest = lines_.take_rest(); !rest.empty()) sink_(spec_.name, rest);
  child_.reset();
  const bool was_stable = now - launched_at_ >= options_.stable_after;
  if (was_stable) backoff_ = options_.first_backoff;
  quick_ends_ = was_stable ? 1 : quick_ends_ + 1;
  const std::chrono::milliseconds pause = std::exchange(backoff_, std::min(2 * backoff_, options_.longest_backoff));
  start_at_ = now + pause;
  last_end_ = how;
  state_.pid = 0;
  enter(ProcessPhase::kBackoff);
  const bool loops = quick_ends_ >= kCrashLoop;
  log_.write(loops ? LogLevel::kError : LogLevel::kWarn, loops ? "process keeps ending" : "process ended",
             {{"process", spec_.name},
              {"how", how},
              {"ends_in_a_row", quick_ends_},
              {"next_start_in_seconds", std::chrono::duration<double>(pause).count()}});
}

}  // namespace fanfare::runtime
