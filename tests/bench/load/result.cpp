#include "tests/bench/load/result.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::load {
namespace {

using nlohmann::ordered_json;

constexpr double kBusy = 0.95;
constexpr double kHasTime = 0.90;

/// Of what it could have of a core.
double share_used(std::chrono::microseconds cpu, const Result& result) {
  return result.seconds.count() > 0 ? std::chrono::duration<double>(cpu) / result.seconds / result.available_share : 0;
}

ordered_json microseconds_of(const cli::Histogram& latency) {
  const auto at = [&](double share) { return static_cast<double>(latency.quantile(share)) / 1'000; };
  return {{"p50", at(0.5)},
          {"p90", at(0.9)},
          {"p99", at(0.99)},
          {"p99_9", at(0.999)},
          {"max", static_cast<double>(latency.max()) / 1'000}};
}

}  // namespace

std::string_view bottleneck_of(const Result& result) {
  const auto server = share_used(result.server_cpu, result);
  const auto load = share_used(result.load_cpu, result);
  if (load >= kBusy && server < kHasTime) return "load";
  if (server >= kBusy && load < kHasTime) return "server";
  return load >= kHasTime && server >= kHasTime ? "both" : "neither";
}

std::string to_json(const Work& work, const Result& result) {
  const auto messages = static_cast<double>(result.messages);
  const auto seconds = result.seconds.count();
  const auto cpu = static_cast<double>(result.server_cpu.count());
  return ordered_json{
      {"work", work.work},
      {"system", work.system},
      {"size", work.size},
      {"patterns", work.different_patterns ? "different" : "same"},
      {"publishers", 1},
      {"subscribers", work.subscribers},
      {"under_way", work.under_way},
      {"messages", result.messages},
      {"seconds", seconds},
      {"messages_per_second", seconds > 0 ? messages / seconds : 0},
      {"deliveries_per_second", seconds > 0 ? static_cast<double>(result.deliveries) / seconds : 0},
      {"latency_us", result.latency ? microseconds_of(*result.latency) : ordered_json(nullptr)},
      {"server_cpu_us_per_message", messages > 0 ? cpu / messages : 0},
      {"server_cpu_seconds", cpu / 1e6},
      {"server_memory_bytes", result.server_memory_bytes},
      {"load_cpu_seconds", std::chrono::duration<double>(result.load_cpu).count()},
      {"bottleneck", bottleneck_of(result)},
      {"complete", result.complete},
      {"in_order", result.in_order},
  }
      .dump();
}

}  // namespace fanfare::load
