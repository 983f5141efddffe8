#include "frontends/common/conversation_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/frontends/common/scripted_services.hpp"

namespace fanfare::frontends::common {
namespace {

using testing::ElementsAre;

Answer member(int change) { return R"({"role": "member", "change": )" + std::to_string(change) + "}"; }

Answer stranger(std::uint64_t change) {
  return Refusal{.code = Code::kNotFound, .message = "no such conversation", .change = change};
}

class ConversationAccessTest : public testing::Test {
 protected:
  void check() {
    access_.check("ann", "room", [this](const OrRefusal<void>& result) {
      results_.push_back(result ? "yes" : std::string(describe(result.error().code).name));
    });
  }

  test::ScriptedServices services_;
  /// Remembers one member.
  void know() {
    access_.start_following();
    check();
    services_.answer(member(1));
  }

  std::chrono::steady_clock::time_point now_{};
  ConversationAccess access_{services_, [this] { return now_; }};
  std::vector<std::string> results_;
};

TEST_F(ConversationAccessTest, MemberIsAskedForOnceWhileChangesAreFollowed) {
  access_.start_following();
  check();
  EXPECT_EQ(services_.requests.back().topic, "conversations.access");
  EXPECT_EQ(services_.requests.back().actor, "ann");
  EXPECT_EQ(services_.requests.back().payload, R"({"conversation":"room"})");
  services_.answer(member(1));
  check();
  EXPECT_THAT(results_, ElementsAre("yes", "yes"));
  EXPECT_EQ(services_.requests.size(), 1U);
}

TEST_F(ConversationAccessTest, NothingIsRememberedWithoutTheChanges) {
  check();
  services_.answer(member(1));
  check();
  EXPECT_EQ(services_.requests.size(), 2U);
  services_.answer(member(1));
  access_.start_following();
  check();
  services_.answer(member(1));
  access_.broker_back(false);
  check();
  EXPECT_EQ(services_.requests.size(), 4U);
}

TEST_F(ConversationAccessTest, ChangeEndsWhatWasKnownOfItsConversationOnly) {
  access_.start_following();
  check();
  services_.answer(member(1));
  access_.changed("another room", 2);
  check();
  EXPECT_EQ(services_.requests.size(), 1U);
  access_.changed("room", 3);
  check();
  services_.answer(stranger(3));
  EXPECT_THAT(results_, ElementsAre("yes", "yes", "not_found"));
}

TEST_F(ConversationAccessTest, StrangersAreNotRemembered) {
  access_.start_following();
  check();
  services_.answer(stranger(1));
  check();
  services_.answer(member(1));
  EXPECT_THAT(results_, ElementsAre("not_found", "yes"));
}

TEST_F(ConversationAccessTest, AnswerOlderThanAChangeIsAskedAgain) {
  access_.start_following();
  check();
  access_.changed("room", 7);
  services_.answer(member(6));
  EXPECT_TRUE(results_.empty());
  services_.answer(stranger(7));
  EXPECT_THAT(results_, ElementsAre("not_found"));
}

TEST_F(ConversationAccessTest, AnswerFromBeforeAGapIsAskedAgain) {
  access_.start_following();
  check();
  access_.start_following();
  services_.answer(member(6));
  EXPECT_TRUE(results_.empty());
  services_.answer(member(6));
  EXPECT_THAT(results_, ElementsAre("yes"));
}

TEST_F(ConversationAccessTest, EndlessChangesAreSaidToBeUnavailable) {
  access_.start_following();
  check();
  for (std::uint64_t change = 10; change < 13; ++change) {
    access_.changed("room", change);
    services_.answer(member(1));
  }
  EXPECT_THAT(results_, ElementsAre("unavailable"));
  EXPECT_EQ(services_.requests.size(), 3U);
}

TEST_F(ConversationAccessTest, SameQuestionWaitsForTheFirstOnesAnswer) {
  check();
  check();
  EXPECT_EQ(services_.requests.size(), 1U);
  services_.answer(unavailable("accounts is away"));
  EXPECT_THAT(results_, ElementsAre("unavailable", "unavailable"));
}

TEST_F(ConversationAccessTest, ResumedWithinFiveSecondsNothingIsAskedAgain) {
  know();
  access_.broker_away();
  now_ += std::chrono::milliseconds(4'999);
  check();
  access_.broker_back(true);
  check();
  EXPECT_EQ(services_.requests.size(), 1U);
  EXPECT_THAT(results_, ElementsAre("yes", "yes", "yes"));
}

TEST_F(ConversationAccessTest, FiveSecondsWithoutTheBrokerEmptyIt) {
  know();
  access_.broker_away();
  now_ += std::chrono::seconds(3);
  access_.broker_away();
  now_ += std::chrono::seconds(2);
  check();
  EXPECT_EQ(services_.requests.size(), 2U);
  services_.answer(member(1));
  access_.broker_back(true);
  check();
  EXPECT_EQ(services_.requests.size(), 3U);
  services_.answer(member(1));
  check();
  EXPECT_EQ(services_.requests.size(), 3U) << "it follows still";
}

TEST_F(ConversationAccessTest, ANewSessionEmptiesItAndHasToFollowAnew) {
  know();
  access_.broker_away();
  access_.broker_back(false);
  for (int i = 0; i < 2; ++i) {
    check();
    services_.answer(member(1));
  }
  EXPECT_EQ(services_.requests.size(), 3U);
  access_.start_following();
  check();
  services_.answer(member(1));
  check();
  EXPECT_EQ(services_.requests.size(), 4U);
}

}  // namespace
}  // namespace fanfare::frontends::common
