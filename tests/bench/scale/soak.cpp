// An hour in small: what a broker is asked to do all day, and whether its memory stays what it was.

#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/scale/parts.hpp"
#include "tests/bench/scale/scene.hpp"

namespace fanfare::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Of each second that both kinds of messages get; the rest is idle, so that an hour fits beside other work.
constexpr auto kShare = 150ms;

struct Sample {
  double seconds = 0;
  double bytes = 0;
};

/// By least squares, in bytes a second.
double slope(std::span<const Sample> samples) {
  double seconds = 0;
  double bytes = 0;
  for (const Sample& one : samples) {
    seconds += one.seconds;
    bytes += one.bytes;
  }
  const auto count = static_cast<double>(samples.size());
  double above = 0;
  double below = 0;
  for (const Sample& one : samples) {
    above += (one.seconds - seconds / count) * (one.bytes - bytes / count);
    below += (one.seconds - seconds / count) * (one.seconds - seconds / count);
  }
  return below > 0 ? above / below : 0;
}

/// A publisher to many topics and a receiver of all of them.
Crowd pair_on(Scene& scene, const std::string& prefix, std::uint32_t topics) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < topics; ++i) names.push_back(prefix + "." + std::to_string(i));
  Peer& publisher = scene.join();
  publisher.announce(names);
  Peer& receiver = scene.join();
  receiver.subscribe(std::vector<std::string>{prefix + ".>"});
  return {.publishers = {&publisher}, .receivers = {&receiver}, .topics = topics, .ids = true};
}

/// Sessions that come with subscriptions and are gone a second later.
void pass_by(Scene& scene, std::size_t stay, int round) {
  constexpr int kSessions = 20;
  while (scene.peers().size() > stay) scene.lose_last();
  for (int i = 0; i < kSessions; ++i) {
    std::vector<std::string> patterns;
    for (int k = 0; k < 20; ++k) patterns.push_back("passing." + std::to_string(round) + "-" + std::to_string(k));
    scene.join().subscribe(patterns);
  }
}

void print_end(std::span<const Sample> all) {
  const auto settled = all.subspan(all.size() / 4);
  double mean = 0;
  for (const Sample& one : settled) mean += one.bytes / static_cast<double>(settled.size());
  const double hourly = slope(settled) * 3600;
  std::printf("after the first quarter: %.1f MiB, %+.2f MiB an hour (%+.1f %%): %s\n", mean / (1U << 20U),
              hourly / (1U << 20U), hourly / mean * 100, std::abs(hourly) < mean / 20 ? "flat" : "not flat");
}

}  // namespace

void soak(const ScaleOptions& options, std::chrono::milliseconds time) {
  Scene scene;
  const std::uint32_t topics = static_cast<std::uint32_t>(std::min<std::size_t>(10'000, options.topics));
  const Crowd ephemeral = pair_on(scene, "soak", topics);
  const Crowd stored = pair_on(scene, "chat.soak", topics);
  const std::size_t stay = scene.peers().size();
  std::vector<Sample> samples;
  const auto begin = Clock::now();
  std::uint64_t messages = 0;
  std::printf("second, broker KiB, messages a second\n");
  for (int round = 0; Clock::now() - begin < time; ++round) {
    pass_by(scene, stay, round);
    scene.keep_alive();
    const auto passed = flood(ephemeral, scene.broker(), kShare);
    const auto kept = flood(stored, scene.broker(), kShare);
    messages = static_cast<std::uint64_t>((passed.per_second + kept.per_second) / 2);
    const std::chrono::duration<double> at = Clock::now() - begin;
    samples.push_back({.seconds = at.count(), .bytes = static_cast<double>(scene.memory())});
    std::printf("%.0f, %.0f, %llu\n", at.count(), samples.back().bytes / 1024,
                static_cast<unsigned long long>(messages));
    std::fflush(stdout);
    std::this_thread::sleep_until(begin + std::chrono::seconds(round + 1));
  }
  print_end(samples);
}

}  // namespace fanfare::bench
