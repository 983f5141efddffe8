#include "tests/bench/load/operations/rabbitmq.hpp"

#include <stdexcept>

#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::uint16_t kHasDeliveryMode = 1U << 12U;
constexpr std::uint8_t kPersistent = 2;

}  // namespace

RabbitPublisher::RabbitPublisher(AmqpConnection& amqp, std::size_t size)
    : amqp_(amqp),
      frames_(AmqpConnection::publish_frames(kRabbitQueue, AmqpFields().u16(kHasDeliveryMode).u8(kPersistent),
                                             make_payload(size))),
      payload_at_(frames_.size() - 1 - size) {
  amqp_.declare_queue(kRabbitQueue);
  amqp_.confirm();
}

void RabbitPublisher::publish(std::uint64_t number) {
  set_number(frames_.data() + payload_at_, number);
  amqp_.socket().send_small(frames_);
}

void RabbitPublisher::confirmed(const AmqpConnection::Message& message, std::vector<Run>& done) {
  if (message.method != AmqpMethod::basic_ack) throw std::runtime_error("a publish was not confirmed");
  AmqpReader reader(message.arguments);
  const auto tag = reader.u64();
  const bool multiple = reader.u8() != 0;
  if (tag == 0) throw std::runtime_error("a confirm of nothing came");
  if (!multiple && tag - 1 > confirmed_below_) {
    if (!confirmed_ahead_.insert(tag - 1).second) throw std::runtime_error("a publish was confirmed twice");
    done.push_back({tag - 1});
    return;
  }
  if (tag - 1 < confirmed_below_) throw std::runtime_error("a publish was confirmed twice");
  // Up to the tag, but for those that were confirmed by themselves; those behind it go on from there.
  for (; confirmed_below_ < tag || confirmed_ahead_.contains(confirmed_below_); ++confirmed_below_) {
    if (confirmed_ahead_.erase(confirmed_below_) == 0) done.push_back({confirmed_below_});
  }
}

}  // namespace fanfare::load
