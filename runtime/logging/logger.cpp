#include "runtime/logging/logger.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "runtime/logging/format.hpp"

namespace fanfare::runtime {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

Logger::Logger(const LogConfig& config, std::string component)
    : Logger(config, component,
             std::make_shared<spdlog::logger>(component, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Logger::Logger(const LogConfig& config, std::string component, std::ostream& out)
    : Logger(config, component,
             std::make_shared<spdlog::logger>(component, std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {}

Logger::Logger(const LogConfig& config, std::string component, std::shared_ptr<spdlog::logger> sink)
    : component_(std::move(component)), format_(config.format), sink_(std::move(sink)) {
  sink_->set_pattern("%v");                             // the line is made by format_event(), which escapes
  sink_->set_error_handler([](const std::string&) {});  // a closed standard error is no reason to fail
  set_level(config.level);
}

void Logger::set_level(LogLevel level) { sink_->set_level(level_of(level)); }

void Logger::write(LogLevel level, std::string_view event, LogFields fields) {
  const auto sink_level = level_of(level);
  if (!sink_->should_log(sink_level)) return;
  const std::string line = format_event(format_, std::chrono::system_clock::now(), level, component_, event, fields);
  sink_->log(sink_level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace fanfare::runtime
