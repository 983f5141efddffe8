#include "frontends/websocket/broker/publication.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::broker {
namespace {

const Uuid kEpoch = *Uuid::parse("0190e000-0000-7000-8000-000000000001");
const Uuid kId = *Uuid::parse("0190e000-0000-7000-8000-000000000002");

TEST(Publication, CarriesWhatTheRecordSays) {
  const auto line = publication_of({.topic = "chat.1",
                                    .stream = "chat",
                                    .position = {kEpoch, 7},
                                    .timestamp = Timestamp(std::chrono::microseconds(1'795'255'200'123'456)),
                                    .id = kId,
                                    .publisher = "local",
                                    .actor = "ada",
                                    .payload = "{\n}"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->json(),
            R"({"push":{"channel":"chat.1","pub":{"data":{},"offset":7,"info":{"user":"ada","client":""},)"
            R"("tags":{"epoch":"0190e000-0000-7000-8000-000000000001","id":"0190e000-0000-7000-8000-000000000002",)"
            R"("timestamp":"2026-11-21T10:00:00.123Z"}}}})");
}

TEST(Publication, OutsideStreamsThereIsNoPosition) {
  const auto line = publication_of({.topic = "typing.1", .payload = "{}"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->json().find("offset"), std::string_view::npos);
  EXPECT_EQ(line->json().find("epoch"), std::string_view::npos);
}

TEST(Publication, APayloadThatIsNoJsonIsNone) { EXPECT_FALSE(publication_of({.topic = "chat.1", .payload = "hi"})); }

}  // namespace
}  // namespace fanfare::frontends::websocket::broker
