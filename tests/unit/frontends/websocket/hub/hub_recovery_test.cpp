#include "tests/unit/frontends/websocket/hub/hub_fixture.hpp"

namespace fanfare::frontends::websocket::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HubRecovery : public HubTest {
 protected:
  void SetUp() override {
    HubTest::SetUp();
    enter("chat.1", ada);
    open_stream(10);
    ada->got.clear();
  }
};

TEST_F(HubRecovery, WhoEntersIsToldWhereTheTopicStands) {
  enter("chat.1", bob);
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
  arrive(12);
  hub.leave("chat.1", *bob);
  enter("chat.1", bob);
  EXPECT_EQ(bob->got.back(), "entered at 12");
}

TEST_F(HubRecovery, WhatWasMissedComesFirstThenWhatCameMeanwhileEachOnce) {
  enter("chat.1", bob, at(5));
  ASSERT_THAT(source.reads, SizeIs(1));
  EXPECT_EQ(source.reads.front().after, at(5));
  arrive(11);
  arrive(12);
  EXPECT_THAT(bob->got, IsEmpty());
  source.answer(page({7, 11}, 11));
  arrive(13);
  EXPECT_THAT(bob->got, ElementsAre("entered at 5 recovered 7 11", "12", "13"));
  EXPECT_THAT(ada->got, ElementsAre("11", "12", "13"));
}

TEST_F(HubRecovery, WithNothingMissedThePositionDoesNotRunAheadOfWhatFollows) {
  enter("chat.1", bob, at(5));
  arrive(12);
  source.answer(page({}, 11));
  EXPECT_THAT(bob->got, ElementsAre("entered at 11 recovered", "12"));
}

TEST_F(HubRecovery, WhoMissedNothingIsInAtOnce) {
  enter("chat.1", bob, at(10));
  EXPECT_THAT(source.reads, IsEmpty());
  EXPECT_THAT(bob->got, ElementsAre("entered at 10 recovered"));
}

TEST_F(HubRecovery, WhatWasReadForOneNeedNotBeReadForTheNext) {
  enter("chat.1", bob, at(5));
  source.answer(page({7}, 10));
  const auto eve = std::make_shared<RecordingSubscriber>();
  enter("chat.1", eve, at(8));
  EXPECT_THAT(source.reads, IsEmpty());
  EXPECT_THAT(eve->got, ElementsAre("entered at 10 recovered"));
  enter("chat.1", eve, at(6));
  EXPECT_THAT(source.reads, SizeIs(1));
}

TEST_F(HubRecovery, WhoKnowsMoreThanTheTopicWasFedGetsNoRepeat) {
  enter("chat.1", bob, at(12));  // from the history, which was quicker
  source.answer(page({}, 13));
  for (const auto sequence : {11U, 12U, 13U, 14U}) arrive(sequence);
  EXPECT_THAT(bob->got, ElementsAre("entered at 13 recovered", "14"));
}

TEST_F(HubRecovery, ALongOneIsReadPageByPage) {
  enter("chat.1", bob, at(5));
  source.answer(Page{.publications = {{6, "6"}}, .through = at(7)});
  ASSERT_THAT(source.reads, SizeIs(1));
  EXPECT_EQ(source.reads.front().after, at(7));
  EXPECT_EQ(source.reads.front().bounds.count, 4U) << "three may follow, and one that is too many";
  source.answer(page({9}, 10));
  EXPECT_THAT(bob->got, ElementsAre("entered at 5 recovered 6 9"));
}

TEST_F(HubRecovery, APageThatDoesNotMoveOnIsTheEnd) {
  enter("chat.1", bob, at(5));
  source.answer(Page{.through = at(5)});
  EXPECT_THAT(source.reads, IsEmpty());
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
}

TEST_F(HubRecovery, TooMuchIsNotRecovered) {
  enter("chat.1", bob, at(5));
  source.answer(page({6, 7, 8, 9, 10}, 10));
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
  arrive(11);
  EXPECT_EQ(bob->got.back(), "11");
}

TEST_F(HubRecovery, NeitherIsWhatIsTooMuchTogetherWithWhatCameMeanwhile) {
  enter("chat.1", bob, at(5));
  for (const auto sequence : {11U, 12U, 13U, 14U, 15U}) arrive(sequence);
  EXPECT_THAT(bob->got, ElementsAre("entered at 15"));
  source.answer(page({6}, 10));
  arrive(16);
  EXPECT_THAT(bob->got, ElementsAre("entered at 15", "16"));
}

TEST_F(HubRecovery, WhatCameMeanwhileAndWasReadCountsOnce) {
  enter("chat.1", bob, at(9));
  for (const auto sequence : {11U, 12U, 13U}) arrive(sequence);
  source.answer(page({10, 11, 12}, 12));
  EXPECT_THAT(bob->got, ElementsAre("entered at 9 recovered 10 11 12", "13"));
}

TEST_F(HubRecovery, NeitherIsTooManyBytes) {
  enter("chat.1", bob, at(5));
  source.answer(Page{.publications = {{6, std::string(101, 'x')}}, .through = at(10), .last = true});
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
}

TEST_F(HubRecovery, NeitherIsWhatIsNotStoredAnyMore) {
  enter("chat.1", bob, at(5));
  source.answer(Page{.publications = {{9, "9"}}, .through = at(10), .last = true, .recovered = false});
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
}

