#include "cli/groups/group_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

Headers work_row() {
  return {{"group", "work"},    {"stream", "chat"},     {"pattern", "chat.>"}, {"order", "key"},
          {"floor", "3"},       {"head", "10"},         {"lag", "7"},          {"pending", "6"},
          {"in_flight", "4"},   {"delayed", "1"},       {"dead", "2"},         {"members", "1"},
          {"term", "0"},        {"state", "ok"},        {"holds_bytes", "0"},  {"ack_wait_ms", "30000"},
          {"max_deliver", "5"}, {"back_off_ms", "1000"}};
}

Headers member_row() {
  return {{"group", "work"},      {"session", "01890a5d-ac96-774b-bcce-b302099a8057"},
          {"name", "billing"},    {"in_flight", "4"},
          {"max_in_flight", "9"}, {"role", ""},
          {"term", "0"},          {"state", "ok"}};
}

TEST(GroupRows, AreATableForPeople) {
  const std::string text = describe(read_groups({work_row()}));
  EXPECT_THAT(text, HasSubstr("GROUP  STATE  STREAM  ORDER  LAG  PENDING  IN FLIGHT  DELAYED  DEAD  MEMBERS  HOLDS\n"));
  EXPECT_THAT(text, ContainsRegex("work +ok +chat +key +7 +6 +4 +1 +2 +1 +0 B\n"));
}

TEST(GroupRows, OfNoGroupSayHowToMakeOne) { EXPECT_THAT(describe(std::vector<GroupRow>()), HasSubstr("no groups")); }

TEST(GroupRows, AreNumbersForScripts) {
  const Json json = to_json(read_groups({work_row()})).at(0);
  EXPECT_EQ(json.at("group"), "work");
  EXPECT_EQ(json.at("lag"), 7);
  EXPECT_EQ(json.at("ack_wait_ms"), 30'000);
  EXPECT_EQ(json.at("back_off_ms"), "1000");  // a list, however short
}

TEST(GroupRows, LeaveOutWhatABrokerDoesNotSay) {
  const auto groups = read_groups({{{"group", "work"}}});
  EXPECT_TRUE(to_json(groups).at(0).at("lag").is_null());
  EXPECT_THAT(describe(groups), ContainsRegex("work +- +-"));
}

TEST(GroupRows, AreShownWithTheirOwnMembers) {
  Headers other = member_row();
  other["group"] = "else";
  other["name"] = "somebody";
  const GroupRow group = read_groups({work_row()}).front();
  const std::string text = describe(group, {member_row(), other});
  EXPECT_THAT(text, AllOf(ContainsRegex("pattern +chat.>\n"), ContainsRegex("max_deliver +5\n")));
  EXPECT_THAT(text, ContainsRegex("billing +01890a5d-ac96-774b-bcce-b302099a8057 +4 +9 +ok\n"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("somebody")), Not(HasSubstr("ROLE"))));
  const Json json = to_json(group, {member_row(), other});
  ASSERT_EQ(json.at("sessions").size(), 1U);
  EXPECT_EQ(json.at("sessions").at(0).at("max_in_flight"), 9);
}

TEST(GroupRows, OfAnExclusiveGroupShowWhoIsActive) {
  Headers row = work_row();
  row["order"] = "exclusive";
  Headers active = member_row();
  active["role"] = "active";
  active["term"] = "12";
  EXPECT_THAT(describe(read_groups({row}).front(), {active}), ContainsRegex("billing .*ok +active +12\n"));
}

TEST(GroupRows, NameThoseThereAreWhenOneIsNot) {
  const auto groups = read_groups({work_row(), {{"group", "mail"}}});
  EXPECT_EQ(group_named(groups, "mail").name, "mail");
  try {
    group_named(groups, "wrok");
    ADD_FAILURE();
  } catch (const CommandFailure& failure) {
    EXPECT_STREQ(failure.what(), "no group wrok; the broker has work, mail");
    EXPECT_EQ(failure.exit_code(), kFailed);
  }
}

}  // namespace
}  // namespace fanfare::cli
