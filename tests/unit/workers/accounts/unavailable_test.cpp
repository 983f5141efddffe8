#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/workers/accounts/failing_stores.hpp"
#include "tests/unit/workers/accounts/methods_fixture.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class DatabaseAway : public MethodsTest {
 protected:
  DatabaseAway() {
    add_account_methods(table, shared, away);  // take the places of those that work
    add_conversation_methods(table, shared, away);
    add_reading_methods(table, shared, away);
  }

  FailingStores away;
};

TEST_F(DatabaseAway, IsUnavailableToEverybodyAndInTheLog) {
  const std::string id = "0199a1b2-0000-7000-8000-000000000001";
  const std::vector<std::pair<const char*, json>> requests = {
      {"accounts.register", {{"username", "anna"}, {"password", kPassword}}},
      {"accounts.login", {{"username", "anna"}, {"password", kPassword}}},
      {"accounts.refresh", {{"refresh_token", "x"}}},
      {"accounts.logout", {{"refresh_token", "x"}}},
      {"accounts.whoami", json::object()},
      {"accounts.find", {{"query", "a"}}},
      {"conversations.create", {{"kind", "room"}, {"title", "x"}, {"members", json::array()}}},
      {"conversations.list", json::object()},
      {"conversations.members", {{"conversation", id}}},
      {"conversations.access", {{"conversation", id}}},
      {"conversations.read", {{"conversation", id}, {"epoch", id}, {"sequence", 1U}}},
      {"conversations.mute", {{"conversation", id}}},
      {"conversations.unmute", {{"conversation", id}}}};
  for (const auto& [topic, request] : requests) {
    log_text.str("");
    const json error = ask(topic, request, id).value("error", json::object());
    EXPECT_EQ(error.value("code", ""), "unavailable") << topic;
    EXPECT_EQ(error.value("retry", ""), "later") << topic;
    EXPECT_NE(log_text.str().find("the database is away"), std::string::npos) << topic;
  }
  EXPECT_TRUE(ask("accounts.keys", json::object()).contains("ok")) << "needs no database";
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
