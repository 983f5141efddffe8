#include "tests/unit/frontends/websocket/hub/hub_fixture.hpp"

namespace fanfare::frontends::websocket::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(HubTest, OneSubscriptionServesAll) {
  enter("chat.1", ada);
  enter("chat.1", bob);
  EXPECT_THAT(ada->got, IsEmpty());
  hub.opened("chat.1");
  EXPECT_EQ(hub.arrived("chat.1", std::nullopt, protocol::Line("{}")), 2U);
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
  hub.arrived("chat.1", std::nullopt, protocol::Line("{}"));
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
  hub.arrived("chat.1", std::nullopt, protocol::Line("{}"));
  hub.arrived("chat.1", std::nullopt, protocol::Line("{}"));
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
  hub.arrived("chat.1", std::nullopt, protocol::Line("{}"));
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
