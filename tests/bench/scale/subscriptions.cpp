#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/scale/parts.hpp"
#include "tests/bench/scale/scene.hpp"

namespace fanfare::bench {
namespace {

constexpr std::uint32_t kTopics = 1'000;

/// Patterns of all kinds, each of them its own, that no message here matches.
std::string pattern(std::size_t session, std::size_t number) {
  const auto own = std::to_string(session) + "-" + std::to_string(number);
  switch (number % 4) {
    case 0:
      return "scale.*." + own;
    case 1:
      return "scale." + own + ".>";
    case 2:
      return "scale." + own + ".*";
    default:
      return "scale." + own;
  }
}

/// A broker with so many subscriptions, of which one wants the messages.
class Subscribed {
 public:
  Subscribed(std::size_t sessions, std::size_t of_each) {
    std::vector<std::string> topics;
    for (std::uint32_t i = 0; i < kTopics; ++i) topics.push_back("scale.wanted.t" + std::to_string(i));
    publisher_ = &scene_.join();
    publisher_->announce(topics);
    receiver_ = &scene_.join();
    receiver_->subscribe(std::vector<std::string>{"scale.wanted.>"});
    for (std::size_t i = 0; i < sessions; ++i) {
      std::vector<std::string> patterns;
      for (std::size_t k = 0; k < of_each; ++k) patterns.push_back(pattern(i, k));
      scene_.join().subscribe(patterns);
      if (i % 200 == 0) scene_.keep_alive();
    }
  }

  Cost measure(std::chrono::milliseconds time) {
    scene_.keep_alive();
    return flood({.publishers = {publisher_}, .receivers = {receiver_}, .topics = kTopics}, scene_.broker(), time);
  }
  void keep_alive() { scene_.keep_alive(); }

 private:
  Scene scene_;
  Peer* publisher_ = nullptr;
  Peer* receiver_ = nullptr;
};

}  // namespace

void measure_subscriptions(const ScaleOptions& options) {
  struct Row {
    std::size_t subscriptions;
    Subscribed broker;
    std::vector<double> costs = {};
    std::vector<double> rates = {};
  };
  std::array<Row, 3> rows{{{1, {0, 0}},
                           {options.sessions + 1, {options.sessions, 1}},
                           {options.sessions * options.subscriptions + 1, {options.sessions, options.subscriptions}}}};
  for (int round = 0; round <= options.rounds; ++round) {  // the first warms up
    for (Row& row : rows) {
      for (Row& other : rows) other.broker.keep_alive();
      const Cost cost = row.broker.measure(options.time);
      if (round == 0) continue;
      row.costs.push_back(cost.microseconds);
      row.rates.push_back(cost.per_second);
    }
  }
  for (const Row& row : rows) {
    std::printf("1 of %6zu subscriptions matches    %8.3f us a message (%.2f x)  %9.0f/s\n", row.subscriptions,
                median(row.costs), median(row.costs) / median(rows[0].costs), median(row.rates));
  }
}

}  // namespace fanfare::bench
