#include "workers/telegram/poller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.hpp"

namespace fanfare::workers::telegram {
namespace {

using namespace std::chrono_literals;
using bot::BotError;
using bot::BotResult;
using fanfare::test::eventually;
using fanfare::test::patient;
using testing::ElementsAre;
using testing::HasSubstr;
using Updates = std::vector<bot::Update>;

bot::Update update(std::int64_t id) {
  bot::Update made;
  made.id = id;
  return made;
}

/// The Bot API as a script: updates that wait, and errors that are answered first. Long polls end when something comes.
class ScriptedSource final : public UpdateSource {
 public:
  BotResult<Updates> get_updates(std::int64_t offset, std::chrono::seconds timeout,
                                 const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    offsets_.push_back(offset);
    changed_.notify_all();
    if (auto error = take_error()) return *error;
    std::erase_if(waiting_, [offset](const auto& each) { return each.first < offset; });
    changed_.wait_for(lock, stop, timeout, [this] { return !waiting_.empty() || !errors_.empty(); });
    if (stop.stop_requested()) return BotError{.kind = BotError::Kind::kStopped};
    if (auto error = take_error()) return *error;
    Updates updates;
    for (const auto& [id, each] : waiting_) updates.push_back(each);
    return updates;
  }
  BotResult<void> set_webhook(const std::string& url, const std::string& secret, bot::Deadline,
                              const std::stop_token&) override {
    return said("set " + url + " " + secret);
  }
  BotResult<void> delete_webhook(bot::Deadline, const std::stop_token&) override { return said("delete"); }

