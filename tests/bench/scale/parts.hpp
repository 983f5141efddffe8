#pragma once
// What scale_bench measures, each part with brokers of its own. Prints to standard output; one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fanfare::bench {

struct ScaleOptions {
  std::size_t sessions = 1'000;
  std::size_t subscriptions = 100;  ///< of each session
  std::size_t topics = 1'000'000;
  std::chrono::milliseconds time{1'500};  ///< of each measurement
  int rounds = 3;                         ///< the median counts
};

/// Bytes of an idle broker, of a session that does nothing, of its subscriptions, and of one that has taken part.
void measure_memory(const ScaleOptions& options);

/// A message that one of 1, `sessions` and all subscriptions wants.
void measure_subscriptions(const ScaleOptions& options);

/// Messages to 1, 1,000 and `topics` topics, one after the other, outside streams.
void measure_topics(const ScaleOptions& options);
/// The same in a stream.
void measure_stored_topics(const ScaleOptions& options);

/// The broker's memory every second of `time` while messages, ephemeral and stored, pass and sessions come and go.
void soak(const ScaleOptions& options, std::chrono::milliseconds time);

}  // namespace fanfare::bench
