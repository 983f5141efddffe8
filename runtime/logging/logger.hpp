#pragma once
// Writes one line per event to standard error: `time level component event key=value …`, or the same as JSON.
// Owned by run_service() (or a test) and lent to whoever logs; may be used from any thread.
// Promise: whatever a value holds, an event stays one line and can't pretend to be another one.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/config/config.hpp"

namespace spdlog {
class logger;
}

namespace fanfare::runtime {

/// Text is borrowed for the time of the call.
class LogValue {
 public:
  LogValue(bool value) : value_(value) {}
  LogValue(std::signed_integral auto value) : value_(std::int64_t{value}) {}
  LogValue(std::unsigned_integral auto value) : value_(std::uint64_t{value}) {}
  LogValue(double value) : value_(value) {}
  LogValue(const char* value) : value_(std::string_view(value)) {}
  LogValue(std::string_view value) : value_(value) {}
  LogValue(const std::string& value) : value_(std::string_view(value)) {}

  using Variant = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view>;
  const Variant& get() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};

using LogFields = std::initializer_list<LogField>;

class Logger {
 public:
  /// `component` is the process's name without "fanfare-": broker, http.
  Logger(const LogConfig& config, std::string component);
  /// Writes to `out` instead of standard error; `out` has to outlive the logger.
  Logger(const LogConfig& config, std::string component, std::ostream& out);

  void set_level(LogLevel level);

  /// `event` is a fixed phrase from the code; what varies goes into fields.
  void debug(std::string_view event, LogFields fields = {}) { write(LogLevel::kDebug, event, fields); }
  void info(std::string_view event, LogFields fields = {}) { write(LogLevel::kInfo, event, fields); }
  void warn(std::string_view event, LogFields fields = {}) { write(LogLevel::kWarn, event, fields); }
  void error(std::string_view event, LogFields fields = {}) { write(LogLevel::kError, event, fields); }
  void write(LogLevel level, std::string_view event, LogFields fields);

 private:
  Logger(const LogConfig& config, std::string component, std::shared_ptr<spdlog::logger> sink);

  std::string component_;
  LogFormat format_;
  std::shared_ptr<spdlog::logger> sink_;
};

}  // namespace fanfare::runtime
