#include "cli/bench/bench.hpp"

#include <algorithm>

#include "cli/bench/broker_figures.hpp"
#include "cli/bench/load.hpp"
#include "cli/bench/load_usage.hpp"
#include "cli/bench/senders.hpp"
#include "cli/connection/connect.hpp"

namespace fanfare::cli {
namespace {

std::unique_ptr<BenchLoad> make_load(BenchContext& context) {
  switch (context.settings.work) {
    case BenchWork::durable:
      return make_durable(context);
    case BenchWork::request:
      return make_request(context);
    case BenchWork::group:
      return make_group(context);
    default:
      return make_publish_subscribe(context);
  }
}

/// Long enough for caches, buffers and topics; with a number of messages a tenth of it.
Span warm_up_of(const BenchSettings& settings) {
  constexpr std::chrono::milliseconds kLongest{1'000};
  if (settings.messages > 0) return {.messages = settings.messages / 10 + 1, .duration = {}};
  return {.messages = 0, .duration = std::min(kLongest, settings.duration / 3)};
}

}  // namespace

BenchResult run_bench(const BenchSettings& settings, const std::string& address, Waiter& waiter) {
  Trouble trouble(waiter);
  BenchContext context{.settings = settings, .address = address, .waiter = waiter, .trouble = trouble};
  Client asking = connect(address, "bench", waiter);
  const auto load = make_load(context);
  Senders senders(context, *load);
  const auto is_over = [&] { return trouble.is_there() || waiter.interrupted(); };

  BenchResult result{.load_cores = usable_cores()};
  senders.run(warm_up_of(settings));
  if (!is_over()) {
    const auto broker_before = ask_broker_figures(asking, waiter);
    const LoadUsage load_before = load_usage();
    context.measuring = true;
    const Sending sending = senders.run({.messages = settings.messages, .duration = settings.duration});
    context.measuring = false;
    const LoadUsage load_after = load_usage();
    const auto broker_after = trouble.is_there() ? std::nullopt : ask_broker_figures(asking, waiter);
    result.messages = sending.messages;
    result.time = sending.time;
    result.behind = sending.behind;
    result.load_cpu = load_after.process - load_before.process;
    result.busiest_thread = std::max(sending.busiest, busiest(load_before, load_after));
    if (broker_before && broker_after) result.broker_cpu = broker_after->cpu - broker_before->cpu;
    if (broker_after) result.broker_memory = broker_after->memory_bytes;
  }
  result.verdict = load->finish(senders.sent());
  result.latency = load->latency();
  result.trouble = trouble.reason();
  return result;
}

}  // namespace fanfare::cli
