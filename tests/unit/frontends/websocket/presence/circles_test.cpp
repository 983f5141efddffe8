#include "frontends/websocket/presence/circles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fanfare::frontends::websocket::presence {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class RecordingPeople final : public PeopleSource {
 public:
  void hold(const std::string& person) override { calls.push_back("hold " + person); }
  void release(const std::string& person) override { calls.push_back("release " + person); }
  void members(const std::string& person, const std::string& conversation, session::OnAnswer<People> done) override {
    asked.emplace_back(person + " " + conversation, std::move(done));
  }

  /// The oldest question.
  std::string answer(const session::Answer<People>& answer) {
    if (asked.empty()) return "nothing was asked";
    auto [question, done] = std::move(asked.front());
    asked.pop_front();
    done(answer);
    return question;
  }

  std::vector<std::string> calls;
  std::deque<std::pair<std::string, session::OnAnswer<People>>> asked;
};

/// Keeps pushes as `talk +ada`.
class PushReader final : public session::Subscriber {
 public:
  void deliver(const protocol::Line& push) override {
    const std::string json(push.json());
    const auto between = [&](const std::string& from, char to) {
      const auto at = json.find(from) + from.size();
      return json.substr(at, json.find(to, at) - at);
    };
    const bool is_join = json.find(R"("join")") != std::string::npos;
    got.push_back(between(R"("chat.)", '"') + (is_join ? " +" : " -") + between(R"("user":")", '"'));
    if (on_push) on_push();
  }
  void interrupted(const std::string&) override {}
  void rights_changed(const std::string&) override {}

  std::vector<std::string> take() { return std::exchange(got, {}); }

  std::vector<std::string> got;
  std::function<void()> on_push;
};

class PresenceCircles : public testing::Test {
 protected:
  void watch_talk() {
    circles.watch("ada", "talk", reader);
    EXPECT_EQ(source.answer(People{"ada", "bob", "cy"}), "ada talk");
  }

  /// What is answered to `ada`; nothing while it is open.
  std::shared_ptr<std::optional<session::Answer<People>>> ask(const std::string& conversation = "talk",
                                                              const std::string& person = "ada") {
    auto got = std::make_shared<std::optional<session::Answer<People>>>();
    circles.online(person, conversation, [got](const session::Answer<People>& answer) { got->emplace(answer); });
    return got;
  }

  void pass(std::chrono::seconds time) {
    now.steady += time;
    circles.tick();
  }

