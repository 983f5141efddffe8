// pubsub, fanout and latency: publishers, each on a topic of its own, and subscribers that get all of it. A message is
// done when it is acknowledged and with every subscriber.

#include <deque>
#include <utility>

#include "cli/bench/publisher.hpp"
#include "cli/bench/receiver.hpp"

namespace fanfare::cli {
namespace {

class PublishSubscribe final : public BenchLoad {
 public:
  explicit PublishSubscribe(BenchContext& context) {
    const BenchSettings& settings = context.settings;
    for (std::size_t i = 0; i < settings.publishers; ++i)
      flights_.emplace_back(settings.subscribers + 1, settings.in_flight);
    for (std::size_t i = 0; i < settings.subscribers; ++i) {
      const std::size_t lane = i + 1;
      receivers_.emplace_back(context, From::now(), [this, lane](std::size_t publisher, std::uint64_t next) {
        flights_[publisher].reach(lane, next);
      });
    }
    for (std::size_t i = 0; i < settings.publishers; ++i) publishers_.emplace_back(context, i, flights_[i], 0);
  }

  void send(std::size_t publisher, std::string_view payload) override { publishers_[publisher].send(payload); }
  Flight& flight(std::size_t publisher) override { return flights_[publisher]; }

  std::vector<const Client*> clients() const override {
    std::vector<const Client*> all;
    for (const Publisher& one : publishers_) all.push_back(&one.client());
    for (const Receiver& one : receivers_) all.push_back(&one.client());
    return all;
  }

  Verdict finish(std::span<const std::uint64_t> sent) override {
    Verdict sum;
    for (Receiver& one : receivers_) {
      one.end();
      sum += one.verdict(sent);
    }
    return sum;
  }

  Histogram latency() const override {
    Histogram sum;
    for (const Receiver& one : receivers_) sum.merge(one.latency());
    return sum;
  }

 private:
  std::deque<Flight> flights_;  // before those that move them
  std::deque<Receiver> receivers_;
  std::deque<Publisher> publishers_;
};

}  // namespace

std::unique_ptr<BenchLoad> make_publish_subscribe(BenchContext& context) {
  return std::make_unique<PublishSubscribe>(context);
}

}  // namespace fanfare::cli
