#include "cli/format/json.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

const Uuid kId = *Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
const Uuid kEpoch = *Uuid::parse("01890a5d-0000-7000-8000-000000000001");

Message message() {
  Message message;
  message.topic = "chat.t";
  message.stream = "chat";
  message.position = {kEpoch, 7};
  message.timestamp = Timestamp(std::chrono::microseconds(1'700'000'000'000'001));
  message.id = kId;
  message.publisher = "shop";
  message.actor = "ann";
  message.headers = {{"a", "1"}};
  message.payload = "hi \"you\"\n";
  return message;
}

TEST(MessageAsJson, HasTheDocumentedKeysInOrder) {
  EXPECT_EQ(to_json(message()).dump(),
            R"({"topic":"chat.t","stream":"chat","epoch":"01890a5d-0000-7000-8000-000000000001","sequence":7,)"
            R"("id":"01890a5d-ac96-774b-bcce-b302099a8057","timestamp":"2023-11-14T22:13:20.000001Z",)"
            R"("publisher":"shop","actor":"ann","headers":{"a":"1"},"payload":"hi \"you\"\n"})");
}

TEST(MessageAsJson, SaysNullForWhatItHasNot) {
  Message ephemeral;
  ephemeral.topic = "demo.x";
  const Json json = to_json(ephemeral);
  for (const char* key : {"stream", "epoch", "sequence", "id", "actor"}) EXPECT_TRUE(json.at(key).is_null()) << key;
  EXPECT_EQ(json.at("payload"), "");
}

TEST(MessageAsJson, ShowsBytesThatAreNoTextInBase64) {
  Message binary = message();
  binary.payload = "\xff\xfe\xfb";
  binary.actor = "\xff";
  binary.headers = {{"a", "\xff"}};
  const Json json = to_json(binary);
  EXPECT_EQ(json.at("payload"), Json({{"base64", "//77"}}));
  EXPECT_EQ(json.at("actor"), Json({{"base64", "/w=="}}));
  EXPECT_EQ(json.at("headers").at("a"), Json({{"base64", "/w=="}}));
}

TEST(AckAsJson, SaysWhereItIsStored) {
  EXPECT_EQ(to_json(Ack{.stream = "chat", .position = {kEpoch, 7}, .id = kId}).dump(),
            R"({"stream":"chat","epoch":"01890a5d-0000-7000-8000-000000000001","sequence":7,)"
            R"("id":"01890a5d-ac96-774b-bcce-b302099a8057"})");
}

TEST(AckAsJson, SaysHowManyItWasHandedToOutsideStreams) {
  EXPECT_EQ(to_json(Ack{.matched = 2, .id = kId}).dump(),
            R"({"stream":null,"epoch":null,"sequence":null,"id":"01890a5d-ac96-774b-bcce-b302099a8057","matched":2})");
}

TEST(AckAsJson, SaysThatTheIdWasKnown) {
  EXPECT_EQ(to_json(Ack{.stream = "chat", .position = {kEpoch, 7}, .repeated = true}).at("repeated"), true);
}

TEST(GapAsJson, NamesReasonAndRange) {
  const Gap gap{.reason = GapReason::overflow, .stream = "chat", .from = {kEpoch, 3}, .to = {kEpoch, 5}, .dropped = 3};
  EXPECT_EQ(to_json(gap).dump(),
            R"({"gap":{"reason":"overflow","stream":"chat","epoch":"01890a5d-0000-7000-8000-000000000001",)"
            R"("from":3,"to":5,"dropped":3}})");
}

TEST(RowAsJson, MakesNumbersOfAllButTexts) {
  EXPECT_EQ(row_to_json({{"age", "12"}, {"name", "12"}, {"state", "ok"}}, {"name"}),
            Json({{"age", 12}, {"name", "12"}, {"state", "ok"}}));
}

}  // namespace
}  // namespace fanfare::cli