  session::Instant now{std::chrono::steady_clock::time_point(1000s), {}};
  RecordingPeople source;
  Limits limits{.lingering = 3, .requests = 2};
  Circles circles{source, [this] { return now; }, limits};
  std::shared_ptr<PushReader> reader = std::make_shared<PushReader>();
};

TEST_F(PresenceCircles, APersonIsHeldOnceHoweverManyConnectionsTheyHave) {
  circles.came("ada");
  circles.came("bob");
  circles.came("ada");
  circles.went("ada");
  EXPECT_THAT(source.calls, ElementsAre("hold ada", "hold bob"));
  EXPECT_EQ(circles.people(), 2U);
  circles.went("ada");
  circles.came("ada");
  EXPECT_THAT(source.calls, ElementsAre("hold ada", "hold bob", "release ada", "hold ada"));
}

TEST_F(PresenceCircles, AnswersWithTheMembersWhoAreOnline) {
  circles.changed("bob", true);
  circles.changed("dan", true);
  circles.complete();
  const auto answer = ask();
  EXPECT_FALSE(*answer);
  EXPECT_EQ(source.answer(People{"ada", "bob", "cy"}), "ada talk");
  EXPECT_THAT(answer->value().value(), ElementsAre("bob"));
}

TEST_F(PresenceCircles, AsksForTheMembersOnce) {
  circles.complete();
  const auto first = ask();
  const auto second = ask("talk", "bob");
  source.answer(People{"ada", "bob"});
  EXPECT_TRUE(*first);
  EXPECT_TRUE(*second);
  EXPECT_TRUE(*ask());
  EXPECT_THAT(source.asked, IsEmpty());
}

TEST_F(PresenceCircles, KnowsNobodyBeforeAllHaveBeenTold) {
  const auto answer = ask();
  ASSERT_TRUE(*answer);
  EXPECT_EQ(answer->value().error().code, protocol::kInternal);
  EXPECT_TRUE(answer->value().error().temporary);
}

TEST_F(PresenceCircles, TellsWhoComesAndGoesOfThoseWhoShareTheConversation) {
  watch_talk();
  circles.changed("bob", true);
  circles.changed("bob", true);
  circles.changed("dan", true);
  circles.changed("bob", false);
  circles.changed("cy", false);
  EXPECT_THAT(reader->got, ElementsAre("talk +bob", "talk -bob"));
}

TEST_F(PresenceCircles, AThousandWhoComeAtOnceAreNoRequest) {
  watch_talk();
  for (int i = 0; i < 1'000; ++i) circles.changed("person" + std::to_string(i), true);
  EXPECT_THAT(source.asked, IsEmpty());
  EXPECT_THAT(reader->got, IsEmpty());
}

TEST_F(PresenceCircles, TellsWhoWasThereAlready) {
  circles.changed("bob", true);
  watch_talk();
  EXPECT_THAT(reader->take(), ElementsAre("talk +bob"));
  const auto second = std::make_shared<PushReader>();
  circles.watch("cy", "talk", second);
  circles.changed("cy", true);
  EXPECT_THAT(reader->got, ElementsAre("talk +cy"));
  EXPECT_THAT(second->got, ElementsAre("talk +cy"));
}

TEST_F(PresenceCircles, OneWhoComesAfterAllHaveLeftIsToldOfChangesOnly) {
  watch_talk();
  circles.changed("bob", true);
  circles.unwatch("talk", *reader);
  circles.changed("bob", false);
  EXPECT_THAT(reader->take(), ElementsAre("talk +bob"));
  circles.watch("ada", "talk", reader);
  circles.changed("bob", true);
  EXPECT_THAT(reader->got, ElementsAre("talk +bob"));
}

TEST_F(PresenceCircles, ANewMemberIsSeenAndAFormerOneIsNot) {
  circles.changed("bob", true);
  circles.changed("dan", true);
  watch_talk();
  reader->take();
  circles.members_changed("talk");
  source.answer(People{"ada", "cy", "dan"});
  EXPECT_THAT(reader->take(), UnorderedElementsAre("talk -bob", "talk +dan"));
  circles.changed("bob", false);
  circles.changed("dan", false);
  EXPECT_THAT(reader->got, ElementsAre("talk -dan"));
}

TEST_F(PresenceCircles, TellsOfNobodyWhileTheMembersAreInDoubt) {
  watch_talk();
  circles.members_changed("talk");
  circles.changed("bob", true);
  circles.changed("cy", true);
  EXPECT_THAT(reader->got, IsEmpty());
  source.answer(People{"ada", "cy"});
  EXPECT_THAT(reader->got, ElementsAre("talk +cy"));
}

TEST_F(PresenceCircles, AnAnswerThatAChangeOvertookIsAskedAgain) {
  circles.complete();
  circles.changed("bob", true);
  const auto answer = ask();
  circles.members_changed("talk");
  source.answer(People{"ada", "bob"});
  EXPECT_FALSE(*answer);
  source.answer(People{"ada"});
  EXPECT_THAT(answer->value().value(), IsEmpty());
}

TEST_F(PresenceCircles, AConversationThatChangesAllTheTimeIsRefused) {
  circles.complete();
  const auto answer = ask();
  for (int i = 0; i < limits.tries; ++i) {
    circles.members_changed("talk");
    source.answer(People{"ada"});
  }
  ASSERT_TRUE(*answer);
  EXPECT_TRUE(answer->value().error().temporary);
  EXPECT_THAT(source.asked, IsEmpty());
}

TEST_F(PresenceCircles, AfterMissedChangesAllAreAskedForAgain) {
  watch_talk();
  circles.all_members_changed();
  EXPECT_EQ(source.answer(People{"ada", "dan"}), "ada talk");
  circles.changed("dan", true);
  EXPECT_THAT(reader->got, ElementsAre("talk +dan"));
}

TEST_F(PresenceCircles, ARefusalIsForWhoAskedAlone) {
  circles.complete();
  const auto mallory = ask("talk", "mallory");
  const auto ada = ask();
  EXPECT_EQ(source.answer(protocol::Refusal{protocol::kPermissionDenied, "no"}), "mallory talk");
  EXPECT_EQ(mallory->value().error().code, protocol::kPermissionDenied);
  EXPECT_FALSE(*ada);
  EXPECT_EQ(source.answer(People{"ada"}), "ada talk");
  EXPECT_TRUE(ada->value());
}

TEST_F(PresenceCircles, AnOutageIsForAllAndThoseWhoListenAskAgainLater) {
  circles.complete();
  const auto answer = ask();
  circles.watch("bob", "talk", reader);
  source.answer(protocol::Refusal{protocol::kInternal, "away", true});
  EXPECT_EQ(answer->value().error().code, protocol::kInternal);
  EXPECT_THAT(source.asked, IsEmpty());
  pass(limits.pause);
  circles.changed("bob", true);
  EXPECT_EQ(source.answer(People{"ada", "bob"}), "bob talk");
  EXPECT_THAT(reader->got, ElementsAre("talk +bob"));
}

TEST_F(PresenceCircles, RequestsAtOnceAreBounded) {
  circles.complete();
  const std::vector answers = {ask("a"), ask("b"), ask("c"), ask("d")};
  EXPECT_THAT(source.asked, SizeIs(2));
  source.answer(People{"ada"});
  EXPECT_THAT(source.asked, SizeIs(2));
  for (int i = 0; i < 3; ++i) source.answer(People{"ada"});
  for (const auto& answer : answers) EXPECT_TRUE(answer->value());
}

TEST_F(PresenceCircles, WhoHasLeftBeforeTheirTurnIsNotAskedFor) {
  circles.watch("ada", "a", reader);
  circles.watch("ada", "b", reader);
  circles.watch("ada", "c", reader);
  circles.unwatch("c", *reader);
  source.answer(People{"ada"});
  source.answer(People{"ada"});
  EXPECT_THAT(source.asked, IsEmpty());
}

TEST_F(PresenceCircles, KeepsNoMoreThanItMay) {
  circles.complete();
  watch_talk();
  for (int i = 0; i < 10; ++i) {
    ask(std::to_string(i));
    source.answer(People{"ada"});
  }
  pass(1s);
  EXPECT_EQ(circles.conversations(), 1 + limits.lingering);
  pass(limits.linger);
  EXPECT_EQ(circles.conversations(), 1U);
}

TEST_F(PresenceCircles, OneWhoIsToldMayLeave) {
  const auto second = std::make_shared<PushReader>();
  watch_talk();
  circles.watch("bob", "talk", second);
  reader->on_push = [&] {
    circles.unwatch("talk", *reader);
    circles.unwatch("talk", *second);
  };
  circles.changed("cy", true);
  circles.changed("cy", false);
  EXPECT_THAT(reader->got, ElementsAre("talk +cy"));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::presence
