#include "frontends/websocket/broker/broker_backend.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::broker {
namespace {

common::ServiceRequest change(std::string data) {
  return {.topic = "conversations.create", .payload = std::move(data), .changes_something = true};
}

TEST(BrokerBackend, TakesTheIdempotencyKeyOutOfTheData) {
  auto request = change(R"({"kind":"direct","idempotency_key":"k-1"})");
  ASSERT_TRUE(take_key(request).has_value());
  EXPECT_EQ(request.idempotency_key, "k-1");
  EXPECT_EQ(request.payload, R"({"kind":"direct"})");
}

TEST(BrokerBackend, LeavesDataWithoutAKeyAsItIs) {
  for (const char* data : {R"({ "kind" : 1 })", "{", R"({"a":1,"a":2})"}) {
    auto request = change(data);
    EXPECT_TRUE(take_key(request).has_value());
    EXPECT_EQ(request.payload, data);
    EXPECT_EQ(request.idempotency_key, "");
  }
}

TEST(BrokerBackend, RefusesAKeyThatIsNone) {
  for (const char* key : {"\"\"", "\"two words\"", "7", "null"}) {
    auto request = change(std::string(R"({"idempotency_key":)") + key + "}");
    const auto taken = take_key(request);
    ASSERT_FALSE(taken.has_value()) << key;
    EXPECT_EQ(taken.error().code, common::Code::kInvalid);
  }
}

}  // namespace
}  // namespace fanfare::frontends::websocket::broker
