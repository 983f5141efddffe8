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
  ConversationAccess access_{services_};
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
  access_.stop_following();
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

}  // namespace
}  // namespace fanfare::frontends::common
