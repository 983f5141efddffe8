#pragma once
// What both works on a durable queue of RabbitMQ share: persistent publishes with confirms. One thread.

#include <set>
#include <string>
#include <vector>

#include "tests/bench/load/operations/amqp_connection.hpp"
#include "tests/bench/load/operations/operations.hpp"

namespace fanfare::load {

inline constexpr std::string_view kRabbitQueue = "bench";

class RabbitPublisher {
 public:
  /// Declares the queue, too.
  RabbitPublisher(AmqpConnection& amqp, std::size_t size);

  void publish(std::uint64_t number);
  /// Takes a confirm; appends the publishes it is for.
  void confirmed(const AmqpConnection::Message& message, std::vector<Run>& done);

 private:
  AmqpConnection& amqp_;
  std::string frames_;
  std::size_t payload_at_;
  std::uint64_t confirmed_below_ = 0;        // all publishes with lower numbers are
  std::set<std::uint64_t> confirmed_ahead_;  // and these
};

}  // namespace fanfare::load
