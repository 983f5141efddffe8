#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionFetch : public SessionTest {
 protected:
  void fetch(Ticket ticket, std::string pattern = "chat.>", Duration timeout = 1min) {
    OpenFetch it;
    it.pattern = std::move(pattern);
    it.from = protocol::From::after;
    it.start = {epoch, 50};
    it.max_count = 10;
    it.deadline = now + timeout;
    session.fetch(ticket, std::move(it));
  }

  /// `records` lives at the caller's.
  [[nodiscard]] protocol::Page page(protocol::RequestNumber request, const std::string& records,
                                    std::uint32_t count) const {
    return {.request = request,
            .kind = protocol::PageKind::records,
            .flags = protocol::Page::kLast | protocol::Page::kRecovered,
            .through = {1, {epoch, 60}},
            .count = count,
            .content = std::string_view(records)};
  }

  void announce() { receive(protocol::Topic{.number = 7, .stream = 1, .name = "chat.1"}); }
};

TEST_F(SessionFetch, GetsAPageWithAllTheBrokerSays) {
  connect();
  fetch(1);
  const auto frame = sent();
  const auto asked = frame.one<protocol::Fetch>();
  EXPECT_EQ(asked.pattern, "chat.>");
  EXPECT_EQ(asked.from, protocol::From::after);
  EXPECT_EQ(asked.position, (Position{epoch, 50}));
  EXPECT_EQ(asked.max_count, 10U);
  announce();
  const auto records = record(7, 51, "a") + record(7, 53, "b");
  receive(page(asked.request, records, 2));
  const auto& it = told.pages.at(1);
  ASSERT_EQ(it.messages.size(), 2U);
  EXPECT_EQ(it.messages[1].topic, "chat.1");
  EXPECT_EQ(it.messages[1].position, (Position{epoch, 53}));
  EXPECT_EQ(it.messages[1].payload, "b");
  EXPECT_EQ(it.stream, "chat");
  EXPECT_EQ(it.through, (Position{epoch, 60}));
  EXPECT_TRUE(it.last);
  EXPECT_TRUE(it.recovered);
}

TEST_F(SessionFetch, IsAskedAgainInANewSession) {
  fetch(1);
  connect();
  const auto first = sent().one<protocol::Fetch>().request;
  reconnect();
  const auto second = sent().one<protocol::Fetch>().request;
  EXPECT_GT(second, first);
  receive(page(first, {}, 0));
  EXPECT_TRUE(told.pages.empty());
  receive(page(second, {}, 0));
  EXPECT_TRUE(told.pages.at(1).messages.empty());
  reconnect();
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionFetch, FailsAtItsDeadlineWithAndWithoutABroker) {
  fetch(1, "chat.>", 1s);
  EXPECT_EQ(session.next_deadline(), now + 1s);
  wait(1s);
  EXPECT_EQ(told.failures.at(1), ErrorCode::deadline_exceeded);
  connect();
  fetch(2, "chat.>", 1s);
  const auto request = sent().one<protocol::Fetch>().request;
  wait(1s);
  EXPECT_EQ(told.failures.at(2), ErrorCode::deadline_exceeded);
  receive(page(request, {}, 0));
  EXPECT_TRUE(told.pages.empty());
}

TEST_F(SessionFetch, FailsWithWhatTheBrokerAnswers) {
  connect();
  fetch(1, ">");
  receive(protocol::Error{.request = sent().one<protocol::Fetch>().request, .code = ErrorCode::ambiguous_stream});
  EXPECT_EQ(told.failures.at(1), ErrorCode::ambiguous_stream);
  session.refuse(Error(ErrorCode::bad_credentials));
  fetch(2);
  EXPECT_EQ(told.failures.at(2), ErrorCode::bad_credentials);
}

TEST_F(SessionFetch, NoMoreThanSixteenAreAskedAtOnceTheRestWaitInOrder) {
  connect();
  for (Ticket ticket = 1; ticket <= 18; ++ticket) fetch(ticket);
  const auto frame = sent();
  const auto asked = frame.all<protocol::Fetch>();
  ASSERT_EQ(asked.size(), 16U);
  receive(page(asked[0].request, {}, 0));
  const auto next = sent().one<protocol::Fetch>().request;
  receive(page(next, {}, 0));
  EXPECT_TRUE(told.pages.contains(17));
  EXPECT_EQ(sent().all<protocol::Fetch>().size(), 1U);
}

TEST_F(SessionFetch, OneTheBrokerHasNoRoomForWaitsUntilItHas) {
  connect();
  fetch(1);
  fetch(2);
  const auto asked = sent().all<protocol::Fetch>();
  receive(protocol::Error{.request = asked[1].request, .code = ErrorCode::too_many_requests});
  fetch(3);
  EXPECT_TRUE(sent().empty());
  EXPECT_TRUE(told.failures.empty());
  receive(page(asked[0].request, {}, 0));
  receive(page(sent().one<protocol::Fetch>().request, {}, 0));
  EXPECT_TRUE(told.pages.contains(2));
  receive(protocol::Error{.request = sent().one<protocol::Fetch>().request, .code = ErrorCode::too_many_requests});
  EXPECT_EQ(told.failures.at(3), ErrorCode::too_many_requests);
}

TEST_F(SessionFetch, WhileTheBrokerDrainsItWaitsForTheNext) {
  connect();
  fetch(1);
  receive(protocol::Error{.request = sent().one<protocol::Fetch>().request, .code = ErrorCode::draining},
          protocol::Drain{.deadline_ms = 1'000});
  fetch(2);
  EXPECT_TRUE(sent().empty());
  EXPECT_TRUE(told.failures.empty());
  wait(10s);
  connect();
  EXPECT_EQ(sent().all<protocol::Fetch>().size(), 2U);
}

TEST_F(SessionFetch, APageForAHandlerCountsAsHandledWhenThatIsDone) {
  connect();
  OpenFetch it;
  it.to_handler = true;
  session.fetch(1, it);
  receive(page(sent().one<protocol::Fetch>().request, {}, 0));
  EXPECT_TRUE(sent(true).all<protocol::Credit>().empty());
  session.handled(told.pages.at(1).data);
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 1U);
}

TEST_F(SessionFetch, RecordsThatAreNoneBreakTheProtocol) {
  connect();
  announce();
  fetch(1);
  const auto records = record(7, 51, "a");
  receive(page(sent().one<protocol::Fetch>().request, records, 2));
  EXPECT_FALSE(session.has_connection());
  EXPECT_TRUE(told.pages.empty());
  wait(10s);
  connect();
  EXPECT_EQ(sent().all<protocol::Fetch>().size(), 1U);
}

}  // namespace
}  // namespace fanfare::session::test
