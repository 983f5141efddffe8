#include "workers/telegram/broker_actions.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::telegram {
namespace {

TEST(BrokerActions, AnswerOfAWorkerSaysWhatIsToBeDoneNext) {
  EXPECT_EQ(read_done(R"({"ok":{"read":null}})"), Done::kDone);
  EXPECT_EQ(read_done(R"({"error":{"code":"not_found","message":"no","retry":"never"}})"), Done::kNoMember);
  EXPECT_EQ(read_done(R"({"error":{"code":"permission_denied","message":"no","retry":"never"}})"), Done::kNoMember);
  EXPECT_EQ(read_done(R"({"error":{"code":"invalid","message":"no","retry":"never"}})"), Done::kRefused);
  EXPECT_EQ(read_done(R"({"error":{"code":"unavailable","message":"no","retry":"later"}})"), Done::kLater);
}

TEST(BrokerActions, AnswerThatNobodyUnderstandsRefusesNothing) {
  for (const char* answer : {"", "{", "[]", "{}", R"({"error":7})", R"({"error":{"code":7,"retry":"later"}})"}) {
    EXPECT_EQ(read_done(answer), Done::kLater) << answer;
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
