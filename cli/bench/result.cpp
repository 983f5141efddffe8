#include "cli/bench/result.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "cli/format/row.hpp"
#include "cli/format/text.hpp"

namespace fanfare::cli {
namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// So many digits after the point as a figure of this kind deserves; more would be noise.
double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

double microseconds(std::uint64_t nanoseconds) { return rounded(static_cast<double>(nanoseconds) / 1e3, 1); }

std::string with_digits(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string grouped(double number) { return grouped(static_cast<std::uint64_t>(std::llround(number))); }

/// "85 µs", "1.25 ms", "2.10 s"
std::string span_text(std::uint64_t nanoseconds) {
  const auto value = static_cast<double>(nanoseconds);
  if (nanoseconds < 1'000'000) return with_digits(value / 1e3, nanoseconds < 100'000 ? 1 : 0) + " µs";
  if (nanoseconds < 1'000'000'000) return with_digits(value / 1e6, 2) + " ms";
  return with_digits(value / 1e9, 2) + " s";
}

std::string percent(double share) { return with_digits(share * 100, 0) + " %"; }

std::optional<double> cpu_per_message(const BenchResult& result) {
  if (!result.broker_cpu || result.messages == 0) return std::nullopt;
  return static_cast<double>(result.broker_cpu->count()) / static_cast<double>(result.messages);
}

Json latency_json(const Histogram& latency) {
  if (latency.count() == 0) return nullptr;
  return {{"p50", microseconds(latency.quantile(0.5))},
          {"p90", microseconds(latency.quantile(0.9))},
          {"p99", microseconds(latency.quantile(0.99))},
          {"p99_9", microseconds(latency.quantile(0.999))},
          {"max", microseconds(latency.max())}};
}

std::string latency_text(const Histogram& latency) {
  if (latency.count() == 0) return "not measured";
  return "p50 " + span_text(latency.quantile(0.5)) + ", p90 " + span_text(latency.quantile(0.9)) + ", p99 " +
         span_text(latency.quantile(0.99)) + ", p99.9 " + span_text(latency.quantile(0.999)) + ", max " +
         span_text(latency.max());
}

std::string broker_text(const BenchResult& result) {
  const auto cpu = cpu_per_message(result);
  if (!cpu || !result.broker_share()) return "does not say what it uses";
  return with_digits(*cpu, 3) + " µs CPU a message, " + percent(*result.broker_share()) + " of a core, " +
         rough_size(result.broker_memory.value_or(0));
}

std::string load_text(const BenchResult& result) {
  std::string text = with_digits(seconds(result.load_cpu), 2) + " s CPU, " +
                     percent(seconds(result.load_cpu) / seconds(result.time)) + " of a core of " +
                     std::to_string(result.load_cores) + ", busiest thread " +
                     percent(seconds(result.busiest_thread) / seconds(result.time));
  if (result.behind > std::chrono::milliseconds(1)) {
    text += "; it fell behind its rate by up to " + span_text(static_cast<std::uint64_t>(result.behind.count()));
  }
  return text;
}

/// Nothing holds up who gets the rate that was asked for, however busy the broker is: it may only wait
/// (broker.busy_wait).
Bottleneck what_held_up(const BenchSettings& settings, const BenchResult& result) {
  constexpr double kReached = 0.95;
  if (settings.rate > 0 && result.per_second() >= kReached * static_cast<double>(settings.rate)) {
    return Bottleneck::neither;
  }
  return bottleneck_of(result.load_share(), result.broker_share());
}

std::string bottleneck_text(const BenchSettings& settings, const BenchResult& result) {
  switch (what_held_up(settings, result)) {
    case Bottleneck::server:
      return "the broker";
    case Bottleneck::load:
      return "the load generator: the broker can do more than this";
    case Bottleneck::neither:
      break;
  }
  return "neither the broker nor the load generator alone";
}

}  // namespace

double BenchResult::per_second() const { return time.count() > 0 ? static_cast<double>(messages) / seconds(time) : 0; }

std::optional<double> BenchResult::broker_share() const {
  if (!broker_cpu || time.count() == 0) return std::nullopt;
  return seconds(*broker_cpu) / seconds(time);
}

double BenchResult::load_share() const {
  if (time.count() == 0) return 0;
  const double all = seconds(load_cpu) / seconds(time) / static_cast<double>(load_cores);
  return std::max(all, seconds(busiest_thread) / seconds(time));
}

std::uint64_t copies(const BenchSettings& settings) {
  switch (settings.work) {
    case BenchWork::durable:
      return 0;
    case BenchWork::request:
    case BenchWork::group:
      return 1;
    default:
      return settings.subscribers;
  }
}

Json to_json(const BenchSettings& settings, const BenchResult& result) {
  const auto cpu = cpu_per_message(result);
  const double rate = result.per_second();
  return {{"work", settings.name},
          {"system", "fanfare-sdk"},
          {"size", settings.size},
          {"publishers", settings.publishers},
          {"subscribers", settings.subscribers},
          {"messages", result.messages},
          {"seconds", rounded(seconds(result.time), 6)},
          {"messages_per_second", rounded(rate, 1)},
          {"deliveries_per_second", rounded(rate * static_cast<double>(copies(settings)), 1)},
          {"latency_us", latency_json(result.latency)},
          {"server_cpu_us_per_message", cpu ? Json(rounded(*cpu, 4)) : Json()},
          {"server_memory_bytes", or_null(result.broker_memory)},
          {"load_cpu_seconds", rounded(seconds(result.load_cpu), 6)},
          {"bottleneck", to_string(what_held_up(settings, result))},
          {"complete", result.complete()},
          {"in_order", result.verdict.in_order()}};
}

std::string describe(const BenchSettings& settings, const BenchResult& result) {
  const double rate = result.per_second();
  std::string throughput =
      grouped(result.messages) + " in " + with_digits(seconds(result.time), 2) + " s: " + grouped(rate) + " a second";
  if (copies(settings) > 1) throughput += ", " + grouped(rate * static_cast<double>(copies(settings))) + " deliveries";
  return table({{"messages", throughput},
                {"latency", latency_text(result.latency)},
                {"broker", broker_text(result)},
                {"load", load_text(result)},
                {"bottleneck", bottleneck_text(settings, result)},
                {"checked", describe(result.verdict)}});
}

}  // namespace fanfare::cli
