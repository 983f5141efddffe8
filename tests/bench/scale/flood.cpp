#include "tests/bench/scale/flood.hpp"

#include <algorithm>
#include <stdexcept>

#include "runtime/measure/process_usage.hpp"

namespace fanfare::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kMessagesOfAFrame = 256;
constexpr auto kPatience = 30s;

std::chrono::microseconds cpu_of(pid_t broker) {
  const auto usage = runtime::usage_of(broker);
  if (!usage) throw std::runtime_error(usage.error().message);
  return usage->cpu;
}

class Flood {
 public:
  explicit Flood(const Crowd& crowd) : crowd_(crowd), next_(crowd.publishers.size()) {
    for (const Peer* one : crowd.publishers) published_before_ += one->published();
    for (const Peer* one : crowd.receivers) delivered_before_.push_back(one->delivered());
    for (Peer* one : crowd.publishers) items_.push_back(one->interest());
    for (Peer* one : crowd.receivers) items_.push_back(one->interest());
  }

  void run_until(Clock::time_point end) {
    while (Clock::now() < end) {
      receive();
      if (!send()) wait();
    }
  }

  void drain() {
    const auto deadline = Clock::now() + kPatience;
    for (receive(); !is_done(); receive()) {
      if (Clock::now() > deadline) throw std::runtime_error("not every message arrived");
      wait();
    }
    for (Peer* one : crowd_.publishers) one->confirm();
    for (Peer* one : crowd_.receivers) one->confirm();
  }

  [[nodiscard]] std::uint64_t published() const {
    std::uint64_t sum = 0;
    for (const Peer* one : crowd_.publishers) sum += one->published();
    return sum - published_before_;
  }

 private:
  /// False when nobody may.
  bool send() {
    const std::uint64_t seen = seen_by_all();
    bool any = false;
    for (std::size_t turn = 0; turn < crowd_.publishers.size(); ++turn) {
      const std::size_t i = first_++ % crowd_.publishers.size();  // each is first once
      Peer& peer = *crowd_.publishers[i];
      if (peer.published() - peer.acknowledged() + kMessagesOfAFrame > crowd_.under_way) continue;
      if (published() - seen + kMessagesOfAFrame > crowd_.under_way) break;
      const auto sent = peer.publish(next_[i], kMessagesOfAFrame, crowd_.topics, payload_, crowd_.ids);
      next_[i] = (next_[i] + sent) % crowd_.topics;
      any = any || sent > 0;
    }
    return any;
  }

  /// Of this flood, by the slowest.
  [[nodiscard]] std::uint64_t seen_by_all() const {
    std::uint64_t least = published();
    for (std::size_t i = 0; i < crowd_.receivers.size(); ++i) {
      least = std::min(least, crowd_.receivers[i]->delivered() - delivered_before_[i]);
    }
    return least;
  }

  [[nodiscard]] bool is_done() const {
    const auto all = [](const Peer* one) { return one->acknowledged() == one->published(); };
    return std::ranges::all_of(crowd_.publishers, all) && seen_by_all() == published();
  }

  void receive() {
    for (Peer* one : crowd_.publishers) one->receive();
    for (Peer* one : crowd_.receivers) one->receive();
  }
  void wait() { zmq::poll(items_, 100ms); }

  const Crowd& crowd_;
  const std::string payload_ = std::string(128, 'x');
  std::vector<std::uint32_t> next_;
  std::size_t first_ = 0;
  std::vector<zmq::pollitem_t> items_;
  std::uint64_t published_before_ = 0;
  std::vector<std::uint64_t> delivered_before_;
};

}  // namespace

Cost flood(const Crowd& crowd, pid_t broker, std::chrono::milliseconds time) {
  Flood flood(crowd);
  const auto begin = Clock::now();
  const auto before = cpu_of(broker);
  flood.run_until(begin + time);
  flood.drain();
  const auto used = cpu_of(broker) - before;
  const std::chrono::duration<double> took = Clock::now() - begin;
  const auto messages = static_cast<double>(std::max<std::uint64_t>(1, flood.published()));
  return {.microseconds = static_cast<double>(used.count()) / messages, .per_second = messages / took.count()};
}

}  // namespace fanfare::bench
