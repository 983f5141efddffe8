#include "frontends/websocket/broker/member_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <utility>

namespace fanfare::frontends::websocket::broker {
namespace {

using common::Code;
using testing::ElementsAre;

/// Answers with what the test has laid ready, one after the other.
class PagedServices final : public common::Services {
 public:
  void call(const common::ServiceRequest& request, common::AnswerHandler handler) override {
    asked.push_back(request.topic + " " + request.actor + " " + request.payload);
    auto answer = std::move(answers.front());
    answers.pop_front();
    handler(answer);
  }

  std::deque<common::Answer> answers;
  std::vector<std::string> asked;
};

/// As the accounts worker writes it.
std::string page_of(std::size_t from, std::size_t count, const std::string& next = "null") {
  std::string json = R"({"members":[)";
  for (std::size_t i = from; i < from + count; ++i) {
    json += (i == from ? R"({"id":"p)" : R"(,{"id":"p)") + std::to_string(i) + R"(","username":"x","role":"member"})";
  }
  return json + R"(],"next":)" + next + "}";
}

class MemberListTest : public testing::Test {
 protected:
  std::optional<MemberList> read() {
    std::optional<MemberList> got;
    read_members(services, "ada", "talk", [&](const MemberList& list) { got.emplace(list); });
    return got;
  }

  PagedServices services;
};

TEST_F(MemberListTest, ReadsPageAfterPageForThePerson) {
  services.answers = {page_of(0, 2, R"("c1")"), page_of(2, 1)};
  EXPECT_THAT(read()->value(), ElementsAre("p0", "p1", "p2"));
  EXPECT_THAT(services.asked, ElementsAre(R"(conversations.members ada {"conversation":"talk"})",
                                          R"(conversations.members ada {"after":"c1","conversation":"talk"})"));
}

TEST_F(MemberListTest, ARefusalIsPassedOn) {
  services.answers = {common::Refusal{.code = Code::kNotFound}};
  EXPECT_EQ(read()->error().code, Code::kNotFound);
}

TEST_F(MemberListTest, TooManyMembersAreRefused) {
  services.answers = {page_of(0, kMaximalMembers)};
  EXPECT_EQ(read()->value().size(), kMaximalMembers);
  services.answers = {page_of(0, kMaximalMembers, R"("c")"), page_of(0, 1), page_of(0, 1)};
  EXPECT_EQ(read()->error().code, Code::kTooLarge);
}

TEST_F(MemberListTest, WhatIsNoListOfMembersIsADefect) {
  for (const char* text : {"[]", "{}", R"({"members":[]})", R"({"members":[{"id":1}],"next":null})",
                           R"({"members":{},"next":7})", R"({"members":[],"next":"c"})", "{"}) {
    services.answers = {std::string(text)};
    EXPECT_EQ(read()->error().code, Code::kInternal) << text;
  }
  EXPECT_TRUE(services.answers.empty());
}

}  // namespace
}  // namespace fanfare::frontends::websocket::broker
