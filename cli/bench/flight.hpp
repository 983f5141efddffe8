#pragma once
// What one publisher has under way, which it keeps bounded. A message is done when it is done on each lane: the
// acknowledgement is one, each subscriber another. One thread sends and waits; each lane is moved by whoever receives.
// Promise: a wait ends when there is room, when it is stopped, or when nothing has moved for kPatience.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <vector>

namespace fanfare::cli {

class Flight {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  /// At most `most` messages are under way.
  Flight(std::size_t lanes, std::uint64_t most) : most_(most), lanes_(lanes) {}

  /// On `lane` all messages below `count` are done. By one thread at a time for each lane, never less than before.
  void reach(std::size_t lane, std::uint64_t count) { moved(lanes_[lane].done.exchange(count), count); }
  /// On `lane` one more is done, whichever. Any thread; not together with reach() for the same lane.
  void add(std::size_t lane) {
    const std::uint64_t before = lanes_[lane].done.fetch_add(1);
    moved(before, before + 1);
  }

  /// Until another may be sent after `sent`. False when it must not be: stopped, or nothing moves.
  [[nodiscard]] bool wait_for_room(std::uint64_t sent, const std::stop_token& stop) {
    if (sent - known_done_ < most_) return true;
    known_done_ = done();
    if (sent - known_done_ < most_) return true;
    return wait(sent - most_ + (most_ + 7) / 8, stop);
  }
  /// Until all that were sent are done.
  [[nodiscard]] bool wait_for_all(std::uint64_t sent, const std::stop_token& stop) { return wait(sent, stop); }

  /// How many are done on each lane.
  [[nodiscard]] std::uint64_t done() const;

 private:
  struct alignas(64) Lane {
    std::atomic<std::uint64_t> done = 0;
  };
  static constexpr std::uint64_t kNobody = UINT64_MAX;

  void moved(std::uint64_t before, std::uint64_t count) {
    const std::uint64_t wanted = wanted_.load();
    if (before < wanted && count >= wanted) wake();
  }
  void wake();
  bool wait(std::uint64_t wanted, const std::stop_token& stop);

  const std::uint64_t most_;
  std::uint64_t known_done_ = 0;  // the sender's: never more than done()
  std::vector<Lane> lanes_;
  std::atomic<std::uint64_t> wanted_ = kNobody;  // what the sender waits for
  std::mutex mutex_;
  std::condition_variable_any changed_;
};

}  // namespace fanfare::cli
