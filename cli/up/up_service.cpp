#include "cli/up/up_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <utility>

#include "cli/connection/address.hpp"
#include "cli/exit_code.hpp"
#include "cli/up/process_rows.hpp"
#include "runtime/config/reachable.hpp"

namespace fanfare::cli {
namespace {

/// What an `up` that was killed a moment ago has left may still be on its way out when a component is started first.
constexpr int kAttempts = 3;
constexpr std::chrono::seconds kPause{1};

/// What a command without options would connect to; empty if it could not.
std::string default_address() {
  try {
    return broker_address("");
  } catch (const CommandFailure&) {
    return {};
  }
}

/// False if `stop` was requested meanwhile.
bool pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kPause, [] { return false; });
  return !stop.stop_requested();
}

/// For saying goodbye to the broker.
constexpr std::chrono::milliseconds kCloseTimeout{500};

/// A component gives itself a second more than it drains.
constexpr std::chrono::milliseconds kStopGrace{1'500};

runtime::SupervisorOptions supervisor_options(const runtime::Config& config) {
  runtime::SupervisorOptions options;
  options.stop_deadline = config.limits.drain + kStopGrace;
  return options;
}

}  // namespace

std::chrono::milliseconds UpService::drain_limit(const runtime::Config& config) {
  const auto components = static_cast<std::chrono::milliseconds::rep>(enabled_components(config, std::nullopt).size());
  return components * supervisor_options(config).stop_deadline + kCloseTimeout;
}

UpService::UpService(const runtime::ServiceContext& context, std::string command_word)
    : context_(context),
      command_word_(std::move(command_word)),
      components_(enabled_components(context.config, context.config_file)) {}

UpService::~UpService() = default;

runtime::Result<void> UpService::start(std::stop_token stop) {
  auto data_dir = runtime::DataDir::open(context_.config.data_dir, "fanfare up");
  if (!data_dir) return runtime::Error{data_dir.error().message, " (Ctrl-C in its terminal or `kill PID` stops it)"};
  data_dir_ = std::move(*data_dir);
  runtime::Result<void> started;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    started = start_components(stop);
    if (started || attempt == kAttempts || !pause(stop)) break;
  }
  if (!started) return runtime::Error{started.error().message, last_lines()};
  serve_status();
  announce();
  return {};
}

runtime::Result<void> UpService::start_components(const std::stop_token& stop) {
  std::vector<runtime::ProcessSpec> processes;
  for (const Component& component : components_) processes.push_back(component.process);
  supervisor_.emplace(std::move(processes), supervisor_options(context_.config), context_.log,
                      [this](std::string_view name, std::string_view line) { print_line(name, line); });
  return supervisor_->start(stop);
}

/// On the supervisor's thread. JSON names its component itself, and a prefix would spoil it; what else a plug-in says
/// becomes an event.
void UpService::print_line(std::string_view component, std::string_view line) {
  const bool is_json = context_.config.log.format == runtime::LogFormat::kJson;
  if (is_json && !line.starts_with('{') && is_plugin(component)) {
    context_.log.info("plug-in says", {{"process", component}, {"line", line}});
  } else {
    const std::string prefix = is_json ? "" : std::string(component) + " | ";
    std::cerr << prefix + std::string(line) + "\n";
  }
  const std::lock_guard lock(mutex_);
  last_line_[std::string(component)] = line;
}

bool UpService::is_plugin(std::string_view component) const {
  return std::ranges::any_of(components_, [component](const Component& candidate) {
    return candidate.process.is_plugin && candidate.process.name == component;
  });
}

std::string UpService::last_lines() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [component, line] : last_line_) text += "; " + component + " said last: " + line;
  return text;
}

void UpService::serve_status() {
  client_.emplace(Client::connect({.address = runtime::reachable(context_.config.broker.listen), .name = "up"}));
  status_.emplace(client_->serve(std::string(kSupervisorTopic), [this](const Request&) {
    return Reply{.payload = describe_processes(supervisor_->snapshot())};
  }));
  constexpr std::chrono::seconds kReadyDeadline{5};
  // Nothing depends on it but the table of `fanfare status`.
  if (!status_->wait_ready(kReadyDeadline)) context_.log.warn("status is not served yet");
}

void UpService::announce() const {
  std::string text;
  const std::vector<runtime::ProcessState> states = supervisor_->snapshot();
  for (std::size_t index = 0; index < states.size(); ++index) {
    const std::string& listen = components_[index].listen;
    text += states[index].name + " " + std::string(to_string(states[index].phase)) + "  " + listen +
            (listen.empty() ? "(pid " : " (pid ") + std::to_string(states[index].pid) + ")\n";
  }
  if (context_.config.frontends.http.enabled) {
    text += "\nThe page: " + page_address(context_.config.frontends.http.listen) + "\n";
  }
  const std::string address = runtime::reachable(context_.config.broker.listen);
  const std::string command = command_word_ + (default_address() == address ? "" : " --server " + address);
  text += "\nData in " + data_dir_->path().string() + "\n\nIn another shell:\n";
  text += "  " + command + " sub 'demo.>'\n";
  text += "  " + command + " pub demo.hello 'hi'\n";
  text += "  " + command + " status\n\nCtrl-C stops everything.\n";
  std::cout << text << std::flush;
}

void UpService::reload(const runtime::Config&) { supervisor_->reload(); }

void UpService::drain(std::chrono::steady_clock::time_point deadline) {
  status_.reset();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  client_->close(std::min(left, kCloseTimeout));
  supervisor_->stop();
}

}  // namespace fanfare::cli
