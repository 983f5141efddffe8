#include "broker/core/fetches.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/subscriber.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::Page;
using testing::ElementsAre;
using testing::IsEmpty;

class FetchTest : public testing::Test {
 protected:
  FetchTest() : driver(CoreDriver::settings(), &journal), peer(driver.peer()) {}

  Position publish(const std::string& topic, const std::string& payload) {
    driver.publish(peer, topic, payload);
    const auto range = driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0);
    return {range.epoch, range.sequence};
  }

  struct Read {
    std::uint8_t flags = 0;
    protocol::StreamPosition through;
    std::vector<std::string> payloads;
  };

  Read page() {
    const auto got = driver.expect<Page>(peer);
    const auto page = got.as<Page>();
    Read read{.flags = page.flags, .through = page.through, .payloads = {}};
    auto records = std::string_view(page.content);
    while (const auto record = protocol::next_record(records)) read.payloads.emplace_back(record->content.payload);
    EXPECT_EQ(read.payloads.size(), page.count);
    return read;
  }

  Read fetch(protocol::Fetch command) {
    command.request = ++driver.request;
    driver.from(peer, command);
    return page();
  }

  WaitingJournal journal;
  CoreDriver driver;
  ConnectionId peer;
};

TEST_F(FetchTest, ReadsOnPageByPage) {
  for (int i = 1; i <= 7; ++i) publish(i % 2 == 0 ? "chat.b" : "chat.a", std::to_string(i));
  protocol::Fetch command{.from = protocol::From::all, .max_count = 3, .pattern = "chat.>"};
  auto read = fetch(command);
  EXPECT_THAT(read.payloads, ElementsAre("1", "2", "3"));
  EXPECT_EQ(read.flags, Page::kRecovered);
  command.from = protocol::From::after;
  command.position = read.through.position;
  read = fetch(command);
  EXPECT_THAT(read.payloads, ElementsAre("4", "5", "6"));
  command.position = read.through.position;
  command.pattern = "chat.a";
  read = fetch(command);
  EXPECT_THAT(read.payloads, ElementsAre("7"));
  EXPECT_EQ(read.flags, Page::kRecovered | Page::kLast);
  EXPECT_EQ(read.through.position.sequence, 7U);
  command.position = read.through.position;
  EXPECT_THAT(fetch(command).payloads, IsEmpty());
  EXPECT_EQ(journal.readers, 0);
}

TEST_F(FetchTest, GivesAtLeastOneRecordAndNoMoreBytesThanAsked) {
  for (int i = 1; i <= 3; ++i) publish("chat.a", std::string(1'000, static_cast<char>('0' + i)));
  EXPECT_EQ(fetch({.max_bytes = 1, .pattern = "chat.>"}).payloads.size(), 1U);
  EXPECT_EQ(fetch({.max_bytes = 2'500, .pattern = "chat.>"}).payloads.size(), 2U);
}

TEST_F(FetchTest, AnnouncesTheTopicsOfItsRecordsBefore) {
  publish("chat.a", "1");
  const auto reader = driver.peer("reader");
  driver.from(reader, protocol::Fetch{.request = 1, .pattern = "chat.>"});
  const auto got = driver.take(reader);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].as<protocol::Topic>().name, "chat.a");
  EXPECT_EQ(got[1].type, protocol::CommandType::page);
}

TEST_F(FetchTest, TellsThatSomethingMayBeMissing) {
  const auto first = publish("chat.a", "1");
  for (const auto* payload : {"2", "3"}) publish("chat.a", payload);
  journal.memory().trim(1, 3);
  driver.core().settle(driver.now);
  const auto read = fetch({.from = protocol::From::after, .position = first, .pattern = "chat.>"});
  EXPECT_THAT(read.payloads, ElementsAre("3"));
  EXPECT_EQ(read.flags, Page::kLast);
}

TEST_F(FetchTest, AnswersWithTheHeadWhereNothingCanMatch) {
  const auto head = publish("chat.a", "1");
  for (const auto& command : {protocol::Fetch{.from = protocol::From::now, .pattern = "chat.>"},
                              protocol::Fetch{.from = protocol::From::after, .position = head, .pattern = "chat.>"},
                              protocol::Fetch{.from = protocol::From::all, .pattern = "chat.other"}}) {
    const auto read = fetch(command);
    EXPECT_THAT(read.payloads, IsEmpty());
    EXPECT_EQ(read.flags, Page::kLast | Page::kRecovered);
    EXPECT_EQ(read.through.position, head);
  }
  EXPECT_EQ(journal.reads, 0);
}

TEST_F(FetchTest, IsRefusedBeyondSixteenOpenOnes) {
  publish("chat.a", "1");
  journal.holding = true;
  for (int i = 0; i < 17; ++i) driver.from(peer, protocol::Fetch{.request = ++driver.request, .pattern = "chat.>"});
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::too_many_requests);
  EXPECT_FALSE(driver.core().drained());
  while (!journal.answers.empty()) {
    journal.give();
    driver.core().settle(driver.now);
  }
  for (int i = 0; i < 16; ++i) EXPECT_THAT(page().payloads, ElementsAre("1"));
  EXPECT_THAT(fetch({.from = protocol::From::now, .pattern = "chat.>"}).payloads, IsEmpty());
}

TEST_F(FetchTest, OfAnEndedSessionLeavesNoReader) {
  publish("chat.a", "1");
  journal.holding = true;
  driver.from(peer, protocol::Fetch{.request = 90, .pattern = "chat.>"}, protocol::Bye{});
  EXPECT_EQ(journal.readers, 0);
}

}  // namespace
}  // namespace fanfare::broker::core