TEST_F(HubRecovery, NeitherIsWhatCannotBeRead) {
  enter("chat.1", bob, at(5));
  arrive(11);
  source.answer(std::nullopt);
  arrive(12);
  EXPECT_THAT(bob->got, ElementsAre("entered at 11", "12"));
}

TEST_F(HubRecovery, NeitherIsWhatTakesTooLong) {
  enter("chat.1", bob, at(5));
  now.steady += 2s;
  hub.tick();
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
  source.answer(page({7}, 10));
  EXPECT_THAT(bob->got, SizeIs(1));
}

TEST_F(HubRecovery, NeitherIsAnotherEpoch) {
  enter("chat.1", bob, Position{kLaterEpoch, 10});
  EXPECT_THAT(source.reads, IsEmpty());
  EXPECT_THAT(bob->got, ElementsAre("entered at 10"));
}

TEST_F(HubRecovery, OutsideStreamsThereIsNothingToRecover) {
  enter("typing.1", bob, at(5));
  hub.opened("typing.1");
  EXPECT_THAT(bob->got, ElementsAre("entered"));
}

TEST_F(HubRecovery, WhoWaitsForTheTopicRecoversThen) {
  hub.leave("chat.1", *ada);
  now.steady += 60s;
  hub.tick();
  enter("chat.1", bob, at(5));
  EXPECT_THAT(source.reads, IsEmpty());
  open_stream(10);
  source.answer(page({7}, 10));
  EXPECT_THAT(bob->got, ElementsAre("entered at 5 recovered 7"));
}

TEST_F(HubRecovery, OnlySoManyAreReadAtOnce) {
  std::vector<std::shared_ptr<RecordingSubscriber>> all;
  for (int i = 0; i < 4; ++i) enter("chat.1", all.emplace_back(std::make_shared<RecordingSubscriber>()), at(5));
  EXPECT_THAT(source.reads, SizeIs(2));
  hub.leave("chat.1", *all[2]);
  source.answer(page({7}, 10));
  source.answer(page({7}, 10));
  ASSERT_THAT(source.reads, SizeIs(1)) << "who has left needs nothing any more";
  source.answer(page({7}, 10));
  EXPECT_THAT(all[2]->got, IsEmpty());
  EXPECT_THAT(all[3]->got, ElementsAre("entered at 5 recovered 7"));
}

TEST_F(HubRecovery, AnInterruptionEndsItAndTheNextOneIsRead) {
  enter("chat.1", bob, at(5));
  hub.interrupted("chat.1");
  source.answer(page({7}, 10));
  EXPECT_THAT(bob->got, ElementsAre("interrupted chat.1"));
  enter("chat.1", ada, at(10));
  EXPECT_THAT(source.reads, SizeIs(1)) << "nobody knows what was missed after 10";
}

TEST_F(HubRecovery, ABrokerThatWasAwayInterruptsNobodyWhenNothingIsMissing) {
  hub.set_available(false);
  hub.set_available(true);
  hub.began("chat.1", at(11), true);
  hub.opened("chat.1");
  arrive(12);
  EXPECT_THAT(ada->got, ElementsAre("12"));
}

TEST_F(HubRecovery, ANewEpochPutsEverybodyOut) {
  hub.began("chat.1", {kLaterEpoch, 4}, true);
  EXPECT_THAT(ada->got, ElementsAre("interrupted chat.1"));
  enter("chat.1", ada, at(10));
  EXPECT_EQ(ada->got.back(), "entered at 4");
  arrive(5, kLaterEpoch);
  EXPECT_EQ(ada->got.back(), "5");
}

TEST_F(HubRecovery, WhereSomethingIsMissingNobodyEntersUntilTheTopicHasCaughtUp) {
  hub.began("chat.1", at(10), false);
  hub.opened("chat.1");
  EXPECT_THAT(ada->got, ElementsAre("interrupted chat.1"));
  enter("chat.1", ada, at(10));
  hub.interrupted("chat.1");
  arrive(2, kLaterEpoch);
  EXPECT_THAT(ada->got, SizeIs(1));
  hub.caught_up("chat.1", {kLaterEpoch, 3});
  EXPECT_THAT(ada->got, ElementsAre("interrupted chat.1", "entered at 3"));
}

TEST_F(HubRecovery, NorAreTheyLeftOutside) {
  hub.began("chat.1", at(10), false);
  now.steady += 4s;
  enter("chat.1", ada, at(10));
  now.steady += 1s;
  hub.tick();
  source.answer(std::nullopt);
  EXPECT_EQ(ada->got.back(), "entered at 10");
}

TEST_F(HubRecovery, AnEpochWithoutABeginningIsKnownOnceAllOfItHasArrived) {
  hub.began("chat.1", {}, false);
  EXPECT_THAT(ada->got, ElementsAre("interrupted chat.1"));
  arrive(3, kLaterEpoch);
  hub.caught_up("chat.1", {kLaterEpoch, 7});
  enter("chat.1", ada, Position{kLaterEpoch, 3});
  EXPECT_THAT(source.reads, IsEmpty());
  EXPECT_EQ(ada->got.back(), "entered at 7 recovered");
}

TEST_F(HubRecovery, LeavingWhileWhatCameMeanwhileIsGivenIsFine) {
  enter("chat.1", bob, at(5));
  arrive(11);
  arrive(12);
  bob->on_delivery = [&] { hub.leave("chat.1", *bob); };
  source.answer(page({7}, 10));
  EXPECT_THAT(bob->got, ElementsAre("entered at 5 recovered 7", "11"));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::hub
