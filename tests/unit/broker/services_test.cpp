#include <gtest/gtest.h>

#include "tests/unit/broker/service_peers.hpp"

namespace fanfare::broker::core {
namespace {

using namespace std::chrono_literals;

class Services : public ServicePeers {};

TEST_F(Services, CarryARequestToAMemberAndItsReplyBack) {
  const auto worker = member("accounts.>");
  const auto request = ask("accounts.whoami", "me");
  const auto work = asked(worker);
  EXPECT_EQ(work.topic, "accounts.whoami");
  EXPECT_EQ(work.content, "me");
  EXPECT_EQ(work.publisher, "local");
  EXPECT_EQ(work.remaining_ms, 2'000U);
  driver_.from(worker, protocol::Reply{.number = work.exchange, .content = "ann"});
  const auto got = driver_.expect<protocol::Reply>(caller_);
  EXPECT_EQ(got.as<protocol::Reply>().number, request);
  EXPECT_EQ(got.as<protocol::Reply>().content, "ann");
  EXPECT_FALSE(driver_.core().drained());  // the caller may still lose it
  driver_.confirm(caller_);
  driver_.confirm(worker);
  EXPECT_TRUE(driver_.core().drained());
}

TEST_F(Services, GiveACallerItsCreditAlongWithTheReplyOrIn20Milliseconds) {
  const auto worker = member("s");
  const auto reply = [&] { driver_.from(worker, protocol::Reply{.number = asked(worker).exchange}); };
  ask("s");  // the first data of a session is confirmed at once
  driver_.expect<protocol::Credit>(caller_);
  reply();
  driver_.expect<protocol::Reply>(caller_);
  ask("s");
  driver_.wait(19ms);
  EXPECT_FALSE(driver_.has<protocol::Credit>(caller_));
  const auto frames = driver_.frames[caller_];
  reply();
  EXPECT_EQ(driver_.frames[caller_], frames + 1);
  EXPECT_EQ(driver_.expect<protocol::Credit>(caller_).as<protocol::Credit>().received, 2U);
  driver_.expect<protocol::Reply>(caller_);
  driver_.wait(1ms);
  EXPECT_EQ(driver_.frames[caller_], frames + 1) << "it has it already";
  ask("s");
  ASSERT_TRUE(driver_.core().next_deadline());
  EXPECT_LE(*driver_.core().next_deadline(), driver_.now.steady + 20ms);
  driver_.wait(20ms);
  EXPECT_EQ(driver_.expect<protocol::Credit>(caller_).as<protocol::Credit>().received, 3U);
  EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
}

TEST_F(Services, RefuseAtOnceWhatNobodyServes) {
  driver_.subscribe(driver_.peer(), ">");  // a subscriber is no member
  expect_error(ask("nobody.home"), ErrorCode::no_service);
}

TEST_F(Services, AskTheLeastBusyMemberAndTakeTurnsBetweenEquals) {
  const auto one = member("s");
  const auto two = member("s");
  ask("s");
  ask("s");
  const auto first = asked(one);
  asked(two);
  driver_.from(one, protocol::Reply{.number = first.exchange});
  ask("s");
  asked(one);
  ask("s");
  ask("s");
  asked(one);
  asked(two);
}

TEST_F(Services, RefuseWhenEachMemberHasAsMuchAsItTakes) {
  const auto worker = member("s", 1);
  ask("s");
  expect_error(ask("s"), ErrorCode::too_many_requests);
  driver_.from(worker, protocol::Reply{.number = asked(worker).exchange});
  driver_.expect<protocol::Reply>(caller_);
  ask("s");
  asked(worker);
}

TEST_F(Services, EndARequestAtItsDeadlineAndTellTheMember) {
  const auto worker = member("s");
  const auto request = ask("s", "?", 500);
  const auto work = asked(worker);
  driver_.wait(499ms);
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  driver_.wait(1ms);
  expect_error(request, ErrorCode::deadline_exceeded);
  EXPECT_EQ(driver_.expect<protocol::Cancel>(worker).as<protocol::Cancel>().number, work.exchange);
  driver_.from(worker, protocol::Reply{.number = work.exchange, .content = "late"});
  EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
  EXPECT_EQ(driver_.core().counters().replies_late, 1U);
}

TEST_F(Services, RefuseATimeoutOutsideItsRange) {
  member("s");
  expect_error(ask("s", "?", 0), ErrorCode::deadline_exceeded);
  expect_error(ask("s", "?", 60'001), ErrorCode::deadline_exceeded);
}

TEST_F(Services, LetTheCallerTakeARequestBack) {
  const auto worker = member("s");
  const auto request = ask("s");
  const auto work = asked(worker);
  driver_.from(caller_, protocol::Cancel{.number = request});
  expect_error(request, ErrorCode::canceled);
  EXPECT_EQ(driver_.expect<protocol::Cancel>(worker).as<protocol::Cancel>().number, work.exchange);
}

TEST_F(Services, SayOutcomeUnknownWhenTheMemberIsLost) {
  const auto worker = member("s");
  const auto request = ask("s");
  asked(worker);
  driver_.lose(worker);
  expect_error(request, ErrorCode::outcome_unknown);
  expect_error(ask("s"), ErrorCode::no_service);
}

TEST_F(Services, TellTheMemberWhenTheCallerIsLost) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  driver_.lose(caller_);
  EXPECT_EQ(driver_.expect<protocol::Cancel>(worker).as<protocol::Cancel>().number, work.exchange);
}

TEST_F(Services, TakeRepliesFromTheMemberThatWasAskedOnly) {
  const auto worker = member("s");
  const auto other = member("other");
  ask("s");
  const auto work = asked(worker);
  driver_.from(other, protocol::Reply{.number = work.exchange, .content = "forged"});
  EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
}

TEST_F(Services, AnswerWhatWasBegunAfterTheyStopServing) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  driver_.from(worker, protocol::Unsubscribe{.request = ++driver_.request, .handle = 1});
  expect_error(ask("s"), ErrorCode::no_service);
  driver_.from(worker, protocol::Reply{.number = work.exchange, .content = "done"});
  EXPECT_TRUE(driver_.has<protocol::Reply>(caller_));
}

TEST_F(Services, TellBothSidesOfAReplyThatIsTooLarge) {
  const auto worker = member("s");
  const auto request = ask("s");
  const auto work = asked(worker);
  const std::string large((1U << 20U) + 1, 'x');
  driver_.from(worker, protocol::Reply{.number = work.exchange, .content = std::string_view(large)});
  EXPECT_EQ(driver_.expect<protocol::Error>(worker).as<protocol::Error>().request, work.exchange);
  expect_error(request, ErrorCode::message_too_large);
}

}  // namespace
}  // namespace fanfare::broker::core
