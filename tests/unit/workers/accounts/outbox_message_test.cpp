#include "workers/accounts/outbox_message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfare::workers::accounts {
namespace {

using nlohmann::json;

const Uuid kPerson = *Uuid::parse("0199a1b2-0000-7000-8000-000000000001");
const Uuid kConversation = *Uuid::parse("0199a1b2-0000-7000-8000-000000000002");

OutboxMessage message_of(store::ChangeKind kind) { return to_message({7, {}, kind, kPerson, kConversation}); }

TEST(OutboxMessage, TellsOfAConversationThatChanged) {
  const auto message = message_of(store::ChangeKind::kConversationChanged);
  EXPECT_EQ(message.topic, "$change.conversation." + kConversation.to_string());
  EXPECT_EQ(json::parse(message.payload), (json{{"change", 7}, {"conversation", kConversation.to_string()}}));
}

TEST(OutboxMessage, TellsOfAPersonThatChanged) {
  const auto message = message_of(store::ChangeKind::kPersonChanged);
  EXPECT_EQ(message.topic, "$change.person." + kPerson.to_string());
  EXPECT_EQ(json::parse(message.payload), (json{{"change", 7}, {"person", kPerson.to_string()}}));
}

TEST(OutboxMessage, TellsAPersonOfANewConversation) {
  const auto message = message_of(store::ChangeKind::kConversationAdded);
  EXPECT_EQ(message.topic, "user." + kPerson.to_string());
  EXPECT_EQ(json::parse(message.payload),
            (json{{"kind", "conversation_added"}, {"conversation", kConversation.to_string()}}));
}

}  // namespace
}  // namespace fanfare::workers::accounts
