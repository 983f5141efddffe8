// Direct reply-to (https://www.rabbitmq.com/docs/direct-reply-to): requests through a queue, replies past any.

#include <stdexcept>

#include "tests/bench/load/operations/amqp_connection.hpp"
#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kQueue = "bench-echo";
constexpr std::string_view kReplies = "amq.rabbitmq.reply-to";
constexpr std::uint16_t kHasReplyTo = 1U << 9U;

class RabbitRequest final : public Operations {
 public:
  explicit RabbitRequest(const Work& work)
      : service_(work.addresses.at(0)),
        caller_(work.addresses.at(0)),
        frames_(AmqpConnection::publish_frames(kQueue, AmqpFields().u16(kHasReplyTo).short_text(kReplies),
                                               make_payload(work.size))),
        payload_at_(frames_.size() - 1 - work.size) {
    service_.declare_queue(kQueue);
    service_.consume(kQueue, 0);
    caller_.consume(kReplies, 0);
  }

  bool start(std::uint64_t number) override {
    set_number(frames_.data() + payload_at_, number);
    caller_.socket().send_small(frames_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    caller_.socket().flush();
    StreamSocket* const sockets[] = {&caller_.socket(), &service_.socket()};
    wait(sockets, deadline);
    service_.socket().fill();
    while (const auto request = service_.next()) serve(*request);
    service_.socket().flush();
    caller_.socket().fill();
    while (const auto reply = caller_.next()) done.push_back({number_of(reply->body)});
  }

  std::string disagreement(std::uint64_t started) override {
    return served_ == started ? "" : "the service had " + std::to_string(served_);
  }

 private:
  void serve(const AmqpConnection::Message& request) {
    AmqpReader properties(request.properties);
    if (properties.u16() != kHasReplyTo) throw std::runtime_error("a request came with other properties");
    service_.socket().send_small(
        AmqpConnection::publish_frames(properties.short_text(), AmqpFields().u16(0), request.body));
    ++served_;
  }

  AmqpConnection service_;
  AmqpConnection caller_;
  std::string frames_;
  std::size_t payload_at_;
  std::uint64_t served_ = 0;
};

}  // namespace

MadeOperations rabbitmq_request(const Work& work) { return std::make_unique<RabbitRequest>(work); }

}  // namespace fanfare::load
