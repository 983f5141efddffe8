#include "workers/persistence/journal_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace std::chrono_literals;
using test::patient;
using testing::HasSubstr;

class JournalReaderTest : public testing::Test {
 protected:
  const test::TemporaryFolder folder;
  const std::string address = "ipc://" + (folder.path() / "broker").string();
  Client client = Client::connect({.address = address, .name = "test"});
  JournalReader reader{client};
};

TEST_F(JournalReaderTest, WaitsForThePage) {
  const test::BrokerProcess broker(address, folder.path());
  const Ack first = client.publish("chat.a", "one").get();
  client.publish("chat.b", "two").get();
  const Ack last = client.publish("chat.a", "three").get();
  const auto deadline = JournalReader::Clock::now() + patient(10s);
  const Fetched all = reader.fetch("chat.a", {.from = From::all()}, deadline).value();
  ASSERT_EQ(all.messages.size(), 2U);
  EXPECT_EQ(all.messages[0].payload, "one");
  EXPECT_EQ(all.messages[1].position, last.position);
  EXPECT_EQ(all.through, last.position);
  EXPECT_TRUE(all.last);
  EXPECT_EQ(reader.fetch("chat.a", {.from = From::after(first.position)}, deadline).value().messages.size(), 1U);
}

TEST_F(JournalReaderTest, SaysWhatTheBrokerRefuses) {
  const test::BrokerProcess broker(address, folder.path());
  const auto page = reader.fetch("typing.a", {}, JournalReader::Clock::now() + patient(10s));
  ASSERT_TRUE(page.has_error());
  EXPECT_THAT(page.error().message, HasSubstr("ambiguous_stream"));
}

TEST_F(JournalReaderTest, WaitsForNoBrokerBeyondTheDeadline) {
  EXPECT_TRUE(reader.fetch("chat.a", {}, JournalReader::Clock::now() + 20ms).has_error());
  EXPECT_TRUE(reader.fetch("chat.a", {}, JournalReader::Clock::now() - 1s).has_error());
}

TEST_F(JournalReaderTest, InAHurryLetsGoOfWhoWaits) {
  auto waits =
      std::async(std::launch::async, [&] { return reader.fetch("chat.a", {}, JournalReader::Clock::now() + 1h); });
  reader.hurry(JournalReader::Clock::now());
  EXPECT_EQ(waits.wait_for(patient(5s)), std::future_status::ready);
  EXPECT_TRUE(waits.get().has_error());
  EXPECT_TRUE(reader.fetch("chat.a", {}, JournalReader::Clock::now() + 1h).has_error());
}

}  // namespace
}  // namespace fanfare::workers::persistence
