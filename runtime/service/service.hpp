#pragma once
// The port between a process and what it does: run_service() drives one Service through start, reload and drain.
// Implemented by each program (the broker's server, `fanfare up`, …) and owned by run_service().
// start() and drain() run on a thread made for them, reload() on the main thread; never two of them at once.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "runtime/config/reader.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/result.hpp"

namespace fanfare::runtime {

/// What run_service() lends a service; all of it outlives the service.
struct ServiceContext {
  const Config& config;                              ///< as it was at start; reload() gets the later ones
  std::optional<std::filesystem::path> config_file;  ///< as given with -c
  Logger& log;
  Metrics& metrics;
  /// Says, from any thread, that the service can't go on: the reason is logged, the process drains and exits with 1.
  std::function<void(std::string reason)> fail;
  /// The same for what only a changed configuration helps against: once started, it exits with 2, and `fanfare up`
  /// waits for the change.
  std::function<void(std::string reason)> misconfigured = {};
};

class Service {
 public:
  virtual ~Service() = default;

  /// Returns once the service does its work (on threads of its own), or why it can't: "address in use: tcp://…".
  /// A start that takes long gives up when `stop` is requested. After an error nothing but the destructor is called.
  virtual Result<void> start(std::stop_token stop) = 0;

  /// Takes over what can change while running; the rest stays until the next start.
  virtual void reload(const Config& config) = 0;

  /// Whether its own threads do their work; asked about twice in each interval of a process manager that watches, on
  /// the main thread, between start() and drain(). It must not wait. Without a word of its own it says only that the
  /// main thread turns.
  virtual bool is_alive() { return true; }

  /// Accepts nothing new, finishes what was begun, ends its threads and returns, at the deadline at the latest.
  virtual void drain(std::chrono::steady_clock::time_point deadline) = 0;
};

struct ServiceDescription {
  std::string name;     ///< the program's: fanfare-broker
  std::string summary;  ///< one sentence for --help
  ConfigCheck check;    ///< what the table of settings can't check; also for --check-config
  std::function<std::unique_ptr<Service>(const ServiceContext&)> make;
  /// How long drain() may take; limits.drain if empty. A service that waits for other processes' drains needs more.
  std::function<std::chrono::milliseconds(const Config&)> drain_limit;
};

}  // namespace fanfare::runtime
