// REQUEST and REPLY through the broker: a session that asks and one that serves.

#include <stdexcept>

#include "protocol/content.hpp"
#include "tests/bench/load/operations/frames_session.hpp"
#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kTopic = "bench.echo";

class FanfareRequest final : public Operations {
 public:
  explicit FanfareRequest(const Work& work) : service_(work, "bench-service"), caller_(work, "bench-caller") {
    service_.ask<protocol::Ok>(protocol::Serve{.request = 1, .handle = 1, .max_in_flight = 0, .pattern = kTopic},
                               [](const protocol::Ok&) {});
    const auto payload = make_payload(work.size);
    // With an id, as the SDK sends it.
    std::string content;
    protocol::append_content(content, {.id = Uuid{{1}}, .actor = {}, .headers = {}, .payload = payload});
    protocol::append_command(command_, protocol::Request{.request = 1,
                                                         .timeout_ms = 30'000,
                                                         .flags = protocol::message_flags::kId,
                                                         .topic = kTopic,
                                                         .content = std::string_view(content)});
    payload_at_ = command_.size() - payload.size();
  }

  bool start(std::uint64_t number) override {
    if (!caller_.may_send(command_.size())) return false;
    protocol::store(command_.data() + protocol::kCommandHeaderSize, number + 1);
    protocol::store(command_.data() + payload_at_ - sizeof number, number);  // the end of the id
    set_number(command_.data() + payload_at_, number);
    caller_.frame().append(command_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    caller_.flush();
    StreamSocket* const sockets[] = {&caller_.socket(), &service_.socket()};
    wait(sockets, deadline);
    service_.receive([this](const protocol::RawCommand& command) {
      if (command.type == protocol::CommandType::request) serve(command);
    });
    service_.flush();
    caller_.receive([&](const protocol::RawCommand& command) {
      if (command.type == protocol::CommandType::reply) take(command, done);
    });
  }

  std::string disagreement(std::uint64_t started) override {
    return served_ == started ? "" : "the service had " + std::to_string(served_);
  }

 private:
  void serve(const protocol::RawCommand& command) {
    const auto request = protocol::decode<protocol::ServiceRequest>(command.body);
    if (!request) throw std::runtime_error("a malformed REQUEST came");
    const auto content =
        protocol::split_content(request->content, request->flags, request->actor_size, request->headers_size);
    if (!content) throw std::runtime_error("a REQUEST with malformed content came");
    const protocol::Reply reply{.number = request->exchange, .content = content->payload};
    if (!service_.may_send(protocol::kCommandHeaderSize + kReplyFields + content->payload.size())) {
      throw std::runtime_error("no credit for a reply");
    }
    protocol::append_command(service_.frame(), reply);
    ++served_;
  }

  static void take(const protocol::RawCommand& command, std::vector<Run>& done) {
    const auto reply = protocol::decode<protocol::Reply>(command.body);
    if (!reply || reply->flags != 0 || number_of(reply->content) + 1 != reply->number) {
      throw std::runtime_error("a reply that does not fit its request came");
    }
    done.push_back({reply->number - 1});
  }

  static constexpr std::size_t kReplyFields = 8 + 1 + 2;

  FramesSession service_;
  FramesSession caller_;
  std::string command_;
  std::size_t payload_at_ = 0;
  std::uint64_t served_ = 0;
};

}  // namespace

MadeOperations fanfare_request(const Work& work) { return std::make_unique<FanfareRequest>(work); }

}  // namespace fanfare::load
