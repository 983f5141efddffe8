#include <algorithm>
#include <cstdio>
#include <deque>
#include <string>
#include <vector>

#include "tests/bench/scale/parts.hpp"
#include "tests/bench/scale/scene.hpp"

namespace fanfare::bench {
namespace {

/// A session names fewer topics by numbers than the protocol has, so many topics are those of several publishers.
constexpr std::size_t kTopicsOfASession = 62'500;

/// A broker and the publishers to so many topics below `prefix`.
class Topical {
 public:
  Topical(const std::string& prefix, std::size_t topics, bool is_heard) {
    const auto sessions = (topics + kTopicsOfASession - 1) / kTopicsOfASession;
    crowd_.topics = static_cast<std::uint32_t>(topics / sessions);
    crowd_.ids = true;
    for (std::size_t i = 0; i < sessions; ++i) {
      std::vector<std::string> names;
      for (std::uint32_t k = 0; k < crowd_.topics; ++k) {
        names.push_back(prefix + ".s" + std::to_string(i) + ".t" + std::to_string(k));
      }
      Peer& publisher = scene_.join();
      publisher.announce(names);
      crowd_.publishers.push_back(&publisher);
    }
    if (is_heard) {
      Peer& receiver = scene_.join();
      receiver.subscribe(std::vector<std::string>{prefix + ".>"});
      crowd_.receivers.push_back(&receiver);
    }
    scene_.keep_alive();
  }

  Cost measure(std::chrono::milliseconds time) {
    scene_.keep_alive();
    return flood(crowd_, scene_.broker(), time);
  }
  void keep_alive() { scene_.keep_alive(); }
  /// Every topic was published to.
  [[nodiscard]] bool has_met_all() const {
    return std::ranges::all_of(crowd_.publishers,
                               [this](const Peer* one) { return one->published() >= crowd_.topics; });
  }
  [[nodiscard]] std::uint64_t memory() const { return scene_.memory(); }

 private:
  Scene scene_;
  Crowd crowd_;
};

struct Row {
  Row(const std::string& prefix, std::size_t count, bool is_heard) : topics(count), broker(prefix, count, is_heard) {}

  std::size_t topics;
  Topical broker;
  std::vector<double> costs;
  std::vector<double> rates;
};

void measure_kind(const char* title, const std::string& prefix, bool is_heard, const ScaleOptions& options) {
  std::deque<Row> rows;
  for (const std::size_t topics : {std::size_t{1}, std::min<std::size_t>(1'000, options.topics), options.topics}) {
    rows.emplace_back(prefix, topics, is_heard);
    for (Row& row : rows) row.broker.keep_alive();
  }
  const auto keep_all_alive = [&rows] {
    for (Row& row : rows) row.broker.keep_alive();
  };
  for (Row& row : rows) {
    for (; !row.broker.has_met_all(); keep_all_alive()) row.broker.measure(std::chrono::milliseconds(100));
  }
  for (int round = 0; round < options.rounds; ++round) {
    for (Row& row : rows) {
      keep_all_alive();
      const Cost cost = row.broker.measure(options.time);
      row.costs.push_back(cost.microseconds);
      row.rates.push_back(cost.per_second);
    }
  }
  for (const Row& row : rows) {
    std::printf("%-20s %8zu topics      %8.3f us a message (%.2f x)  %9.0f/s  broker %.0f MiB\n", title, row.topics,
                median(row.costs), median(row.costs) / median(rows[0].costs), median(row.rates),
                static_cast<double>(row.broker.memory()) / (1U << 20U));
  }
}

}  // namespace

void measure_topics(const ScaleOptions& options) {
  measure_kind("ephemeral, unheard", "scale", false, options);
  measure_kind("ephemeral, one hears", "scale", true, options);
}

void measure_stored_topics(const ScaleOptions& options) { measure_kind("stored", "chat.scale", false, options); }

}  // namespace fanfare::bench
