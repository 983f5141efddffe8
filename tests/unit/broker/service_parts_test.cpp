// Replies in parts: what a caller gets, and what a member that sends them is held to.

#include <gtest/gtest.h>

#include "tests/unit/broker/service_peers.hpp"

namespace fanfare::broker::core {
namespace {

using namespace std::chrono_literals;
using protocol::kPartsInFlight;
using protocol::Reply;

class ServiceParts : public ServicePeers {
 protected:
  /// A caller that takes `credit` bytes and no more.
  ConnectionId slow_caller(std::uint64_t credit) { return caller_ = driver_.peer("slow", credit); }

  std::uint64_t passed(ConnectionId peer) {
    const auto got = driver_.expect<protocol::Passed>(peer);
    return got.as<protocol::Passed>().bytes;
  }
};

TEST_F(ServiceParts, GoToTheCallerUntilTheLast) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  driver_.from(worker, Reply{.number = work.exchange, .flags = Reply::kMore, .content = "1"},
               Reply{.number = work.exchange, .content = "2"}, Reply{.number = work.exchange, .content = "3"});
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().flags, Reply::kMore);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().flags, 0);
  EXPECT_FALSE(driver_.has<Reply>(caller_));
}

TEST_F(ServiceParts, EndWithAFailureWhateverElseItSays) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  answer(worker, work.exchange, "1", Reply::kMore);
  answer(worker, work.exchange, "broken", Reply::kMore | Reply::kFailed);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().flags, Reply::kMore);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().flags, Reply::kFailed);
  EXPECT_EQ(driver_.core().counters().replies_late, 0U);
  answer(worker, work.exchange, "more");
  EXPECT_EQ(driver_.core().counters().replies_late, 1U);
}

TEST_F(ServiceParts, TellTheMemberHowMuchHasGoneOn) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  answer(worker, work.exchange, "12345", Reply::kMore);
  EXPECT_EQ(passed(worker), 5U);
  answer(worker, work.exchange, "678", Reply::kMore);
  EXPECT_EQ(passed(worker), 8U);
}

TEST_F(ServiceParts, WaitForACallerThatReadsSlowlyAndHoldNothingElseBack) {
  const auto quick = caller_;
  const auto worker = member("s");
  slow_caller(1'000);
  ask("s");
  const auto slow_work = asked(worker);
  const std::string part(kPartsInFlight / 2, 'x');
  answer(worker, slow_work.exchange, part, Reply::kMore);  // passes the limit, as one may
  EXPECT_EQ(passed(worker), part.size());
  answer(worker, slow_work.exchange, part, Reply::kMore);
  answer(worker, slow_work.exchange, part, Reply::kMore);
  EXPECT_FALSE(driver_.has<protocol::Passed>(worker));
  EXPECT_LE(driver_.core().sessions(), 3U);

  caller_ = quick;
  const auto other = ask("s");
  answer(worker, asked(worker).exchange, "at once");
  expect_reply(other, "at once");
}

TEST_F(ServiceParts, EndASessionThatSendsMoreThanHasRoom) {
  const auto worker = member("s");
  slow_caller(10);
  const auto request = ask("s");
  const auto work = asked(worker);
  const std::string part(kPartsInFlight, 'x');
  answer(worker, work.exchange, part, Reply::kMore);  // passes the limit, as one may
  answer(worker, work.exchange, part, Reply::kMore);
  EXPECT_TRUE(driver_.closed.empty());
  answer(worker, work.exchange, "x", Reply::kMore);
  EXPECT_EQ(driver_.closed, std::vector<std::string>{"credit_exceeded"});
  expect_error(request, ErrorCode::outcome_unknown);
}

TEST_F(ServiceParts, MayBeLargerThanTheirWindowOneAtATime) {
  const auto worker = member("s");
  ask("s");
  const auto work = asked(worker);
  const std::string part(1U << 20U, 'x');
  for (int i = 0; i < 50; ++i) {
    answer(worker, work.exchange, part, Reply::kMore);
    ASSERT_EQ(passed(worker), part.size() * static_cast<std::size_t>(i + 1));
    ASSERT_EQ(driver_.expect<Reply>(caller_).as<Reply>().content.size(), part.size());
    driver_.confirm(caller_);
  }
}

TEST_F(ServiceParts, HaveTheirTimeoutFromOneToTheNext) {
  const auto worker = member("s");
  const auto request = ask("s", "?", 500);
  const auto work = asked(worker);
  for (int i = 0; i < 4; ++i) {
    driver_.wait(400ms);
    answer(worker, work.exchange, "part", Reply::kMore);
    driver_.expect<Reply>(caller_);
  }
  driver_.wait(499ms);
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  driver_.wait(1ms);
  expect_error(request, ErrorCode::deadline_exceeded);
  EXPECT_EQ(driver_.expect<protocol::Cancel>(worker).as<protocol::Cancel>().number, work.exchange);
}

TEST_F(ServiceParts, EndWhenTheirCallerTakesNothingForATimeout) {
  const auto worker = member("s");
  slow_caller(1);
  const auto request = ask("s", "?", 500);
  const auto work = asked(worker);
  answer(worker, work.exchange, "one", Reply::kMore);
  answer(worker, work.exchange, "two", Reply::kMore);
  driver_.expect<Reply>(caller_);
  driver_.wait(300ms);
  driver_.confirm(caller_);  // takes the second
  driver_.expect<Reply>(caller_);
  driver_.wait(499ms);
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  driver_.wait(1ms);
  expect_error(request, ErrorCode::deadline_exceeded);
}

TEST_F(ServiceParts, AreNotTriedAgain) {
  const auto one = member("s");
  const auto two = member("s");
  const auto request = ask_safely("s");
  answer(one, asked(one).exchange, "part", Reply::kMore);
  driver_.expect<Reply>(caller_);
  driver_.lose(one);
  expect_error(request, ErrorCode::outcome_unknown);
  EXPECT_FALSE(driver_.has<protocol::ServiceRequest>(two));
}

TEST_F(ServiceParts, GoOnOverAnotherConnectionOfTheCaller) {
  const auto worker = member("s");
  slow_caller(1);
  ask("s");
  const auto work = asked(worker);
  for (const auto* part : {"one", "two", "three"}) answer(worker, work.exchange, part, Reply::kMore);
  EXPECT_EQ(passed(worker), 3U);
  driver_.expect<Reply>(caller_);
  driver_.disconnect(caller_);
  caller_ = driver_.resume(caller_);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().content, "two");
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().content, "three");
  EXPECT_EQ(passed(worker), 11U);
}

/// The outbox of the caller is full of what others would have it read.
TEST_F(ServiceParts, PushOutWhatCanBeReadAgain) {
  const auto worker = member("s");
  slow_caller(1);
  driver_.subscribe(caller_, "ephemeral.>");
  const auto publisher = driver_.peer("publisher");
  const std::string large(1U << 20U, 'x');
  for (int i = 0; i < 17; ++i) driver_.publish(publisher, "ephemeral.t", large);
  const auto request = ask("s");
  const auto work = asked(worker);
  answer(worker, work.exchange, "one", Reply::kMore);
  answer(worker, work.exchange, "two");
  EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  driver_.confirm(caller_);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().number, request);
  EXPECT_EQ(driver_.expect<Reply>(caller_).as<Reply>().content, "two");
}

}  // namespace
}  // namespace fanfare::broker::core
