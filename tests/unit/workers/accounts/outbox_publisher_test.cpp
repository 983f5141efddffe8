#include "workers/accounts/outbox_publisher.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <sstream>

#include "runtime/config/reader.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/common/new_id.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::accounts::test {
namespace {

using fanfare::test::eventually;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What was handed to the broker; the test says how that goes.
class RecordedChannel {
 public:
  OutboxChannel channel() {
    return {.is_ready = [this] { return is_ready.load(); },
            .publish = [this](const OutboxMessage& message, const Uuid& id) { return publish(message, id); }};
  }
  std::vector<std::pair<std::string, Uuid>> published() {
    const std::lock_guard lock(mutex_);
    return published_;
  }

  std::atomic<bool> is_ready = true;
  std::atomic<int> failures = 0;  ///< the next ones are not acknowledged

 private:
  std::future<Ack> publish(const OutboxMessage& message, const Uuid& id) {
    const std::lock_guard lock(mutex_);
    published_.emplace_back(message.topic, id);
    std::promise<Ack> ack;
    if (failures > 0) {
      --failures;
      ack.set_exception(std::make_exception_ptr(Error(ErrorCode::outcome_unknown)));
    } else {
      ack.set_value({});
    }
    return ack.get_future();
  }

  std::mutex mutex_;
  std::vector<std::pair<std::string, Uuid>> published_;
};

class OutboxPublisherTest : public testing::Test {
 protected:
  OutboxPublisherTest() {
    config.data_dir = folder.path();
    database = store::Database::open(config).value();
    database->migrate().value();
    stores = open().value();
    add_person(anna);
    add_person(paul);
  }
  runtime::Result<std::unique_ptr<store::AccountStores>> open() { return database->account_stores(); }
  void add_person(const Uuid& id) {
    const std::string name = id.to_string();
    const store::NewSession session{common::new_id({}), id, runtime::crypto::digest(name), {}, {}};
    stores->people().add({{{id, name, name}, {}, {}}, name, name, name, "hash"}, session).value();
  }
  /// Three rows of the outbox.
  Uuid add_conversation() {
    const Uuid id = common::new_id(common::TimePoint(seconds(++made)));
    stores->conversations().create({.id = id, .title = "r", .founder = anna, .others = {paul}}).value();
    return id;
  }
  std::unique_ptr<OutboxPublisher> start(RecordedChannel& channel, const std::string& holder = "a") {
    return std::make_unique<OutboxPublisher>(
        OutboxPublisher::Options{.holder = holder, .poll = milliseconds(5), .back_off = milliseconds(5)},
        [this] { return open(); }, channel.channel(), log);
  }
  bool is_empty() { return stores->outbox().pending(1).value().empty(); }

  const fanfare::test::TemporaryFolder folder;
  runtime::Config config = runtime::default_config();
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::AccountStores> stores;
  const Uuid anna = common::new_id({}), paul = common::new_id({});
  int made = 0;
  std::ostringstream log_text;
  runtime::Logger log{{}, "accounts", log_text};
};

TEST_F(OutboxPublisherTest, PublishesInOrderAndForgets) {
  RecordedChannel channel;
  const std::string first = add_conversation().to_string();
  const std::string second = add_conversation().to_string();
  const auto publisher = start(channel);
  ASSERT_TRUE(eventually(seconds(10), [&] { return is_empty(); }));
  std::vector<std::string> topics;
  for (const auto& [topic, id] : channel.published()) topics.push_back(topic);
  const std::string to_anna = "user." + anna.to_string();
  const std::string to_paul = "user." + paul.to_string();
  EXPECT_EQ(topics, (std::vector<std::string>{"$change.conversation." + first, to_anna, to_paul,
                                              "$change.conversation." + second, to_anna, to_paul}));
}

TEST_F(OutboxPublisherTest, PublishesAgainWithTheSameIdWhatWasNotAcknowledged) {
  RecordedChannel channel;
  channel.failures = 1;
  add_conversation();
  const auto publisher = start(channel);
  ASSERT_TRUE(eventually(seconds(10), [&] { return is_empty(); }));
  const auto published = channel.published();
  ASSERT_EQ(published.size(), 6);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(published[i], published[i + 3]);
}

TEST_F(OutboxPublisherTest, WaitsForTheBroker) {
  RecordedChannel channel;
  channel.is_ready = false;
  add_conversation();
  const auto publisher = start(channel);
  publisher->wake();
  EXPECT_TRUE(channel.published().empty());
  channel.is_ready = true;
  EXPECT_TRUE(eventually(seconds(10), [&] { return is_empty(); }));
}

TEST_F(OutboxPublisherTest, PublishesOnceThoughSeveralRun) {
  RecordedChannel channel;
  const auto one = start(channel, "one");
  const auto other = start(channel, "other");
  for (int i = 0; i < 20; ++i) {
    add_conversation();
    one->wake();
    other->wake();
  }
  ASSERT_TRUE(eventually(seconds(20), [&] { return is_empty(); }));
  EXPECT_EQ(channel.published().size(), 60);
}

TEST_F(OutboxPublisherTest, PublishesWhatIsThereBeforeItEnds) {
  RecordedChannel channel;
  auto publisher = start(channel);
  add_conversation();
  publisher.reset();
  EXPECT_TRUE(is_empty());
  EXPECT_TRUE(stores->outbox().claim("another", {}, {}).value()) << "and gives its lease back";
}

TEST_F(OutboxPublisherTest, LeavesTheRowsToTheHolderOfTheLease) {
  RecordedChannel channel;
  add_conversation();
  const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  ASSERT_TRUE(stores->outbox().claim("another", now, now + std::chrono::hours(1)).value());
  start(channel).reset();
  EXPECT_TRUE(channel.published().empty());
  ASSERT_TRUE(stores->outbox().release("another"));
  start(channel).reset();
  EXPECT_EQ(channel.published().size(), 3);
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
