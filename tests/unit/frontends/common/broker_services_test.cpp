#include "frontends/common/broker_services.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::common {
namespace {

TEST(BrokerServices, OkIsHandedOnAsText) {
  EXPECT_EQ(read_reply(R"({"ok": {"users": []}})").value(), R"({"users":[]})");
}

TEST(BrokerServices, ErrorComesWithItsFields) {
  const Refusal refusal =
      read_reply(R"({"error": {"code": "invalid", "message": "m", "fields": {"text": "is empty"}, "change": 4}})")
          .error();
  EXPECT_EQ(refusal, (Refusal{.code = Code::kInvalid, .message = "m", .fields = {{"text", "is empty"}}, .change = 4}));
}

TEST(BrokerServices, ReplyThatBreaksTheContractIsADefectOfTheWorker) {
  for (const char* reply :
       {"", "[]", "{}", "{\"ok\": 1}", "{\"error\": []}", "{\"error\": {\"code\": 1}}", "{\"ok\""}) {
    EXPECT_EQ(read_reply(reply).error().code, Code::kInternal) << reply;
  }
}

TEST(BrokerServices, LostAnswerIsInDoubtOnlyWhereSomethingMayHaveChanged) {
  const fanfare::Error lost(ErrorCode::outcome_unknown);
  EXPECT_EQ(refusal_of(lost, true).code, Code::kOutcomeUnknown);
  EXPECT_EQ(refusal_of(lost, false).code, Code::kUnavailable);
  EXPECT_EQ(refusal_of(fanfare::Error(ErrorCode::not_sent), true).code, Code::kUnavailable);
}

}  // namespace
}  // namespace fanfare::frontends::common
