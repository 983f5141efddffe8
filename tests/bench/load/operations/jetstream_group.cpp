// Four members that pull from one durable consumer with explicit acknowledgements. JetStream does not answer those, and
// keeps the consumer's state in memory for a while before it writes it.

#include <memory>
#include <stdexcept>

#include "tests/bench/load/operations/jetstream.hpp"
#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kNext = "$JS.API.CONSUMER.MSG.NEXT.bench.workers";

class Member {
 public:
  Member(const std::string& address, std::size_t index)
      : nats_(address), inbox_("_INBOX.member." + std::to_string(index)) {
    nats_.subscribe(inbox_, 1);
    pull(kMemberInFlight);
  }

  void work(std::vector<Run>& done) {
    nats_.socket().fill();
    while (const auto message = nats_.next()) {
      // A pull ends by itself after a long time only; here it is used up first.
      if (!message->headers.empty() || message->reply.empty()) {
        throw std::runtime_error("a pull has ended: " + std::string(message->headers));
      }
      // $JS.ACK.<stream>.<consumer>.<deliveries>.…
      if (!message->reply.starts_with("$JS.ACK.bench.workers.1.")) throw std::runtime_error("a message came again");
      done.push_back({number_of(message->payload)});
      nats_.publish(message->reply, {}, "+ACK");
      --asked_for_;
    }
    if (asked_for_ <= kMemberInFlight / 2) pull(kMemberInFlight - asked_for_);
    nats_.socket().flush();
  }

  [[nodiscard]] StreamSocket& socket() { return nats_.socket(); }

 private:
  void pull(std::uint32_t count) {
    nats_.publish(kNext, inbox_, R"({"batch":)" + std::to_string(count) + R"(,"expires":600000000000})");
    nats_.socket().flush();
    asked_for_ += count;
  }

  NatsConnection nats_;
  std::string inbox_;
  std::uint32_t asked_for_ = 0;
};

class JetStreamGroup final : public Operations {
 public:
  explicit JetStreamGroup(const Work& work)
      : nats_(work.addresses.at(0)), publisher_((make_stream(nats_), nats_), work.size), sockets_{&nats_.socket()} {
    nats_.manage("CONSUMER.DURABLE.CREATE.bench.workers",
                 R"({"stream_name":"bench","config":{"durable_name":"workers","deliver_policy":"all",)"
                 R"("ack_policy":"explicit","ack_wait":30000000000,"max_ack_pending":65536,"max_waiting":512}})");
    for (std::size_t index = 0; index < kMembers; ++index) {
      sockets_.push_back(&members_.emplace_back(std::make_unique<Member>(work.addresses.at(0), index))->socket());
    }
  }

  bool start(std::uint64_t number) override {
    publisher_.publish(number);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    nats_.socket().flush();
    wait(sockets_, deadline);
    nats_.socket().fill();
    while (const auto message = nats_.next()) static_cast<void>(JetStreamPublisher::acknowledged(*message));
    for (const auto& member : members_) member->work(done);
  }

  std::string disagreement(std::uint64_t started) override {
    // Acknowledgements are not answered: ask until the last one has been taken.
    std::string info;
    for (const auto deadline = Clock::now() + std::chrono::seconds(30); Clock::now() < deadline;) {
      info = nats_.manage("CONSUMER.INFO.bench.workers", "");
      const auto floor = info.substr(std::min(info.find(R"("ack_floor")"), info.size()));
      if (number_in(info, "num_ack_pending") == 0 && number_in(info, "num_pending") == 0 &&
          number_in(floor, "stream_seq") == static_cast<long long>(started)) {
        return "";
      }
    }
    return info;
  }

 private:
  NatsConnection nats_;
  JetStreamPublisher publisher_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<StreamSocket*> sockets_;
};

}  // namespace

MadeOperations jetstream_group(const Work& work) { return std::make_unique<JetStreamGroup>(work); }

}  // namespace fanfare::load
