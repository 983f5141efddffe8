// A group over the stream `bench`: a session that publishes and one for each member. What a DELIVER brings is named,
// message by message, in one ACK, whose OK comes when that is synced.

#include <memory>
#include <stdexcept>

#include "protocol/record.hpp"
#include "tests/bench/load/operations/frames_publisher.hpp"
#include "tests/bench/load/operations/frames_rows.hpp"
#include "tests/bench/load/operations/make_operations.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kGroup = "workers";

class Member {
 public:
  explicit Member(const Work& work) : session_(work, "bench-member") {
    session_.ask<protocol::Ok>(protocol::Join{.request = ++requests_,
                                              .handle = kHandle,
                                              .max_in_flight = kMemberInFlight,
                                              .group = kGroup,
                                              .pattern = kStoredTopic},
                               [](const protocol::Ok&) {});
  }

  void work(std::vector<Run>& done) {
    session_.receive([&](const protocol::RawCommand& command) {
      if (command.type == protocol::CommandType::deliver) handle(command, done);
      if (command.type == protocol::CommandType::ok) take_ok(command);
      if (command.type == protocol::CommandType::revoke) throw std::runtime_error("a delivery was taken back");
    });
    session_.flush();
  }

  [[nodiscard]] bool settled() const { return unanswered_ == 0; }
  [[nodiscard]] StreamSocket& socket() { return session_.socket(); }

 private:
  static constexpr protocol::Handle kHandle = 1;

  void handle(const protocol::RawCommand& command, std::vector<Run>& done) {
    const auto deliver = protocol::decode<protocol::Deliver>(command.body);
    if (!deliver || deliver->attempts.size() != deliver->count) throw std::runtime_error("a malformed DELIVER came");
    ack_.entries.clear();
    auto rest = std::string_view(deliver->records);
    for (const auto attempt : deliver->attempts) {
      const auto record = protocol::next_record(rest);
      if (!record || attempt != 1) throw std::runtime_error("a message came again, or is malformed");
      done.push_back({number_of(record->content.payload)});
      ack_.entries.push_back({record->sequence, attempt});
    }
    ack_.request = ++requests_;
    ack_.handle = kHandle;
    ack_.epoch = deliver->epoch;
    protocol::append_command(session_.frame(), ack_);
    ++unanswered_;
  }

  void take_ok(const protocol::RawCommand& command) {
    const auto ok = protocol::decode<protocol::Ok>(command.body);
    if (!ok || !ok->positions.empty()) throw std::runtime_error("an acknowledgement was stale");
    --unanswered_;
  }

  FramesSession session_;
  protocol::RequestNumber requests_ = 0;
  protocol::Ack ack_;
  std::uint64_t unanswered_ = 0;
};

class FanfareGroup final : public Operations {
 public:
  explicit FanfareGroup(const Work& work)
      : session_(work, "bench"), publisher_(session_, kStoredTopic, work.size), sockets_{&session_.socket()} {
    for (std::size_t each = 0; each < kMembers; ++each) {
      sockets_.push_back(&members_.emplace_back(std::make_unique<Member>(work))->socket());
    }
  }

  bool start(std::uint64_t number) override { return publisher_.publish(number); }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    session_.flush();
    wait(sockets_, deadline);
    session_.receive([](const protocol::RawCommand&) {});
    for (const auto& member : members_) member->work(done);
  }

  std::string disagreement(std::uint64_t started) override {
    std::vector<Run> none;
    const auto deadline = Clock::now() + std::chrono::seconds(30);
    for (const auto& member : members_) {
      while (!member->settled()) advance(none, deadline);
    }
    const auto row = row_of(session_, protocol::QueryKind::groups, "group", kGroup);
    const auto floor = value_of(row, "floor");
    const auto pending = value_of(row, "pending");
    if (none.empty() && floor == std::to_string(started) && pending == "0") return "";
    return "the group is finished up to " + floor + ", pending " + pending;
  }

 private:
  FramesSession session_;
  FramesPublisher publisher_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<StreamSocket*> sockets_;
};

}  // namespace

MadeOperations fanfare_group(const Work& work) { return std::make_unique<FanfareGroup>(work); }

}  // namespace fanfare::load
