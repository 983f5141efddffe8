// Replies in parts: those a service sends, and those that answer this client's requests.

#include <string>
#include <utility>

#include "sdk/session/failure_reply.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::kPartsInFlight;

class SessionParts : public SessionTest {
 protected:
  void SetUp() override {
    connect();
    serve(1, "svc.>");
    receive(protocol::Ok{.request = sent().one<protocol::Serve>().request});
  }

  ExchangeId ask(std::uint64_t exchange = 42) {
    protocol::ServiceRequest it;
    it.exchange = exchange;
    it.handle = 1;
    it.remaining_ms = 1'000;
    it.topic = "svc.large";
    it.publisher = "someone";
    receive(it);
    return told.requests.back().exchange;
  }

  /// The contents of the REPLYs that are sent now.
  std::vector<std::string> replies() {
    std::vector<std::string> contents;
    while (true) {
      const auto frame = sent();
      const auto all = frame.all<protocol::Reply>();
      for (const auto& it : all) contents.emplace_back(it.content);
      if (all.empty()) return contents;
    }
  }

  protocol::RequestNumber request_in_parts(Ticket ticket, Duration timeout = 2s) {
    OpenRequest it;
    it.topic = "svc.large";
    it.deadline = now + timeout;
    it.timeout = timeout;
    it.takes_parts = true;
    session.request(ticket, std::move(it));
    return sent().one<protocol::Request>().request;
  }
  protocol::RequestNumber request_whole(Ticket ticket) {
    request(ticket, "svc.large", {}, 2s);
    return sent().one<protocol::Request>().request;
  }
  void part(protocol::RequestNumber number, std::string_view content) {
    receive(protocol::Reply{.number = number, .flags = protocol::Reply::kMore, .content = content});
  }
  void last(protocol::RequestNumber number, std::string_view content) {
    receive(protocol::Reply{.number = number, .content = content});
  }
};

TEST_F(SessionParts, GoOutUnderOneNumberUntilTheLast) {
  const auto exchange = ask();
  session.part(exchange, {}, "one");
  session.part(exchange, {}, "two");
  session.reply(exchange, {}, "three", false);
  session.part(exchange, {}, "four");
  const auto frame = sent();
  const auto all = frame.all<protocol::Reply>();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].flags, protocol::Reply::kMore);
  EXPECT_EQ(all[1].flags, protocol::Reply::kMore);
  EXPECT_EQ(all[2].flags, 0);
  EXPECT_EQ(all[2].number, 42U);
}

TEST_F(SessionParts, WaitForThoseBeforeThemToGoOn) {
  const auto exchange = ask();
  const std::string half(kPartsInFlight / 2, 'x');
  session.part(exchange, {}, half);
  session.part(exchange, {}, half);
  session.part(exchange, {}, "next");
  session.reply(exchange, {}, "last", false);
  EXPECT_EQ(replies(), (std::vector{half, half}));
  receive(protocol::Passed{.exchange = 42, .bytes = 1});
  EXPECT_TRUE(replies().empty());
  receive(protocol::Passed{.exchange = 42, .bytes = half.size()});
  EXPECT_EQ(replies(), (std::vector<std::string>{"next", "last"}));
  EXPECT_EQ(told.passed, (std::vector<std::pair<ExchangeId, std::uint64_t>>{{exchange, 1}, {exchange, half.size()}}));
}

TEST_F(SessionParts, MayBeLargerThanWhatIsUnderWayOneAtATime) {
  const auto exchange = ask();
  const std::string large(1U << 20U, 'x');
  session.part(exchange, {}, large);
  session.part(exchange, {}, large);
  EXPECT_EQ(replies().size(), 1U);
  receive(protocol::Credit{.received = 2, .limit = 4U << 20U});
  receive(protocol::Passed{.exchange = 42, .bytes = large.size()});
  EXPECT_EQ(replies().size(), 1U);
}

TEST_F(SessionParts, OfOneReplyDoNotHoldBackAnother) {
  const auto one = ask(42);
  const auto other = ask(43);
  session.part(one, {}, std::string(kPartsInFlight, 'x'));
  session.part(one, {}, "waits");
  session.reply(other, {}, "goes", false);
  EXPECT_EQ(replies().back(), "goes");
}

TEST_F(SessionParts, AreDroppedWhenNobodyWaitsAnyMore) {
  const auto exchange = ask();
  session.part(exchange, {}, std::string(kPartsInFlight, 'x'));
  session.part(exchange, {}, "waits");
  (void)replies();
  receive(protocol::Cancel{.number = 42});
  EXPECT_EQ(told.ended, std::vector{exchange});
  receive(protocol::Passed{.exchange = 42, .bytes = kPartsInFlight});
  session.part(exchange, {}, "more");
  EXPECT_TRUE(replies().empty());
}

TEST_F(SessionParts, EndWithThatWhichTheBrokerRefuses) {
  const auto exchange = ask();
  session.part(exchange, {}, "one");
  (void)replies();
  receive(protocol::Error{
      .request = 42, .command = protocol::CommandType::reply, .code = ErrorCode::overflow, .text = "no room"});
  EXPECT_EQ(told.ended, std::vector{exchange});
  session.part(exchange, {}, "two");
  EXPECT_TRUE(replies().empty());
}

