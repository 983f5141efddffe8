// Publishes to a stream on file. JetStream acknowledges when it has written them and syncs every two minutes.

#include "tests/bench/load/operations/jetstream.hpp"
#include "tests/bench/load/operations/make_operations.hpp"

namespace fanfare::load {
namespace {

class JetStreamDurable final : public Operations {
 public:
  explicit JetStreamDurable(const Work& work)
      : nats_(work.addresses.at(0)), publisher_((make_stream(nats_), nats_), work.size) {}

  bool start(std::uint64_t number) override {
    publisher_.publish(number);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    nats_.socket().flush();
    wait(nats_.socket(), deadline);
    nats_.socket().fill();
    while (const auto message = nats_.next()) done.push_back({JetStreamPublisher::acknowledged(*message)});
  }

  std::string disagreement(std::uint64_t started) override {
    const auto held = number_in(nats_.manage("STREAM.INFO.bench", ""), "messages");
    return held == static_cast<long long>(started) ? "" : "the stream holds " + std::to_string(held);
  }

 private:
  NatsConnection nats_;
  JetStreamPublisher publisher_;
};

}  // namespace

MadeOperations jetstream_durable(const Work& work) { return std::make_unique<JetStreamDurable>(work); }

}  // namespace fanfare::load
