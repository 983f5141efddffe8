// Persistent messages to a durable classic queue. RabbitMQ confirms one when it is on the disk.

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/rabbitmq.hpp"

namespace fanfare::load {
namespace {

class RabbitDurable final : public Operations {
 public:
  explicit RabbitDurable(const Work& work) : amqp_(work.addresses.at(0)), publisher_(amqp_, work.size) {}

  bool start(std::uint64_t number) override {
    publisher_.publish(number);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    amqp_.socket().flush();
    wait(amqp_.socket(), deadline);
    amqp_.socket().fill();
    while (const auto message = amqp_.next()) publisher_.confirmed(*message, done);
  }

  std::string disagreement(std::uint64_t started) override {
    const auto held = amqp_.declare_queue(kRabbitQueue);
    return held == started ? "" : "the queue holds " + std::to_string(held);
  }

 private:
  AmqpConnection amqp_;
  RabbitPublisher publisher_;
};

}  // namespace

MadeOperations rabbitmq_durable(const Work& work) { return std::make_unique<RabbitDurable>(work); }

}  // namespace fanfare::load
