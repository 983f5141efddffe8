#include <gtest/gtest.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

/// All rows of a query, asked for page by page.
std::vector<Headers> rows(CoreDriver& driver, protocol::QueryKind kind, std::uint32_t limit = 0) {
  const auto peer = driver.peer("asker");
  std::vector<Headers> rows;
  std::string cursor;
  for (bool last = false; !last;) {
    driver.from(
        peer,
        protocol::Query{.request = ++driver.request, .kind = kind, .limit = limit, .cursor = std::string_view(cursor)});
    const auto got = driver.expect<protocol::Page>(peer);
    const auto page = got.as<protocol::Page>();
    EXPECT_EQ(page.kind, protocol::PageKind::rows);
    EXPECT_TRUE(limit == 0 || page.count <= limit);
    auto rest = std::string_view(page.content);
    for (std::uint32_t i = 0; i < page.count; ++i) {
      const auto size = protocol::load<std::uint16_t>(rest.data());
      rows.push_back(protocol::decode_headers(rest.substr(2, size)).value());
      rest.remove_prefix(2U + size);
    }
    EXPECT_TRUE(rest.empty());
    cursor = page.next;
    last = (page.flags & protocol::Page::kLast) != 0;
  }
  driver.from(peer, protocol::Bye{});
  return rows;
}

TEST(Query, ShowsTheBrokerInOneRow) {
  CoreDriver driver;
  driver.publish(driver.peer(), "chat.a", "x");
  const auto all = rows(driver, protocol::QueryKind::broker);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("messages_published"), "1");
  EXPECT_EQ(all[0].at("state"), "ready");
  EXPECT_EQ(all[0].at("sessions"), "2");
}

TEST(Query, ShowsWhatTheProcessUsesWhereThereIsOne) {
  CoreDriver driver;
  EXPECT_FALSE(rows(driver, protocol::QueryKind::broker).at(0).contains("memory_bytes"));
  driver.usage = ProcessUsage{.cpu_microseconds = 5, .memory_bytes = 7};
  const auto row = rows(driver, protocol::QueryKind::broker).at(0);
  EXPECT_EQ(row.at("cpu_microseconds"), "5");
  EXPECT_EQ(row.at("memory_bytes"), "7");
}

TEST(Query, GivesRowsPageByPage) {
  CoreDriver driver;
  for (const auto* name : {"one", "two", "three"}) driver.subscribe(driver.peer(name), "a.b");
  const auto sessions = rows(driver, protocol::QueryKind::sessions, 1);
  ASSERT_EQ(sessions.size(), 4U);
  EXPECT_EQ(sessions[1].at("name"), "two");
  EXPECT_EQ(rows(driver, protocol::QueryKind::subscriptions, 2).size(), 3U);
}

TEST(Query, ShowsStreamsAndServices) {
  CoreDriver driver;
  driver.publish(driver.peer(), "chat.a", "x");
  driver.from(driver.peer("worker"), protocol::Serve{.request = 1, .handle = 1, .max_in_flight = 3, .pattern = "s.>"});
  const auto streams = rows(driver, protocol::QueryKind::streams);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0].at("head"), "1");
  EXPECT_EQ(streams[0].at("topics"), "chat.>");
  EXPECT_EQ(streams[0].at("topic_count"), "1");
  EXPECT_EQ(streams[0].at("first"), "1");
  EXPECT_EQ(streams[0].at("oldest"), std::to_string(driver.now.clock));
  EXPECT_EQ(streams[0].at("uncommitted_bytes"), "0");
  const auto services = rows(driver, protocol::QueryKind::services);
  ASSERT_EQ(services.size(), 1U);
  EXPECT_EQ(services[0].at("pattern"), "s.>");
  EXPECT_EQ(services[0].at("max_in_flight"), "3");
}

TEST(Query, IsRefusedWhenItsAnswersAreNotRead) {
  auto settings = CoreDriver::settings();
  settings.outbox = 1'000;
  CoreDriver driver(settings);
  const auto peer = driver.peer("deaf", 0);
  for (int i = 0; i < 20; ++i) {
    driver.from(peer, protocol::Query{.request = ++driver.request, .kind = protocol::QueryKind::streams});
  }
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::too_many_requests);
}

TEST(Query, TakesANonsenseCursorAsTheBeginning) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.from(peer, protocol::Query{.request = 1, .kind = protocol::QueryKind::streams, .cursor = "nonsense"});
  EXPECT_EQ(driver.expect<protocol::Page>(peer).as<protocol::Page>().count, 2U);
}

}  // namespace
}  // namespace fanfare::broker::core
