#include "tests/unit/frontends/websocket/session/session_fixture.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kStreamEpoch = "0190e000-0000-7000-8000-000000000001";

class SessionRecovery : public SessionTest {
 protected:
  void SetUp() override { connect(); }

  void recover(const std::string& epoch = kStreamEpoch, const std::string& more = "") {
    session->received(R"({"id":2,"subscribe":{"channel":")" + talk + R"(","recover":true,"offset":5,"epoch":")" +
                      epoch + R"(")" + more + "}}");
    answer<void>(backend.members, {});
  }

  static Position at(std::uint64_t sequence) { return {*Uuid::parse(kStreamEpoch), sequence}; }

  const std::string talk = "chat." + kTalk;
  const std::string replied = R"({"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":")" + kStreamEpoch;
};

TEST_F(SessionRecovery, ASubscriptionSaysWhereTheStreamStands) {
  subscribe(talk);
  answer<void>(backend.members, {});
  EXPECT_EQ(answer<Entered>(channels.entered, Entered{.position = at(8)}), talk);
  EXPECT_THAT(outlet.lines, ElementsAre(replied + R"(","offset":8}})"));
}

TEST_F(SessionRecovery, WhatWasMissedIsInTheReply) {
  recover();
  EXPECT_EQ(answer<Entered>(channels.entered,
                            Entered{.position = at(5), .recovered = true, .replayed = {{6, "{}"}, {8, "{}"}}}),
            talk + " after " + kStreamEpoch + "-5");
  EXPECT_THAT(outlet.lines,
              ElementsAre(replied + R"(","offset":5,"was_recovering":true,"recovered":true,"publications":[{},{}]}})"));
}

TEST_F(SessionRecovery, ARecoveryThatFailedIsSaid) {
  recover();
  answer<Entered>(channels.entered, Entered{.position = at(8)});
  EXPECT_THAT(outlet.lines, ElementsAre(replied + R"(","offset":8,"was_recovering":true}})"));
}

TEST_F(SessionRecovery, AnEpochThatIsNoneIsAskedForAsNone) {
  recover("_");
  EXPECT_EQ(answer<Entered>(channels.entered, Entered{}), talk + " after 00000000-0000-0000-0000-000000000000-5");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":2,"subscribe":{"was_recovering":true}})"));
}

TEST_F(SessionRecovery, WhoWouldRatherFailIsRefusedAndNotIn) {
  recover(kStreamEpoch, R"(,"flag":3)");
  answer<Entered>(channels.entered, Entered{.position = at(8)});
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("id":2,"error":{"code":112)")));
  EXPECT_THAT(channels.left, ElementsAre(talk));
  recover(kStreamEpoch, R"(,"flag":2)");
  answer<Entered>(channels.entered, Entered{.position = at(8), .recovered = true});
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("recovered":true)")));
}

TEST_F(SessionRecovery, AClientThatReadsTooSlowlyHasToLoad) {
  outlet.waits = Limits{}.backlog - 10;
  recover();
  answer<Entered>(channels.entered,
                  Entered{.position = at(5), .recovered = true, .replayed = {{6, "{}"}, {7, R"({"some":"text"})"}}});
  EXPECT_THAT(outlet.lines, ElementsAre(replied + R"(","offset":7,"was_recovering":true}})"));
}

TEST_F(SessionRecovery, AnInterruptionMeanwhileMakesTheClientTryAgain) {
  recover();
  session->interrupted(talk);
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("id":2,"error":{"code":100)")));
  answer<Entered>(channels.entered, Entered{.position = at(5), .recovered = true});
  EXPECT_THAT(outlet.lines, ElementsAre());
}

}  // namespace
}  // namespace fanfare::frontends::websocket::session
