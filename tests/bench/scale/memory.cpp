#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/scale/parts.hpp"
#include "tests/bench/scale/scene.hpp"

namespace fanfare::bench {
namespace {

double kib(std::uint64_t bytes) { return static_cast<double>(bytes) / 1024; }

}  // namespace

void measure_memory(const ScaleOptions& options) {
  Scene scene;
  Peer& first = scene.join();
  const auto idle = scene.memory();
  std::printf("idle broker                         %8.1f MiB\n", kib(idle) / 1024);

  auto before = idle;
  const auto grown = [&] {
    const auto now = scene.memory();
    const auto each = now > before ? kib(now - before) / static_cast<double>(options.sessions) : 0.0;
    before = now;
    return each;
  };
  for (std::size_t i = 1; i <= options.sessions; ++i) {
    scene.join();
    if (i % 500 == 0) scene.keep_alive();
  }
  std::printf("each of %6zu sessions              %8.1f KiB\n", options.sessions, grown());

  for (std::size_t i = 1; i <= options.sessions; ++i) {
    std::vector<std::string> patterns;
    for (std::size_t k = 0; k < options.subscriptions; ++k) {
      patterns.push_back("scale." + std::to_string(i) + "." + std::to_string(k));
    }
    scene.peers()[i]->subscribe(patterns);
    if (i % 200 == 0) scene.keep_alive();
  }
  std::printf("  and its %3zu subscriptions          %8.1f KiB\n", options.subscriptions, grown());

  for (std::size_t i = 1; i <= options.sessions; ++i) scene.peers()[i]->subscribe(std::vector<std::string>{"all.>"});
  scene.keep_alive();
  const std::vector<std::string> topics{"all.one"};
  first.announce(topics);
  Crowd crowd{.publishers = {&first}, .receivers = {}, .under_way = 256};
  for (std::size_t i = 1; i <= options.sessions; ++i) crowd.receivers.push_back(scene.peers()[i].get());
  flood(crowd, scene.broker(), options.time);
  std::printf("  and having received               %8.1f KiB\n", grown());
  std::printf("broker with all of them             %8.1f MiB\n", kib(scene.memory()) / 1024);
}

}  // namespace fanfare::bench
