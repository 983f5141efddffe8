// Requests whose member is lost: those that are safe to retry go to another one, the others do not.

#include <gtest/gtest.h>

#include "tests/unit/broker/service_peers.hpp"

namespace fanfare::broker::core {
namespace {

using namespace std::chrono_literals;

class ServiceRetries : public ServicePeers {
 protected:
  void expect_canceled(ConnectionId peer, std::uint64_t exchange) {
    EXPECT_EQ(driver_.expect<protocol::Cancel>(peer).as<protocol::Cancel>().number, exchange);
  }
};

TEST_F(ServiceRetries, GoToAnotherMemberWhenTheirsHasEnded) {
  const auto one = member("s");
  const auto request = ask_safely("s", "what");
  const auto first = asked(one);
  EXPECT_EQ(first.attempt, 1U);
  const auto two = member("s");
  driver_.now.steady += 500ms;
  driver_.lose(one);
  const auto second = asked(two);
  EXPECT_EQ(second.attempt, 2U);
  EXPECT_NE(second.exchange, first.exchange);
  EXPECT_EQ(second.content, "what");
  EXPECT_EQ(second.topic, "s");
  EXPECT_EQ(second.publisher, "local");
  EXPECT_EQ(second.flags, protocol::message_flags::kRetrySafe);
  EXPECT_EQ(second.remaining_ms, 1'500U);
  answer(two, second.exchange, "this");
  expect_reply(request, "this");
  EXPECT_EQ(driver_.core().counters().requests_retried, 1U);
}

TEST_F(ServiceRetries, AreNotMadeOfWhatIsNotSafe) {
  const auto one = member("s");
  const auto request = ask("s");
  asked(one);
  const auto two = member("s");
  driver_.disconnect(one);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
  driver_.wait(500ms);
  driver_.lose(one);
  expect_error(request, ErrorCode::outcome_unknown);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
}

TEST_F(ServiceRetries, GoToAnotherMemberWhenTheConnectionOfTheirsIsLost) {
  auto one = member("s");
  const auto request = ask_safely("s");
  const auto first = asked(one);
  const auto two = member("s");
  driver_.disconnect(one);
  const auto second = asked(two);
  EXPECT_EQ(second.attempt, 2U);
  one = driver_.resume(one);
  expect_canceled(one, first.exchange);
  answer(one, first.exchange, "too late");
  EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
  EXPECT_EQ(driver_.core().counters().replies_late, 1U);
  answer(two, second.exchange, "this");
  expect_reply(request, "this");
}

TEST_F(ServiceRetries, WaitForTheReturnOfTheOnlyMember) {
  auto one = member("s");
  const auto request = ask_safely("s");
  const auto first = asked(one);
  driver_.disconnect(one);
  driver_.wait(1s);
  one = driver_.resume(one);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(one));
  const auto two = member("s");  // it comes too late to matter
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
  answer(one, first.exchange, "here again");
  expect_reply(request, "here again");
}

TEST_F(ServiceRetries, GoToAMemberThatComesWhileTheirsIsAway) {
  const auto one = member("s");
  const auto request = ask_safely("s");
  asked(one);
  driver_.disconnect(one);
  const auto two = member("s");
  const auto second = asked(two);
  EXPECT_EQ(second.attempt, 2U);
  answer(two, second.exchange, "this");
  expect_reply(request, "this");
}

TEST_F(ServiceRetries, WaitForAMemberUntilTheirDeadline) {
  const auto one = member("s");
  const auto request = ask_safely("s", "?", 2'000);
  asked(one);
  driver_.lose(one);
  driver_.wait(1'400ms);
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  const auto two = member("s");
  const auto second = asked(two);
  EXPECT_EQ(second.remaining_ms, 600U);
  driver_.lose(two);
  driver_.wait(599ms);
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  driver_.wait(1ms);
  expect_error(request, ErrorCode::deadline_exceeded);
  EXPECT_EQ(driver_.core().next_deadline() == std::chrono::microseconds::zero(), false);
}

TEST_F(ServiceRetries, WaitForRoomAtAMember) {
  const auto one = member("s", 1);
  const auto two = member("s", 1);
  const auto request = ask_safely("s");
  const auto other = ask("s");
  asked(one);
  const auto busy = asked(two);
  driver_.lose(one);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
  answer(two, busy.exchange, "done");
  expect_reply(other, "done");
  answer(two, asked(two).exchange, "this");
  expect_reply(request, "this");
}

TEST_F(ServiceRetries, AreFiveTriesAtMost) {
  const auto request = [&] {
    const auto first = member("s");
    const auto number = ask_safely("s");
    asked(first);
    driver_.lose(first);
    return number;
  }();
  for (std::uint16_t attempt = 2; attempt <= 5; ++attempt) {
    EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
    const auto next = member("s");
    EXPECT_EQ(asked(next).attempt, attempt);
    driver_.lose(next);
  }
  expect_error(request, ErrorCode::outcome_unknown);
}

TEST_F(ServiceRetries, CanBeTakenBackWhileNobodyHasThem) {
  const auto one = member("s");
  const auto request = ask_safely("s");
  asked(one);
  driver_.lose(one);
  driver_.from(caller_, protocol::Cancel{.number = request});
  expect_error(request, ErrorCode::canceled);
  const auto two = member("s");
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
  driver_.confirm(caller_);
  driver_.confirm(two);
  EXPECT_TRUE(driver_.core().drained());
}

TEST_F(ServiceRetries, EndWithTheirCaller) {
  const auto one = member("s");
  ask_safely("s");
  asked(one);
  driver_.lose(one);
  driver_.lose(caller_);
  const auto two = member("s");
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
}

TEST_F(ServiceRetries, AreTheMembersOwnRequestsToo) {
  const auto one = member("s");
  caller_ = one;
  ask_safely("s");
  asked(one);
  const auto two = member("s");
  driver_.lose(one);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
}

class KeptRequests : public ServicePeers {
 protected:
  static Settings small() {
    auto settings = CoreDriver::settings();
    settings.outbox = 2'000;
    return settings;
  }
  KeptRequests() : ServicePeers(small()) {}
};

TEST_F(KeptRequests, AreRefusedBeyondWhatMayWaitForTheirCaller) {
  const auto worker = member("s");
  const std::string content(600, 'x');
  ask_safely("s", content);
  const auto first = asked(worker);
  ask_safely("s", content);
  asked(worker);
  driver_.confirm(worker);
  expect_error(ask_safely("s", content), ErrorCode::too_many_requests);
  ask("s", content);
  asked(worker);
  answer(worker, first.exchange, "done");
  driver_.expect<protocol::Reply>(caller_);
  ask_safely("s", content);
  asked(worker);
}

}  // namespace
}  // namespace fanfare::broker::core
