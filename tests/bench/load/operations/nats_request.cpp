// Requests as the newer clients of NATS make them: one inbox with a wild card for all replies of a connection.

#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/nats_connection.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kInbox = "_INBOX.replies.";

class NatsRequest final : public Operations {
 public:
  explicit NatsRequest(const Work& work)
      : service_(work.addresses.at(0)), caller_(work.addresses.at(0)), payload_(make_payload(work.size)) {
    service_.subscribe("bench.echo", 1);
    caller_.subscribe(std::string(kInbox) + "*", 1);
  }

  bool start(std::uint64_t number) override {
    set_number(payload_.data(), number);
    caller_.publish("bench.echo", std::string(kInbox) + std::to_string(number), payload_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    caller_.socket().flush();
    StreamSocket* const sockets[] = {&caller_.socket(), &service_.socket()};
    wait(sockets, deadline);
    service_.socket().fill();
    while (const auto request = service_.next()) {
      service_.publish(request->reply, {}, request->payload);
      ++served_;
    }
    service_.socket().flush();
    caller_.socket().fill();
    while (const auto reply = caller_.next()) {
      const auto number = number_of(reply->payload);
      if (reply->subject.substr(kInbox.size()) != std::to_string(number)) {
        throw std::runtime_error("a reply that does not fit its request came");
      }
      done.push_back({number});
    }
  }

  std::string disagreement(std::uint64_t started) override {
    return served_ == started ? "" : "the service had " + std::to_string(served_);
  }

 private:
  NatsConnection service_;
  NatsConnection caller_;
  std::string payload_;
  std::uint64_t served_ = 0;
};

}  // namespace

MadeOperations nats_request(const Work& work) { return std::make_unique<NatsRequest>(work); }

}  // namespace fanfare::load
