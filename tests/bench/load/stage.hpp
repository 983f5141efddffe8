#pragma once
// One publisher and the subscribers of a run, with an inbox for each, on one thread. A work moves it: publish, wait,
// receive. Owned by the work; a work with threads of its own takes the endpoints apart.

#include <zmq.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "tests/bench/load/endpoints.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

class Stage {
 public:
  /// Subscribes everybody, and returns when everybody has received a probe; throws when that takes too long.
  Stage(const Work& work, System& system);

  [[nodiscard]] Publisher& publisher() { return *publisher_; }
  [[nodiscard]] Subscriber& subscriber(std::size_t index) { return *subscribers_[index]; }
  [[nodiscard]] Inbox& inbox(std::size_t index) { return inboxes_[index]; }

  /// Receives whatever has come; waits for the first of it, or until the publisher can go on, at most `patience`.
  void receive(std::chrono::milliseconds patience);

  /// Messages that every subscriber has.
  [[nodiscard]] std::uint64_t received_by_all() const;
  [[nodiscard]] std::uint64_t deliveries() const;
  /// Everybody has each of the messages 1 to `published`, once.
  [[nodiscard]] bool complete(std::uint64_t published) const;
  [[nodiscard]] bool in_order() const;

 private:
  void probe();

  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::vector<Inbox> inboxes_;
  std::unique_ptr<Publisher> publisher_;
  std::vector<zmq_pollitem_t> items_;  // the publisher, then the subscribers
};

}  // namespace fanfare::load
