#include "cli/work/work_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using testing::ElementsAre;

Work second_try() {
  return {.message = {.topic = "orders.eu",
                      .stream = "orders",
                      .position = {*Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057"), 7},
                      .timestamp = Timestamp(std::chrono::microseconds(1'795'255'200'123'456)),
                      .publisher = "shop",
                      .payload = "{}"},
          .attempt = 2};
}

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

TEST(WorkText, IsAMessageWithItsGroupAndAttempt) {
  const Json json = to_json(second_try(), "mail");
  EXPECT_THAT(keys_of(json), ElementsAre("topic", "stream", "epoch", "sequence", "id", "timestamp", "publisher",
                                         "actor", "headers", "payload", "group", "attempt"));
  EXPECT_EQ(json.at("group"), "mail");
  EXPECT_EQ(json.at("attempt"), 2);
  EXPECT_EQ(json.at("sequence"), 7);
}

TEST(WorkText, SaysWhichDeadLetterWasGivenBack) {
  Work returned = second_try();
  returned.returned = 3;
  EXPECT_EQ(to_json(returned, "mail").at("dead"), 3);
  EXPECT_EQ(environment_of(returned, "mail").at("FANFARE_DEAD"), "3");
}

TEST(WorkText, TellsACommandWhatItHandles) {
  const auto environment = environment_of(second_try(), "mail");
  EXPECT_EQ(environment.at("FANFARE_TOPIC"), "orders.eu");
  EXPECT_EQ(environment.at("FANFARE_STREAM"), "orders");
  EXPECT_EQ(environment.at("FANFARE_EPOCH"), "01890a5d-ac96-774b-bcce-b302099a8057");
  EXPECT_EQ(environment.at("FANFARE_SEQUENCE"), "7");
  EXPECT_EQ(environment.at("FANFARE_ATTEMPT"), "2");
  EXPECT_EQ(environment.at("FANFARE_GROUP"), "mail");
  EXPECT_EQ(environment.at("FANFARE_PUBLISHER"), "shop");
  EXPECT_EQ(environment.at("FANFARE_TIMESTAMP"), "2026-11-21T10:00:00.123456Z");
}

TEST(WorkText, LeavesEmptyWhatTheMessageHasNot) {
  const auto environment = environment_of(second_try(), "mail");
  for (const char* name : {"FANFARE_ACTOR", "FANFARE_ID", "FANFARE_DEAD"}) EXPECT_EQ(environment.at(name), "") << name;
}

TEST(WorkText, NamesAMessageForPeople) { EXPECT_EQ(name_of(second_try()), "orders.eu 7 (try 2)"); }

}  // namespace
}  // namespace fanfare::cli
