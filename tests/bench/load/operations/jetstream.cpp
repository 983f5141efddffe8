#include "tests/bench/load/operations/jetstream.hpp"

#include <stdexcept>

#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kInbox = "_INBOX.acks.";
constexpr std::size_t kDigits = 12;

}  // namespace

void make_stream(NatsConnection& nats) {
  nats.manage("STREAM.CREATE.bench", R"({"name":"bench","subjects":["bench.load"],"storage":"file",)"
                                     R"("retention":"limits","max_consumers":-1,"max_msgs":-1,"max_bytes":-1,)"
                                     R"("discard":"old","num_replicas":1})");
}

JetStreamPublisher::JetStreamPublisher(NatsConnection& nats, std::size_t size) : nats_(nats) {
  nats_.subscribe(std::string(kInbox) + "*", 1);
  command_.append("PUB bench.load ").append(kInbox);
  number_at_ = command_.size();
  command_.append(kDigits, '0').append(" ").append(std::to_string(size)).append("\r\n");
  payload_at_ = command_.size();
  command_.append(make_payload(size)).append("\r\n");
}

void JetStreamPublisher::publish(std::uint64_t number) {
  auto rest = number;
  for (auto at = number_at_ + kDigits; at > number_at_; rest /= 10) command_[--at] = static_cast<char>('0' + rest % 10);
  set_number(command_.data() + payload_at_, number);
  nats_.socket().send_small(command_);
}

std::uint64_t JetStreamPublisher::acknowledged(const NatsConnection::Message& message) {
  std::uint64_t number = 0;
  if (!message.subject.starts_with(kInbox)) throw std::runtime_error("a message of another subject came");
  for (const auto digit : message.subject.substr(kInbox.size())) {
    number = 10 * number + static_cast<std::uint64_t>(digit - '0');
  }
  // The only publisher of a new stream: its publishes are at 1, 2, 3 …
  if (number_in(message.payload, "seq") != static_cast<long long>(number + 1)) {
    throw std::runtime_error("JetStream answers a publish: " + std::string(message.payload));
  }
  return number;
}

}  // namespace fanfare::load
