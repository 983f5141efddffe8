#include "workers/accounts/reading_methods.hpp"

#include <gtest/gtest.h>

#include "tests/unit/workers/accounts/methods_fixture.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class ReadingMethodsTest : public MethodsTest {
 protected:
  json read(std::uint64_t sequence, const std::string& person) {
    return ok("conversations.read", {{"conversation", room}, {"epoch", epoch}, {"sequence", sequence}}, person);
  }
  /// The conversation as the person's list has it.
  json listed(const std::string& person) {
    return ok("conversations.list", json::object(), person)["conversations"][0];
  }
  json position(std::uint64_t sequence) const { return {{"epoch", epoch}, {"sequence", sequence}}; }

  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  const std::string zoe = id_of(register_person("zoe"));
  const std::string room =
      ok("conversations.create", {{"kind", "room"}, {"title", "r"}, {"members", {paul}}}, anna)["conversation"]["id"];
  const std::string epoch = common::new_id(now).to_string();
  const std::string earlier = common::new_id(now - std::chrono::hours(1)).to_string();
};

TEST_F(ReadingMethodsTest, WhatIsReadOnlyMovesForward) {
  EXPECT_EQ(listed(anna)["read"], json());
  EXPECT_EQ(read(7, anna), (json{{"conversation", room}, {"read", position(7)}}));
  EXPECT_EQ(read(5, anna)["read"], position(7)) << "came late";
  EXPECT_EQ(ok("conversations.read", {{"conversation", room}, {"epoch", earlier}, {"sequence", 900U}}, anna)["read"],
            position(7));
  EXPECT_EQ(listed(anna)["read"], position(7));
  EXPECT_EQ(listed(paul)["read"], json()) << "to each their own";
  EXPECT_EQ(changes, 1) << "nobody is told";
}

TEST_F(ReadingMethodsTest, MutesUntilATimeOrUntilItIsTakenBack) {
  const json answer = ok("conversations.mute", {{"conversation", room}, {"until", "2026-09-21T16:13:21+02:00"}}, anna);
  EXPECT_EQ(answer, (json{{"conversation", room}, {"muted", {{"until", "2026-09-21T14:13:21.000Z"}}}}));
  EXPECT_EQ(listed(anna)["muted"], answer["muted"]);
  EXPECT_EQ(listed(paul)["muted"], json());
  now += std::chrono::seconds(1);
  EXPECT_EQ(listed(anna)["muted"], json()) << "it has ended";
  EXPECT_EQ(ok("conversations.mute", {{"conversation", room}}, anna)["muted"], (json{{"until", json()}}));
  EXPECT_EQ(listed(anna)["muted"], (json{{"until", json()}}));
  EXPECT_EQ(ok("conversations.unmute", {{"conversation", room}}, anna),
            (json{{"conversation", room}, {"muted", json()}}));
  EXPECT_EQ(ok("conversations.unmute", {{"conversation", room}}, anna)["muted"], json()) << "twice is once";
  EXPECT_EQ(listed(anna)["muted"], json());
}

TEST_F(ReadingMethodsTest, SayNothingToOthers) {
  EXPECT_EQ(error_of("conversations.read", {{"conversation", room}, {"epoch", epoch}, {"sequence", 1U}}, zoe),
            "not_found");
  EXPECT_EQ(error_of("conversations.mute", {{"conversation", room}}, zoe), "not_found");
  EXPECT_EQ(error_of("conversations.unmute", {{"conversation", room}}, zoe), "not_found");
  EXPECT_EQ(error_of("conversations.mute", {{"conversation", common::new_id(now).to_string()}}, anna), "not_found");
}

TEST_F(ReadingMethodsTest, CheckWhatTheyAreGiven) {
  const json good = {{"conversation", room}, {"epoch", epoch}, {"sequence", 1U}};
  const std::vector<std::pair<const char*, json>> wrong = {
      {"conversation", "x"}, {"epoch", nullptr},    {"epoch", "x"},    {"epoch", 1U},
      {"sequence", 0U},      {"sequence", -1},      {"sequence", "1"}, {"sequence", kMaxSequence + 1},
      {"sequence", 1.5},     {"sequence", nullptr}, {"person", zoe}};
  for (const auto& [field, value] : wrong) {
    json request = good;
    request[field] = value;
    const json error = ask("conversations.read", request, anna)["error"];
    EXPECT_EQ(error["code"], "invalid") << request;
    EXPECT_TRUE(error["fields"].contains(field)) << error;
  }
  const std::vector<json> times = {"2026-09-21T14:13:20.000Z", "yesterday", "", 5U, "9999-12-31T23:59:59-23:59"};
  for (const json& until : times) {
    const json error = ask("conversations.mute", {{"conversation", room}, {"until", until}}, anna)["error"];
    EXPECT_EQ(error["code"], "invalid") << until;
    EXPECT_TRUE(error["fields"].contains("until")) << error;
  }
  EXPECT_EQ(error_of("conversations.unmute", {{"conversation", room}, {"until", nullptr}}, anna), "invalid");
  EXPECT_EQ(listed(anna)["read"], json());
  EXPECT_EQ(listed(anna)["muted"], json());
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
