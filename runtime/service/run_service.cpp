#include "runtime/service/run_service.hpp"

#include <chrono>
#include <exception>
#include <iostream>

#include "runtime/service/lifecycle.hpp"
#include "runtime/service/signals.hpp"
#include "runtime/version.hpp"

namespace fanfare::runtime {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

LoadOptions load_options(const Arguments& arguments, const ServiceDescription& description) {
  LoadOptions options;
  options.file = arguments.config_file;
  options.check = description.check;
  return options;
}

/// broker for fanfare-broker.
std::string component_of(const std::string& name) {
  constexpr std::string_view kPrefix = "fanfare-";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

/// What the figures of every component begin with.
void describe_process(Metrics& metrics) {
  using std::chrono::duration;
  const duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  metrics.gauge("fanfare_build_info", "1, with the version of the program.", {{"version", std::string(version())}})
      .set(1);
  metrics.gauge("fanfare_start_time_seconds", "When the process was started, in seconds since 1970.").set(now.count());
}

std::optional<Config> reload(const LoadOptions& options, Logger& log) {
  const auto loaded = load_config(options);
  if (loaded) return loaded->config;
  const ConfigProblems problems = loaded.error();
  for (const std::string& line : problems.lines) log.error("configuration refused", {{"problem", line}});
  log.warn("the configuration stays as it was");
  return std::nullopt;
}

int run_loaded(const Arguments& arguments, const ServiceDescription& description, const LoadedConfig& loaded) {
  const LoadOptions options = load_options(arguments, description);
  const FileDescriptor signals = take_signals();
  Logger log(loaded.config.log, component_of(description.name));
  Metrics metrics;
  describe_process(metrics);
  log.info("starting", {{"version", version()}, {"config", loaded.source}, {"pid", ::getpid()}});
  for (const std::string& warning : loaded.warnings) log.warn("environment", {{"problem", warning}});
  const Lifecycle::DrainLimit drain_limit =
      description.drain_limit ? description.drain_limit : [](const Config& config) { return config.limits.drain; };
  Lifecycle lifecycle(log, signals, loaded.config, drain_limit, [&] { return reload(options, log); });
  const ServiceContext context{loaded.config,
                               arguments.config_file,
                               log,
                               metrics,
                               [&lifecycle](std::string reason) { lifecycle.fail(std::move(reason)); },
                               [&lifecycle](std::string reason) { lifecycle.misconfigured(std::move(reason)); }};
  try {
    const std::unique_ptr<Service> service = description.make(context);
    return lifecycle.run(*service);
  } catch (const std::exception& error) {
    log.error("failed", {{"reason", error.what()}});
    return kFailed;
  }
}

}  // namespace

int run_service(int argc, char** argv, const ServiceDescription& description) {
  const Result<Arguments> arguments = parse_arguments(argc, argv);
  if (!arguments) {
    std::cerr << description.name << ": " << arguments.error().message << " (--help lists what there is)\n";
    return kWrongUsage;
  }
  return run_service(*arguments, description);
}

int run_service(const Arguments& arguments, const ServiceDescription& description) {
  if (arguments.show_help) {
    std::cout << usage(description.name, description.summary);
    return kDone;
  }
  if (arguments.show_version) {
    std::cout << description.name << " " << version() << "\n";
    return kDone;
  }
  const auto loaded = load_config(load_options(arguments, description));
  if (!loaded) {
    const ConfigProblems problems = loaded.error();
    for (const std::string& line : problems.lines) std::cerr << line << "\n";
    return kWrongUsage;
  }
  if (arguments.check_config) {
    for (const std::string& warning : loaded->warnings) std::cerr << "warning: " << warning << "\n";
    std::cout << "ok: " << loaded->source << "\n";
    return kDone;
  }
  return run_loaded(arguments, description, *loaded);
}

}  // namespace fanfare::runtime
