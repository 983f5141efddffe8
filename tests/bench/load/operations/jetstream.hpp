#pragma once
// What both works on JetStream share: the stream, and publishes that ask for their acknowledgement. One thread.

#include <string>

#include "tests/bench/load/operations/nats_connection.hpp"
#include "tests/bench/load/operations/operations.hpp"

namespace fanfare::load {

/// The stream `bench` over `bench.load`, on file, with JetStream's defaults.
void make_stream(NatsConnection& nats);

/// PUB lines that differ in the number in their reply subject and payload only.
class JetStreamPublisher {
 public:
  JetStreamPublisher(NatsConnection& nats, std::size_t size);

  void publish(std::uint64_t number);
  /// The number of the publish that `message` acknowledges; throws when it was refused or is not where it should be.
  static std::uint64_t acknowledged(const NatsConnection::Message& message);

 private:
  NatsConnection& nats_;
  std::string command_;
  std::size_t number_at_;
  std::size_t payload_at_;
};

}  // namespace fanfare::load