  void add(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    waiting_[id] = update(id);
    changed_.notify_all();
  }
  void fail(BotError::Kind kind, const std::string& reason = "") {
    const std::lock_guard lock(mutex_);
    errors_.push_back({.kind = kind, .wait = {}, .reason = reason});
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<std::int64_t> offsets() const {
    const std::lock_guard lock(mutex_);
    return offsets_;
  }
  [[nodiscard]] std::vector<std::string> webhooks() const {
    const std::lock_guard lock(mutex_);
    return webhooks_;
  }

 private:
  std::optional<BotError> take_error() {
    if (errors_.empty()) return std::nullopt;
    BotError error = errors_.front();
    errors_.erase(errors_.begin());
    return error;
  }
  BotResult<void> said(const std::string& what) {
    const std::lock_guard lock(mutex_);
    webhooks_.push_back(what);
    if (auto error = take_error()) return *error;
    return {};
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::int64_t, bot::Update> waiting_;
  std::vector<BotError> errors_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::string> webhooks_;
};

/// Notes what it was given; `answers` say what becomes of an update the next times.
class ScriptedHandling final : public UpdateHandling {
 public:
  Handled handle(const bot::Update& update, Deadline) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(update.id);
    if (throws_.contains(update.id)) throw std::runtime_error("a defect");
    int& failures = failures_[update.id];
    if (failures == 0) return Handled::kDone;
    --failures;
    return Handled::kAgain;
  }
  void fail(std::int64_t id, int times) {
    const std::lock_guard lock(mutex_);
    failures_[id] = times;
  }
  void always_throw(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    throws_.insert(id);
  }
  [[nodiscard]] std::vector<std::int64_t> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::int64_t> seen_;
  std::map<std::int64_t, int> failures_;
  std::set<std::int64_t> throws_;
};

class MemoryProgress final : public UpdateProgress {
 public:
  runtime::Result<std::optional<std::int64_t>> last() override {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  runtime::Result<void> done(std::int64_t update) override {
    const std::lock_guard lock(mutex_);
    if (failures_ > 0) {
      --failures_;
      return runtime::Error{"the database is away"};
    }
    last_ = update;
    return {};
  }
  void fail(int times) {
    const std::lock_guard lock(mutex_);
    failures_ = times;
  }
  [[nodiscard]] std::optional<std::int64_t> stored() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  void set(std::int64_t last) {
    const std::lock_guard lock(mutex_);
    last_ = last;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::int64_t> last_;
  int failures_ = 0;
};

class PollerTest : public testing::Test {
 protected:
  void start(Poller::Options options = {}) {
    options.first_pause = 1ms;
    options.longest_pause = 5ms;
    poller_.emplace(options, Poller::Context{source_, handling_, progress_, log_, metrics_,
                                             [this](const std::string& reason) { alarms_.push_back(reason); }});
  }
  void activate() {
    start();
    poller_->set_active(true);
  }
  [[nodiscard]] bool is_done(std::int64_t id) const {
    return eventually(5s, [&] { return progress_.stored() == id; });
  }

  std::ostringstream lines_;
  runtime::Logger log_{{}, "telegram", lines_};
  runtime::Metrics metrics_;
  ScriptedSource source_;
  ScriptedHandling handling_;
  MemoryProgress progress_;
  std::vector<std::string> alarms_;  // the poller's thread's until it is closed
  std::optional<Poller> poller_;
};

TEST_F(PollerTest, UpdatesAreHandledInTheirOrderAndConfirmed) {
  for (const std::int64_t id : {7, 8, 9}) source_.add(id);
  activate();
  ASSERT_TRUE(is_done(9));
  EXPECT_THAT(handling_.seen(), ElementsAre(7, 8, 9));
  EXPECT_TRUE(eventually(5s, [&] { return source_.offsets().back() == 10; }));
  EXPECT_EQ(source_.offsets().front(), 0);
  EXPECT_THAT(source_.webhooks(), ElementsAre("delete"));
}

TEST_F(PollerTest, GoesOnBehindWhatWasDone) {
  progress_.set(8);
  for (const std::int64_t id : {7, 8, 9}) source_.add(id);
  activate();
  ASSERT_TRUE(is_done(9));
  EXPECT_THAT(handling_.seen(), ElementsAre(9));
}

TEST_F(PollerTest, WhoIsNotElectedTakesNothing) {
  source_.add(1);
  start();
  poller_->close();
  EXPECT_TRUE(source_.offsets().empty());
}

TEST_F(PollerTest, LosingTheRoleEndsALongPollAtOnce) {
  activate();
  ASSERT_TRUE(eventually(5s, [&] { return !source_.offsets().empty(); }));
  const auto begun = std::chrono::steady_clock::now();
  poller_->set_active(false);
  source_.add(1);
  poller_->close();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patient(5s));
  EXPECT_TRUE(handling_.seen().empty());
}

TEST_F(PollerTest, WhoIsElectedAgainReadsAnewWhatIsDone) {
  activate();
  ASSERT_TRUE(eventually(5s, [&] { return !source_.offsets().empty(); }));
  poller_->set_active(false);
  progress_.set(5);  // by another one
  poller_->set_active(true);
  EXPECT_TRUE(eventually(5s, [&] { return source_.offsets().back() == 6; }));
}

TEST_F(PollerTest, WhatFailsBecauseOfUsIsTriedUntilItIsDoneAndHoldsUpWhatFollows) {
  handling_.fail(1, 5);
  source_.add(1);
  source_.add(2);
  activate();
  ASSERT_TRUE(is_done(2));
  EXPECT_THAT(handling_.seen(), ElementsAre(1, 1, 1, 1, 1, 1, 2));
}

TEST_F(PollerTest, WhatIsDoneIsNotDoneAgainWhenThatCanNotBeStored) {
  progress_.fail(3);
  source_.add(1);
  activate();
  ASSERT_TRUE(is_done(1));
  EXPECT_THAT(handling_.seen(), ElementsAre(1));
}

TEST_F(PollerTest, UpdateWhoseHandlingIsADefectIsSkippedAfterThreeTries) {
  handling_.always_throw(1);
  source_.add(1);
  source_.add(2);
  activate();
  ASSERT_TRUE(is_done(2));
  poller_->close();
  EXPECT_THAT(handling_.seen(), ElementsAre(1, 1, 1, 2));
  EXPECT_THAT(lines_.str(), HasSubstr("an update is skipped"));
}

TEST_F(PollerTest, ConflictIsNamedAndTheWebhookRemovedAgain) {
  activate();
  ASSERT_TRUE(eventually(5s, [&] { return source_.offsets().size() == 1; }));
  source_.fail(BotError::Kind::kConflict, "can't use getUpdates while a webhook is set");
  ASSERT_TRUE(eventually(5s, [&] { return source_.offsets().size() == 2; }));
  poller_->close();
  EXPECT_THAT(source_.webhooks(), ElementsAre("delete", "delete"));
  EXPECT_THAT(lines_.str(), HasSubstr("another program takes the updates of this bot, or a webhook is set"));
}

TEST_F(PollerTest, BotApiThatIsAwayIsAskedAgain) {
  for (int time = 0; time < 4; ++time) source_.fail(BotError::Kind::kTransient, "no connection");
  source_.add(1);
  activate();
  EXPECT_TRUE(is_done(1));
}

TEST_F(PollerTest, WrongTokenRaisesTheAlarm) {
  source_.fail(BotError::Kind::kWrongToken, "Unauthorized");
  source_.add(1);
  activate();
  ASSERT_TRUE(is_done(1));
  poller_->close();
  EXPECT_THAT(alarms_, ElementsAre("Unauthorized"));
}

TEST_F(PollerTest, IdsThatBeginAnewAreNotTakenForOldOnes) {
  progress_.set(2'000'000'000);
  activate();
  ASSERT_TRUE(eventually(5s, [&] { return !source_.offsets().empty(); }));
  source_.fail(BotError::Kind::kRefused, "the offset is in the future");
  ASSERT_TRUE(eventually(5s, [&] { return source_.offsets().back() == 0; }));
  source_.add(1'000);
  EXPECT_TRUE(is_done(1'000));
}

class Webhook : public PollerTest {
 protected:
  void begin() {
    start({.webhook_url = "https://chat.example.org", .webhook_secret = "secret"});
    poller_->set_active(true);
    ASSERT_TRUE(eventually(5s, [&] { return !source_.webhooks().empty(); }));
  }
  /// Whether it is said to be done.
  bool submit(std::int64_t id, std::chrono::milliseconds time = 5s) {
    std::promise<bool> said;
    poller_->submit(update(id), std::chrono::steady_clock::now() + patient(time),
                    [&said](bool is_done) { said.set_value(is_done); });
    return said.get_future().get();
  }
};

TEST_F(Webhook, IsSetByTheElectedOne) {
  begin();
  EXPECT_THAT(source_.webhooks(), ElementsAre("set https://chat.example.org/api/v1/telegram/webhook secret"));
  EXPECT_TRUE(source_.offsets().empty());
}

TEST_F(Webhook, UpdateIsAcknowledgedWhenItIsStoredThatItIsDone) {
  begin();
  handling_.fail(1, 2);
  EXPECT_TRUE(submit(1));
  EXPECT_EQ(progress_.stored(), 1);
}

TEST_F(Webhook, UpdateThatComesTwiceIsHandledOnce) {
  begin();
  EXPECT_TRUE(submit(1));
  EXPECT_TRUE(submit(1));
  EXPECT_THAT(handling_.seen(), ElementsAre(1));
}

TEST_F(Webhook, UpdateThatIsNotDoneInTimeIsNotAcknowledged) {
  begin();
  handling_.fail(1, 1'000'000);
  EXPECT_FALSE(submit(1, 20ms));
  EXPECT_EQ(progress_.stored(), std::nullopt);
}

TEST_F(Webhook, WhoIsNotElectedTakesNone) {
  start({.webhook_url = "https://chat.example.org", .webhook_secret = "secret"});
  EXPECT_FALSE(submit(1));
}

}  // namespace
}  // namespace fanfare::workers::telegram
