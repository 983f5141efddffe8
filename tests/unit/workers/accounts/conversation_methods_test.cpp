#include "workers/accounts/conversation_methods.hpp"

#include <gtest/gtest.h>

#include "tests/unit/workers/accounts/methods_fixture.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class ConversationMethodsTest : public MethodsTest {
 protected:
  json create_room(const std::string& title, const json& members) {
    return ok("conversations.create", {{"kind", "room"}, {"title", title}, {"members", members}}, anna);
  }
  std::string create_error(const json& request) { return error_of("conversations.create", request, anna); }

  const json annas = register_person("anna")["user"];
  const std::string anna = annas["id"];
  const std::string paul = id_of(register_person("paul"));
  const std::string zoe = id_of(register_person("zoe"));
};

TEST_F(ConversationMethodsTest, ADirectOneIsTheSameFromBothSides) {
  const json first = ok("conversations.create", {{"kind", "direct"}, {"members", {paul}}}, anna);
  EXPECT_EQ(first["created"], true);
  EXPECT_EQ(first["conversation"]["kind"], "direct");
  EXPECT_EQ(first["conversation"]["title"], json());
  EXPECT_EQ(first["conversation"]["members"].size(), 2);
  const json second = ok("conversations.create", {{"kind", "direct"}, {"members", {anna}}}, paul);
  EXPECT_EQ(second["created"], false);
  EXPECT_EQ(second["conversation"], first["conversation"]);
  EXPECT_EQ(changes, 1);
}

TEST_F(ConversationMethodsTest, ARoomHasATitleAndAnOwner) {
  const json room = create_room("Friends", {paul, zoe})["conversation"];
  EXPECT_EQ(room["title"], "Friends");
  EXPECT_EQ(room["member_count"], 3);
  const json members = ok("conversations.members", {{"conversation", room["id"]}}, zoe);
  EXPECT_EQ(members["next"], json());
  ASSERT_EQ(members["members"].size(), 3);
  EXPECT_EQ(members["members"][0],
            (json{{"id", anna}, {"username", "anna"}, {"display_name", "anna"}, {"role", "owner"}}));
  EXPECT_EQ(members["members"][1]["role"], "member");
}

TEST_F(ConversationMethodsTest, CreatingChecksWhatItIsGiven) {
  EXPECT_EQ(create_error({{"kind", "group"}, {"members", {paul}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "direct"}, {"members", {anna}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "direct"}, {"members", {paul, zoe}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "direct"}, {"members", {paul}}, {"title", "x"}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "room"}, {"members", {paul}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "room"}, {"title", " "}, {"members", {paul}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "room"}, {"title", std::string(101, 'x')}, {"members", {paul}}}), "invalid");
  EXPECT_EQ(create_error({{"kind", "direct"}, {"members", {common::new_id(now).to_string()}}}), "not_found");
  json crowd = json::array();
  for (int i = 0; i < 100; ++i) crowd.push_back(common::new_id(now).to_string());
  EXPECT_EQ(create_error({{"kind", "room"}, {"title", "x"}, {"members", crowd}}), "invalid");
}

TEST_F(ConversationMethodsTest, TheListComesInPages) {
  for (int i = 0; i < 3; ++i) {
    now += std::chrono::seconds(1);
    create_room(std::to_string(i), {paul});
  }
  const json first = ok("conversations.list", {{"limit", 2U}}, paul);
  ASSERT_EQ(first["conversations"].size(), 2);
  EXPECT_EQ(first["conversations"][0]["title"], "2");
  const json second = ok("conversations.list", {{"limit", 2U}, {"after", first["next"]}}, paul);
  ASSERT_EQ(second["conversations"].size(), 1);
  EXPECT_EQ(second["conversations"][0]["title"], "0");
  EXPECT_EQ(second["next"], json());
  EXPECT_EQ(error_of("conversations.list", {{"after", "x"}}, paul), "invalid");
}

TEST_F(ConversationMethodsTest, TheLargestPageStaysBelowItsBound) {
  const std::string widest(64, '"');
  std::vector<std::string> people;
  for (int i = 0; i < 3; ++i) {
    people.push_back(id_of(ok(
        "accounts.register",
        {{"username", std::to_string(i) + std::string(31, 'x')}, {"password", kPassword}, {"display_name", widest}})));
  }
  const std::string epoch = common::new_id(now).to_string();
  for (int i = 0; i < 50; ++i) {
    const json room = create_room(std::string(100, '"'), people)["conversation"]["id"];
    ok("conversations.read", {{"conversation", room}, {"epoch", epoch}, {"sequence", kMaxSequence}}, anna);
    ok("conversations.mute", {{"conversation", room}, {"until", "9999-12-31T23:59:59.999Z"}}, anna);
  }
  const std::string page = table.answer("conversations.list", anna, "{}");
  EXPECT_EQ(json::parse(page)["ok"]["conversations"].size(), 50);
  EXPECT_LE(page.size(), 120U << 10U);
}

TEST_F(ConversationMethodsTest, MembersComeInPagesToMembers) {
  const json room = create_room("r", {paul})["conversation"];
  const json first = ok("conversations.members", {{"conversation", room["id"]}, {"limit", 1U}}, paul);
  ASSERT_TRUE(first["next"].is_string());
  const json second =
      ok("conversations.members", {{"conversation", room["id"]}, {"limit", 1U}, {"after", first["next"]}}, paul);
  EXPECT_EQ(second["members"][0]["username"], "paul");
  EXPECT_EQ(second["next"], json());
  EXPECT_EQ(error_of("conversations.members", {{"conversation", room["id"]}}, zoe), "not_found");
  EXPECT_EQ(error_of("conversations.members", {{"conversation", room["id"]}, {"after", "-1"}}, paul), "invalid");
}

TEST_F(ConversationMethodsTest, AccessCarriesTheChangeEitherWay) {
  const json room = create_room("r", {paul})["conversation"];
  const json access = ok("conversations.access", {{"conversation", room["id"]}}, paul);
  EXPECT_EQ(access, (json{{"conversation", room["id"]}, {"role", "member"}, {"change", 3}}));
  const json refused = ask("conversations.access", {{"conversation", room["id"]}}, zoe)["error"];
  EXPECT_EQ(refused["code"], "not_found");
  EXPECT_EQ(refused["change"], 3);
}

TEST_F(ConversationMethodsTest, NothingIsAnsweredWithoutAPerson) {
  for (const char* topic : {"create", "list", "members", "access", "read", "mute", "unmute"}) {
    EXPECT_EQ(error_of(std::string("conversations.") + topic, json::object()), "token_invalid");
  }
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
