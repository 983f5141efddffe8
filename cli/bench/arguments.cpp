#include "cli/bench/arguments.hpp"

#include <CLI/Error.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

#include "cli/bench/stamp.hpp"
#include "protocol/limits.hpp"
#include "protocol/topic.hpp"

namespace fanfare::cli {
namespace {

struct WorkDefaults {
  std::string_view name;
  BenchWork work;
  std::size_t subscribers;
  std::uint64_t rate;
  std::uint64_t in_flight;  ///< 0: kBytesInFlight
  std::string_view topic;
};

constexpr std::array<WorkDefaults, 6> kWorks = {{
    {"pubsub", BenchWork::pubsub, 1, 0, 0, "bench"},
    {"fanout", BenchWork::fanout, 50, 0, 0, "bench"},
    {"latency", BenchWork::latency, 1, 5'000, 0, "bench"},
    {"durable", BenchWork::durable, 0, 0, 1'000, "bench.stored"},
    {"request", BenchWork::request, 1, 0, 1, "bench"},
    {"group", BenchWork::group, 4, 0, 4'096, "bench.stored"},
}};

/// Of all publishers together: the broker drops what waits for a subscriber beyond its limits.outbox, 16 MiB.
constexpr std::uint64_t kBytesInFlight = 4U << 20U;
/// What a message takes beside its payload, about.
constexpr std::uint64_t kOverhead = 64;

std::uint64_t default_in_flight(std::size_t size, std::size_t publishers) {
  return std::max<std::uint64_t>(1, kBytesInFlight / (size + kOverhead) / publishers);
}

std::string random_word() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device source;
  std::string word;
  for (int i = 0; i < 12; ++i) word += kDigits[source() % kDigits.size()];
  return word;
}

template <class T>
T or_default(T given, T standard) {
  return given == 0 ? standard : given;
}

}  // namespace

std::vector<std::string> bench_works() {
  std::vector<std::string> names;
  for (const WorkDefaults& one : kWorks) names.emplace_back(one.name);
  return names;
}

BenchSettings settings_of(const BenchArguments& arguments) {
  const auto& defaults = *std::ranges::find(kWorks, arguments.work, &WorkDefaults::name);
  BenchSettings settings{.work = defaults.work, .name = arguments.work, .run = random_word()};
  settings.size = or_default(arguments.size, settings.size);
  if (settings.size < kStampSize) {
    throw CLI::ValidationError(
        "--size", "expected at least " + std::to_string(kStampSize) + ": a message has to say which one it is");
  }
  if (settings.work == BenchWork::durable && arguments.subscribers > 0) {
    throw CLI::ValidationError("--subscribers", "durable has none: it waits for acknowledgements");
  }
  settings.publishers = or_default(arguments.publishers, std::uint64_t{1});
  settings.subscribers = or_default<std::uint64_t>(arguments.subscribers, defaults.subscribers);
  settings.messages = arguments.messages;
  if (arguments.seconds > 0) settings.duration = std::chrono::seconds(arguments.seconds);
  settings.rate = or_default(arguments.rate, defaults.rate);
  const auto in_flight =
      defaults.in_flight == 0 ? default_in_flight(settings.size, settings.publishers) : defaults.in_flight;
  settings.in_flight = or_default(arguments.in_flight, in_flight);
  settings.topic = arguments.topic.empty() ? std::string(defaults.topic) : arguments.topic;
  if (!protocol::is_topic(topic_of(settings, settings.publishers - 1))) {
    throw CLI::ValidationError("--topic", "expected words with dots between them, found " + arguments.topic);
  }
  return settings;
}

}  // namespace fanfare::cli
