#pragma once
// One process under supervision: its phases, restarts and back-off, and its end. It decides, the supervisor waits: no
// call waits for the process.
// Owned by the supervisor and used on its thread only. Time is an argument.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "runtime/process/child_process.hpp"
#include "runtime/process/line_splitter.hpp"
#include "runtime/supervisor/process_state.hpp"

namespace fanfare::runtime {

/// Takes a line that a process has written, without its end; called on the supervisor's thread.
using LineSink = std::function<void(const ProcessSpec& process, std::string_view line)>;

class SupervisedProcess {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  SupervisedProcess(ProcessSpec spec, const SupervisorOptions& options, Logger& log, const LineSink& sink);

  /// Starts the program; if it can't be run, that counts as ended at once.
  void launch(TimePoint now);

  /// Takes in all that has happened: output, readiness, end, a deadline passed.
  void advance(TimePoint now);

  /// When advance() is due although nothing happens; max() if never.
  TimePoint next_deadline() const;

  /// SIGHUP, if it is ready: before that it might die of the signal, and reads the new configuration anyway. A plug-in
  /// does not read it. One that waits for another configuration is started.
  void reload(TimePoint now);

  /// It is not started again, however it ends from now on.
  void retire();

  /// SIGTERM, and SIGKILL when it has not ended by then; advance() sees it end. Once is enough.
  void begin_stop(TimePoint now, std::chrono::milliseconds deadline);

  /// What others are told.
  ProcessState state() const;

  const ProcessSpec& spec() const { return spec_; }
  ProcessPhase phase() const { return state_.phase; }  ///< without kCrashLoop
  bool is_plugin() const { return spec_.is_plugin; }
  bool waits_for_configuration() const { return is_misconfigured_; }
  bool is_ending() const { return phase() == ProcessPhase::kStopping || phase() == ProcessPhase::kStopped; }
  const ChildProcess* child() const { return child_ ? &*child_ : nullptr; }
  const std::string& last_end() const { return state_.last_end; }

 private:
  void enter(ProcessPhase phase);
  void forward_output();
  void take_in_end(TimePoint now);
  void ended(const std::string& how, TimePoint now, bool is_misconfigured = false);
  void end_if_late(TimePoint now);
  void stopped();
  bool loops() const;

  const ProcessSpec spec_;
  const SupervisorOptions& options_;
  Logger& log_;
  const LineSink& sink_;
  std::optional<ChildProcess> child_;
  LineSplitter lines_;
  ProcessState state_;
  TimePoint launched_at_{};
  TimePoint start_at_ = TimePoint::max();
  TimePoint stop_by_ = TimePoint::max();
  std::chrono::milliseconds backoff_;
  int quick_ends_ = 0;
  bool is_retired_ = false;
  bool is_misconfigured_ = false;
  bool was_killed_ = false;
};

}  // namespace fanfare::runtime
