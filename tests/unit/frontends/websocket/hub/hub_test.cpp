#include "frontends/websocket/hub/hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::hub {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class RecordingSource final : public TopicSource {
 public:
  void open(const std::string& topic) override { calls.push_back("open " + topic); }
  void close(const std::string& topic) override { calls.push_back("close " + topic); }
  std::vector<std::string> calls;
};

class RecordingSubscriber final : public session::Subscriber {
 public:
  void deliver(const protocol::Line& publication) override {
    got.emplace_back(publication.json());
    last = publication.with_separator().data();
    if (on_delivery) on_delivery();
  }
  void interrupted(const std::string& channel) override { got.push_back("interrupted " + channel); }
  void rights_changed(const std::string& conversation) override { got.push_back("rights " + conversation); }

  std::vector<std::string> got;
  const void* last = nullptr;
  std::function<void()> on_delivery;
};

class HubTest : public testing::Test {
 protected:
  void SetUp() override { hub.set_available(true); }

  void enter(const std::string& channel, const std::shared_ptr<RecordingSubscriber>& subscriber) {
    hub.enter(channel, subscriber, [subscriber](const session::Answer<void>& answer) {
      subscriber->got.push_back(answer ? "entered" : "refused " + std::to_string(answer.error().code));
    });
  }

  session::Instant now{std::chrono::steady_clock::time_point(1000s), {}};
  RecordingSource source;
  Hub hub{source, [this] { return now; }, {.linger = 30s, .lingering = 2}};
  std::shared_ptr<RecordingSubscriber> ada = std::make_shared<RecordingSubscriber>();
  std::shared_ptr<RecordingSubscriber> bob = std::make_shared<RecordingSubscriber>();
};

TEST_F(HubTest, OneSubscriptionServesAll) {
  enter("chat.1", ada);
  enter("chat.1", bob);
  EXPECT_THAT(ada->got, IsEmpty());
  hub.opened("chat.1");
  EXPECT_EQ(hub.arrived("chat.1", protocol::Line("{}")), 2U);
  EXPECT_THAT(source.calls, ElementsAre("open chat.1"));
  EXPECT_THAT(ada->got, ElementsAre("entered", "{}"));
  EXPECT_THAT(bob->got, ElementsAre("entered", "{}"));
  EXPECT_EQ(ada->last, bob->last) << "the same bytes for all";
}

TEST_F(HubTest, WhoComesLaterEntersAtOnce) {
  enter("chat.1", ada);
  hub.opened("chat.1");
  enter("chat.1", bob);
  EXPECT_THAT(bob->got, ElementsAre("entered"));
}

TEST_F(HubTest, WhoHasLeftGetsNothing) {
  enter("chat.1", ada);
  hub.opened("chat.1");
  hub.leave("chat.1", *ada);
  hub.arrived("chat.1", protocol::Line("{}"));
  EXPECT_THAT(ada->got, ElementsAre("entered"));
}

TEST_F(HubTest, LeavingDuringADeliveryIsFine) {
  enter("chat.1", ada);
  enter("chat.1", bob);
  hub.opened("chat.1");
  ada->on_delivery = [&] {
    hub.leave("chat.1", *ada);
    hub.leave("chat.1", *bob);
  };
  hub.arrived("chat.1", protocol::Line("{}"));
  hub.arrived("chat.1", protocol::Line("{}"));
  EXPECT_THAT(ada->got, ElementsAre("entered", "{}"));
  EXPECT_THAT(bob->got, ElementsAre("entered"));
}

TEST_F(HubTest, ATopicIsKeptForAWhile) {
  enter("chat.1", ada);
  hub.opened("chat.1");
  hub.leave("chat.1", *ada);
  now.steady += 29s;
  hub.tick();
  enter("chat.1", ada);
  now.steady += 60s;
  hub.tick();
  hub.leave("chat.1", *ada);
  EXPECT_THAT(source.calls, ElementsAre("open chat.1"));
  now.steady += 30s;
  hub.tick();
  EXPECT_THAT(source.calls, ElementsAre("open chat.1", "close chat.1"));
  EXPECT_EQ(hub.topics(), 0U);
}

TEST_F(HubTest, TopicsKeptAreBoundedTheOldestGoFirst) {
  for (const char* topic : {"chat.1", "chat.2", "chat.3"}) {
    enter(topic, ada);
    hub.opened(topic);
    hub.leave(topic, *ada);
    now.steady += 1s;
  }
  source.calls.clear();
  hub.tick();
  EXPECT_THAT(source.calls, ElementsAre("close chat.1"));
}

TEST_F(HubTest, AnInterruptionPutsEverybodyOutOfThatTopic) {
  enter("chat.1", ada);
  enter("chat.2", bob);
  hub.opened("chat.1");
  hub.opened("chat.2");
  hub.interrupted("chat.1");
  hub.arrived("chat.1", protocol::Line("{}"));
  EXPECT_THAT(ada->got, ElementsAre("entered", "interrupted chat.1"));
  EXPECT_THAT(bob->got, ElementsAre("entered"));
  enter("chat.1", ada);
  EXPECT_EQ(ada->got.back(), "entered");
}

TEST_F(HubTest, ARefusalReachesWhoWaitsAndWhoIsIn) {
  enter("chat.1", ada);
  hub.opened("chat.1");
  enter("chat.2", bob);
  hub.refused("chat.1", {protocol::kInternal, "x"});
  hub.refused("chat.2", {protocol::kInternal, "x"});
  EXPECT_THAT(ada->got, ElementsAre("entered", "interrupted chat.1"));
  EXPECT_THAT(bob->got, ElementsAre("refused 100"));
  EXPECT_EQ(hub.topics(), 0U);
}

TEST_F(HubTest, WithoutTheBrokerNobodyEnters) {
  hub.set_available(false);
  enter("chat.1", ada);
  EXPECT_THAT(ada->got, ElementsAre("refused 100"));
  EXPECT_THAT(source.calls, IsEmpty());
}

TEST_F(HubTest, NobodyWaitsForever) {
  enter("chat.1", ada);
  now.steady += 5s;
  hub.tick();
  EXPECT_THAT(ada->got, ElementsAre("refused 100"));
}

TEST_F(HubTest, AChangeOfRightsIsToldOnceToEachInThatConversation) {
  enter("chat.1", ada);
  enter("typing.1", ada);
  enter("chat.2", bob);
  hub.opened("chat.1");
  ada->got.clear();
  hub.rights_changed("1");
  EXPECT_THAT(ada->got, ElementsAre("rights 1"));
  EXPECT_THAT(bob->got, IsEmpty());
}

TEST_F(HubTest, WhenChangesWereMissedEverybodyInAConversationIsTold) {
  enter("chat.1", ada);
  enter("user.2", bob);
  hub.opened("chat.1");
  hub.opened("user.2");
  ada->got.clear();
  bob->got.clear();
  hub.all_rights_changed();
  EXPECT_THAT(ada->got, ElementsAre("rights 1"));
  EXPECT_THAT(bob->got, IsEmpty());
}

}  // namespace
}  // namespace fanfare::frontends::websocket::hub
