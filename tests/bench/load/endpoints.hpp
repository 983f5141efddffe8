#pragma once
// The ports between a work and a system under load. A system makes publishers and subscribers; a work drives them. None
// of their calls waits for the server: each does what can be done now, and interest() says what to wait for. One thread
// at a time uses an endpoint. Whatever goes wrong is an exception: there is no figure then.

#include <zmq.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "tests/bench/load/inbox.hpp"

namespace fanfare::load {

class Publisher {
 public:
  virtual ~Publisher() = default;

  /// Takes up to `count` messages, numbered from `first`, stamped with now; returns how many. Number 0 is a probe.
  virtual std::uint64_t publish(std::uint64_t first, std::uint64_t count) = 0;
  /// Sends on what was taken, and reads what came back.
  virtual void progress() = 0;
  /// Messages that the server said it has; where it says nothing, those that have left.
  [[nodiscard]] virtual std::uint64_t acknowledged() const = 0;
  [[nodiscard]] virtual zmq_pollitem_t interest() const = 0;
};

class Subscriber {
 public:
  virtual ~Subscriber() = default;

  /// Puts what has come into the inbox.
  virtual void receive(Inbox& inbox) = 0;
  [[nodiscard]] virtual zmq_pollitem_t interest() const = 0;
};

class System {
 public:
  virtual ~System() = default;

  [[nodiscard]] virtual std::unique_ptr<Publisher> publisher() = 0;
  /// Subscribed when it returns, as far as the system lets a client know.
  [[nodiscard]] virtual std::unique_ptr<Subscriber> subscriber(std::size_t index) = 0;
};

}  // namespace fanfare::load
