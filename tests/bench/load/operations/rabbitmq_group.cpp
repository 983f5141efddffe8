// Four consumers of one durable classic queue; each message is acknowledged by itself, which RabbitMQ does not answer.

#include <memory>
#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"
#include "tests/bench/load/operations/rabbitmq.hpp"

namespace fanfare::load {
namespace {

class Member {
 public:
  explicit Member(const std::string& address) : amqp_(address) { amqp_.consume(kRabbitQueue, kMemberInFlight); }

  void work(std::vector<Run>& done) {
    amqp_.socket().fill();
    while (const auto message = amqp_.next()) {
      if (message->method != AmqpMethod::basic_deliver) throw std::runtime_error("an unexpected method of AMQP came");
      AmqpReader reader(message->arguments);
      reader.short_text();
      const auto tag = reader.u64();
      if (reader.u8() != 0) throw std::runtime_error("a message came again");
      done.push_back({number_of(message->body)});
      amqp_.acknowledge(tag);
    }
    amqp_.socket().flush();
  }

  /// Returns when the server has taken all that was sent to it.
  void round_trip() { amqp_.set_prefetch(kMemberInFlight); }

  [[nodiscard]] StreamSocket& socket() { return amqp_.socket(); }

 private:
  AmqpConnection amqp_;
};

class RabbitGroup final : public Operations {
 public:
  explicit RabbitGroup(const Work& work)
      : amqp_(work.addresses.at(0)), publisher_(amqp_, work.size), sockets_{&amqp_.socket()} {
    for (std::size_t each = 0; each < kMembers; ++each) {
      sockets_.push_back(&members_.emplace_back(std::make_unique<Member>(work.addresses.at(0)))->socket());
    }
  }

  bool start(std::uint64_t number) override {
    publisher_.publish(number);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    amqp_.socket().flush();
    wait(sockets_, deadline);
    amqp_.socket().fill();
    while (const auto message = amqp_.next()) publisher_.confirmed(*message, confirmed_);
    confirmed_.clear();
    for (const auto& member : members_) member->work(done);
  }

  std::string disagreement(std::uint64_t /*started*/) override {
    // A wrong acknowledgement would have closed its channel by now.
    for (const auto& member : members_) member->round_trip();
    const auto left = amqp_.declare_queue(kRabbitQueue);
    return left == 0 ? "" : std::to_string(left) + " messages are left";
  }

 private:
  AmqpConnection amqp_;
  RabbitPublisher publisher_;
  std::vector<Run> confirmed_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<StreamSocket*> sockets_;
};

}  // namespace

MadeOperations rabbitmq_group(const Work& work) { return std::make_unique<RabbitGroup>(work); }

}  // namespace fanfare::load