TEST_F(SessionParts, EndWithThatWhichIsTooLarge) {
  const auto exchange = ask();
  session.part(exchange, {}, "one");
  session.part(exchange, {}, std::string((1U << 20U) + 1, 'x'));
  EXPECT_EQ(told.ended, std::vector{exchange});
  EXPECT_EQ(replies(), (std::vector<std::string>{"one", failure_headers(ErrorCode::message_too_large)}));
}

TEST_F(SessionParts, GoOnOverAnotherConnection) {
  const auto exchange = ask();
  const std::string large(kPartsInFlight - 3, 'x');
  session.part(exchange, {}, "one");
  session.part(exchange, {}, large);
  session.part(exchange, {}, "two");
  EXPECT_EQ(replies(), (std::vector<std::string>{"one", large}));
  auto again = welcome();
  again.flags = protocol::Welcome::kResumed;
  again.received = 2;  // SERVE and the first part
  reconnect(again);
  EXPECT_EQ(replies(), std::vector{large});
  receive(protocol::Passed{.exchange = 42, .bytes = kPartsInFlight});
  EXPECT_EQ(replies(), std::vector<std::string>{"two"});
  EXPECT_TRUE(told.ended.empty());
}

TEST_F(SessionParts, ThatWaitGoOutBeforeTheClientCloses) {
  const auto exchange = ask();
  session.part(exchange, {}, std::string(kPartsInFlight, 'x'));
  session.reply(exchange, {}, "last", false);
  (void)sent(true);
  receive(protocol::Credit{.received = 2, .limit = 4U << 20U});
  session.close(now, now + 5s);
  EXPECT_TRUE(sent(true).all<protocol::Bye>().empty());
  receive(protocol::Passed{.exchange = 42, .bytes = kPartsInFlight});
  EXPECT_EQ(replies().back(), "last");
  receive(protocol::Credit{.received = 3, .limit = 8U << 20U});
  EXPECT_EQ(sent(true).all<protocol::Bye>().size(), 1U);
}

TEST_F(SessionParts, ThatWereNeverSentCannotHaveGoneOn) {
  const auto exchange = ask();
  session.part(exchange, {}, "one");
  receive(protocol::Passed{.exchange = 42, .bytes = 4});
  EXPECT_EQ(told.states.back().connection, Connection::reconnecting);
}

TEST_F(SessionParts, AreHandedOverAsTheyCome) {
  const auto number = request_in_parts(1);
  part(number, "one");
  part(number, "two");
  ASSERT_EQ(told.parts.size(), 2U);
  EXPECT_EQ(std::get<1>(told.parts[0]), "one");
  EXPECT_LT(std::get<2>(told.parts[0]), std::get<2>(told.parts[1]));
  EXPECT_TRUE(told.replies.empty());
  last(number, "three");
  EXPECT_EQ(told.replies.at(1).payload, "three");
}

TEST_F(SessionParts, GiveCreditBackWhenTheirHandlerIsDone) {
  const auto number = request_in_parts(1);
  (void)sent(true);
  part(number, "one");
  EXPECT_EQ(sent(true).all<protocol::Credit>().size(), 0U);
  session.handled(std::get<2>(told.parts[0]));
  EXPECT_EQ(sent(true).all<protocol::Credit>().size(), 1U);
}

TEST_F(SessionParts, ArePutTogetherForWhoWantsThemWhole) {
  const auto number = request_whole(1);
  part(number, "one ");
  part(number, "two ");
  last(number, "three");
  EXPECT_TRUE(told.parts.empty());
  EXPECT_EQ(told.replies.at(1).payload, "one two three");
}

TEST_F(SessionParts, ArePutTogetherUpToABound) {
  const auto number = request_whole(1);
  const std::string mebibyte(1U << 20U, 'x');
  for (int i = 0; i < 64; ++i) part(number, mebibyte);
  EXPECT_TRUE(told.failures.empty());
  part(number, "x");
  EXPECT_EQ(told.failures.at(1), ErrorCode::message_too_large);
  EXPECT_EQ(sent().one<protocol::Cancel>().number, number);
  part(number, "late");
  last(number, "late");
  EXPECT_TRUE(told.replies.empty());
}

TEST_F(SessionParts, MayEndWithAFailure) {
  const auto number = request_whole(1);
  part(number, "one");
  receive(protocol::Reply{.number = number, .flags = protocol::Reply::kFailed, .content = "broken"});
  EXPECT_EQ(told.failures.at(1), ErrorCode::service_failed);
}

TEST_F(SessionParts, HaveTheirTimeoutFromOneToTheNext) {
  const auto number = request_in_parts(1);
  for (int i = 0; i < 3; ++i) {
    wait(1'900ms);
    part(number, "part");
  }
  wait(1'999ms);
  EXPECT_TRUE(told.failures.empty());
  wait(1ms);
  EXPECT_EQ(told.failures.at(1), ErrorCode::deadline_exceeded);
}

}  // namespace
}  // namespace fanfare::session::test
