// As many groups, members and unacknowledged messages as the issue asks for, through the whole core.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/broker/group_members.hpp"

namespace fanfare::broker::core {
namespace {

constexpr int kManyGroups = 100;
constexpr int kMembersPerGroup = 10;
#ifdef __OPTIMIZE__
constexpr int kMessages = 10'000;
#else
constexpr int kMessages = 1'000;  // the same with a tenth, where it would take half a minute
#endif
constexpr int kMessagesAtOnce = 1'000;  // within the credit that a session begins with
constexpr std::uint32_t kInFlight = kMessages / kMembersPerGroup;

/// Counts what members are handed and forgets it.
class ScaledDriver final : public CoreDriver {
 public:
  using CoreDriver::CoreDriver;

  void send(ConnectionId to, SharedFrame frame) override {
    protocol::FrameReader reader(*frame);
    while (const auto raw = reader.next()) {
      if (raw->type == protocol::CommandType::deliver) {
        const auto deliver = protocol::decode<protocol::Deliver>(raw->body).value();
        delivered += deliver.count;
        auto records = std::string_view(deliver.records);
        for (RecordView record; cut_record(records, record);) last[to] = {record.sequence, deliver.epoch};
      } else if (raw->type == protocol::CommandType::ok) {
        ++answered;
      }
    }
    if (keeps) CoreDriver::send(to, frame);
  }

  std::uint64_t delivered = 0;
  std::uint64_t answered = 0;
  std::map<ConnectionId, std::pair<std::uint64_t, Uuid>> last;
  bool keeps = true;
};

TEST(GroupsScale, AHundredGroupsHandAThousandMembersAllTheyTake) {
  ScaledDriver driver{GroupMember::settings()};
  const auto publisher = driver.peer("publisher");
  const auto begin = std::chrono::steady_clock::now();
  std::vector<ConnectionId> members;
  for (int i = 0; i < kManyGroups * kMembersPerGroup; ++i) {
    members.push_back(driver.peer("member"));
    const auto name = "group" + std::to_string(i / kMembersPerGroup);
    auto join = GroupMember::join("chat.>", name);
    join.request = ++driver.request;
    join.max_in_flight = kInFlight;
    driver.from(members.back(), join);
  }
  driver.keeps = false;
  driver.raw(publisher, protocol::make_frame(protocol::Topic{.number = 1, .name = "chat.a"}));
  for (int i = 0; i < kMessages;) {
    std::string frame(protocol::kFrameHeader);
    do {
      protocol::append_command(frame, protocol::Publish{.request = ++driver.request, .topic = 1, .content = "payload"});
    } while (++i % kMessagesAtOnce > 0);
    driver.raw(publisher, frame);
  }
  while (driver.core().next_deadline() == std::chrono::microseconds::zero()) driver.core().settle(driver.now);
  EXPECT_EQ(driver.delivered, std::uint64_t{kManyGroups} * kMessages);
  const auto handed = std::chrono::steady_clock::now();

  driver.answered = 0;
  for (const auto member : members) {
    // Everybody took in turn, so the last one has the last sequence.
    const auto [sequence, epoch] = driver.last.at(member);
    driver.from(member, protocol::Ack{.request = ++driver.request,
                                      .handle = 7,
                                      .flags = protocol::Ack::kCumulative,
                                      .epoch = epoch,
                                      .entries = {{sequence, 1}}});
  }
  while (driver.core().next_deadline() == std::chrono::microseconds::zero()) driver.core().settle(driver.now);
  EXPECT_EQ(driver.answered, members.size());
  const auto done = std::chrono::steady_clock::now();
  const auto ms = [](auto time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); };
  std::printf("handed over in %lld ms, acknowledged in %lld ms\n", static_cast<long long>(ms(handed - begin)),
              static_cast<long long>(ms(done - handed)));

  driver.keeps = true;
  driver.from(publisher, protocol::Query{.request = ++driver.request, .kind = protocol::QueryKind::groups});
  const auto got = driver.expect<protocol::Page>(publisher);
  const auto page = got.as<protocol::Page>();
  ASSERT_EQ(page.count, static_cast<std::uint32_t>(kManyGroups));
  protocol::Reader reader(page.content);
  for (int i = 0; i < kManyGroups; ++i) {
    protocol::LongText row;
    reader(row);
    const auto headers = *protocol::decode_headers(row);
    EXPECT_EQ(headers.at("pending"), "0");
    EXPECT_EQ(headers.at("floor"), std::to_string(kMessages));
  }
}

}  // namespace
}  // namespace fanfare::broker::core
