#include "cli/up/up_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <set>
#include <utility>

#include "cli/connection/address.hpp"
#include "cli/exit_code.hpp"
#include "cli/up/process_rows.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/measure/process_usage.hpp"

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

std::chrono::milliseconds stop_deadline(const runtime::Config& config) { return config.limits.drain + kStopGrace; }

std::vector<runtime::ProcessSpec> processes_of(const std::vector<Component>& components) {
  std::vector<runtime::ProcessSpec> processes;
  for (const Component& component : components) processes.push_back(component.process);
  return processes;
}

/// What is in `some` and not in `others`, a process being a replica of its component.
std::vector<std::string> names_only_in(const std::vector<runtime::ProcessState>& some,
                                       const std::vector<runtime::ProcessState>& others) {
  std::vector<std::string> names;
  for (const runtime::ProcessState& one : some) {
    const bool is_there = std::ranges::any_of(others, [&one](const runtime::ProcessState& other) {
      return one.component == other.component && one.replica == other.replica;
    });
    if (!is_there) names.push_back(one.name);
  }
  return names;
}

std::vector<runtime::ProcessState> without_ending(std::vector<runtime::ProcessState> states) {
  std::erase_if(states, [](const runtime::ProcessState& state) {
    return state.phase == runtime::ProcessPhase::kStopping || state.phase == runtime::ProcessPhase::kStopped;
  });
  return states;
}

}  // namespace

std::chrono::milliseconds UpService::drain_limit(const runtime::Config& config) {
  std::set<std::string> names;  // the replicas of one are stopped together
  for (const Component& component : enabled_components(config, std::nullopt)) names.insert(component.process.component);
  return static_cast<std::chrono::milliseconds::rep>(names.size()) * stop_deadline(config) + kCloseTimeout;
}

UpService::UpService(const runtime::ServiceContext& context, Selection selection, std::string command_word)
    : context_(context),
      selection_(std::move(selection)),
      command_word_(std::move(command_word)),
      printer_(context.config.log.format, context.log),
      config_(context.config) {}

UpService::~UpService() = default;

std::vector<Component> UpService::components(const runtime::Config& config) const {
  std::vector<Component> components = enabled_components(config, context_.config_file);
  std::erase_if(components,
                [this](const Component& component) { return !selection_.takes(component.process.component); });
  return components;
}

runtime::Result<void> UpService::start(std::stop_token stop) {
  auto data_dir = runtime::DataDir::open(context_.config.data_dir, "fanfare up");
  if (!data_dir) return runtime::Error{data_dir.error().message, " (Ctrl-C in its terminal or `kill PID` stops it)"};
  data_dir_ = std::move(*data_dir);
  runtime::Result<void> started;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    started = start_components(stop);
    if (started || attempt == kAttempts || !pause(stop)) break;
  }
  if (!started) return runtime::Error{started.error().message, printer_.last_lines()};
  serve_requests();
  announce();
  return {};
}

runtime::Result<void> UpService::start_components(const std::stop_token& stop) {
  runtime::SupervisorOptions options;
  options.stop_deadline = stop_deadline(context_.config);
  supervisor_.emplace(
      processes_of(components(context_.config)), options, context_.log,
      [this](const runtime::ProcessSpec& process, std::string_view line) { printer_.print(process, line); });
  return supervisor_->start(stop);
}

void UpService::serve_requests() {
  client_.emplace(Client::connect({.address = runtime::reachable(context_.config.broker.listen), .name = "up"}));
  requests_.emplace(
      client_->serve(std::string(kSupervisorTopic), [this](const Request& request) { return answer(request); }));
  constexpr std::chrono::seconds kReadyDeadline{5};
  // Nothing depends on it but `fanfare status` and `fanfare scale`.
  if (!requests_->wait_ready(kReadyDeadline)) context_.log.warn("status is not served yet");
}

Reply UpService::answer(const Request& request) {
  if (request.payload.empty()) {
    const auto memory_of = [](pid_t process) {
      const auto usage = runtime::usage_of(process);
      return usage ? std::optional(usage->resident_bytes) : std::nullopt;
    };
    return {.payload = describe_processes(supervisor_->snapshot(), std::chrono::system_clock::now(), memory_of)};
  }
  const auto replicas = read_scale_request(request.payload);
  return {.payload = scale_answer(replicas ? scale(*replicas) : replicas.error())};
}

runtime::Result<Scaled> UpService::scale(const Replicas& replicas) {
  const std::lock_guard lock(changing_);
  Replicas all = replicas_;
  for (const auto& [name, number] : replicas) all[name] = number;
  const auto config = scaled(config_, selection_, all);
  if (!config) return config.error();
  replicas_ = std::move(all);
  for (const auto& [name, number] : replicas) context_.log.info("scaled", {{"component", name}, {"replicas", number}});
  return run(*config);
}

/// Has the supervisor follow the configuration.
Scaled UpService::run(const runtime::Config& config) {
  const auto before = without_ending(supervisor_->snapshot());
  supervisor_->run_these(processes_of(components(config)), stop_deadline(config));
  const auto after = without_ending(supervisor_->snapshot());
  return {.started = names_only_in(after, before), .stopped = names_only_in(before, after)};
}

void UpService::announce() const {
  const std::vector<Component> components = this->components(context_.config);
  std::string text;
  const std::vector<runtime::ProcessState> states = supervisor_->snapshot();
  for (std::size_t index = 0; index < states.size(); ++index) {
    const std::string& listen = components[index].listen;
    text += states[index].name + " " + std::string(to_string(states[index].phase)) + "  " + listen +
            (listen.empty() ? "(pid " : " (pid ") + std::to_string(states[index].pid) + ")\n";
  }
  if (context_.config.frontends.http.enabled && selection_.takes("http")) {
    text += "\nThe page: " + page_address(context_.config.frontends.http.listen) + "\n";
  }
  const runtime::TelegramConfig& telegram = context_.config.workers.telegram;
  if (telegram.enabled && telegram.token.empty() && selection_.takes("telegram")) {
    text += "\ntelegram is off: set workers.telegram.token to the token of a bot\n";
  }
  const std::string address = runtime::reachable(context_.config.broker.listen);
  const std::string command = command_word_ + (default_address() == address ? "" : " --server " + address);
  text += "\nData in " + data_dir_->path().string() + "\n\nIn another shell:\n";
  text += "  " + command + " sub 'demo.>'\n";
  text += "  " + command + " pub demo.hello 'hi'\n";
  text += "  " + command + " status\n\nCtrl-C stops everything.\n";
  std::cout << text << std::flush;
}

void UpService::reload(const runtime::Config& config) {
  const std::lock_guard lock(changing_);
  config_ = config;
  const auto stays = [this](std::string_view key, const auto& now, auto& next) {
    if (now == next) return;
    next = now;
    context_.log.warn("counts from the next start on", {{"key", key}});
  };
  stays("data_dir", context_.config.data_dir, config_.data_dir);
  stays("broker.listen", context_.config.broker.listen, config_.broker.listen);
  stays("log.format", context_.config.log.format, config_.log.format);
  for (const auto& [name, number] : std::exchange(replicas_, {})) {
    context_.log.info("the configuration says again how many run", {{"component", name}});
  }
  // Those that run now; the ones started below read the new file anyway.
  supervisor_->reload();
  run(config_);
}

void UpService::drain(std::chrono::steady_clock::time_point deadline) {
  requests_.reset();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  client_->close(std::min(left, kCloseTimeout));
  supervisor_->stop();
}

}  // namespace fanfare::cli
