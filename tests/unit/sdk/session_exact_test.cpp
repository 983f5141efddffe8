// Every kind of traffic at once over a connection that is cut: each thing has exactly one outcome, and comes once.
#include <cstdio>
#include <cstdlib>

#include "tests/unit/sdk/exact_broker.hpp"

namespace fanfare::session::test {
namespace {

constexpr std::size_t kNever = static_cast<std::size_t>(-1);

std::uint64_t exact_seed() {
  const auto* given = std::getenv("FANFARE_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

/// A session and its broker; everything that happens follows from the seed.
class Conversation final : public SessionTest {
 public:
  explicit Conversation(std::uint64_t seed) : chance(seed) { come_back(); }
  void TestBody() override {}
  using SessionTest::session;
  using SessionTest::told;

  [[nodiscard]] bool one_in(std::uint64_t count) { return chance() % count == 0; }

  void come_back() {
    wait(10s);
    session.opened(now, 0.5);
    std::string hello;
    ASSERT_TRUE(session.next_frame(hello, now, false));
    auto with = welcome();
    with.limit = 400;  // a few publishes
    broker.connected(hello, with);
  }

  void cut() {
    session.lost(now, Error(ErrorCode::unreachable));
    broker.link.cut();
    ++cuts;
  }

  /// A command passed, in either direction; false when the connection breaks here.
  [[nodiscard]] bool passes() {
    if (++passed != cut_after) return true;
    cut();
    return false;
  }

  /// The client asks for something new.
  void ask() {
    switch (++last_ticket; chance() % 9) {
      case 0:
      case 1:
      case 2:
        publish_one();
        expected.acks.insert(last_ticket);
        break;
      case 3:
        request(last_ticket, "svc.echo", std::to_string(last_ticket), 100h);
        expected.replies.insert(last_ticket);
        break;
      case 4:
        session.fetch(last_ticket, {.pattern = "chat.1", .deadline = now + 100h});
        expected.pages.insert(last_ticket);
        break;
      case 5:
        session.query(last_ticket, protocol::QueryKind::broker, now + 100h);
        expected.rows.insert(last_ticket);
        break;
      case 6:
        session.manage(last_ticket, {.group = "work", .sequences = {}, .deadline = now + 100h});
        expected.managed.insert(last_ticket);
        break;
      case 7:
        if (subscriptions.size() >= 4) return;
        subscribe(++last_handle, one_in(2) ? "a.*" : "a.b");
        subscriptions.insert(last_handle);
        break;
      default:
        if (subscriptions.empty()) return;
        session.remove(*subscriptions.begin());
        gone.insert(*subscriptions.begin());
        subscriptions.erase(subscriptions.begin());
    }
  }

  void publish_one() {
    auto id = uuid(static_cast<std::uint8_t>(last_ticket % 256));
    id.bytes[0] = static_cast<std::uint8_t>(last_ticket / 256);
    auto batch = std::make_unique<PublishBatch>();
    batch->add(last_ticket, "a.b", {id, {}, {}, std::to_string(last_ticket)}, false);
    session.publish(std::move(batch));
  }

  void begin() {
    serve(kService, "svc.>");
    Registration member;
    member.kind = Registration::Kind::membership;
    member.pattern = "chat.>";
    member.max_in_flight = 256;
    member.joined.group = "work";
    session.add(kMember, std::move(member));
  }

  /// The client's handlers do something.
  void handle_some() {
    if (replied < told.requests.size() && one_in(2)) {
      const auto& it = told.requests[replied++];
      session.reply(it.exchange, {}, "re " + it.payload, false);
      session.handled(it.data);
    }
    if (settled_to < told.begun_works.size() && one_in(2)) {
      const auto& it = told.work(told.begun_works[settled_to++]);
      Verdict verdict;
      if (one_in(4)) verdict.kind = one_in(2) ? Verdict::Kind::failed : Verdict::Kind::deferred;
      session.settle(it.work, ++last_ticket, verdict);
      expected.settled.insert(last_ticket);
      session.handled(it.data);
    }
    if (!told.messages.empty() && one_in(3)) session.handled(told.messages.back().data);
  }

  void transfer() {
    if (!session.has_connection()) return;
    std::string frame;
    if (session.next_frame(frame, now, one_in(2))) {
      protocol::FrameReader reader(frame);
      while (const auto command = reader.next()) {
        broker.received(*command);
        if (!passes()) return;
      }
    }
    if (one_in(4)) broker.link.give_credit();
    if (broker.link.has_frames() && one_in(2)) {
      session.received(broker.link.take_frame(), now);
      ASSERT_TRUE(session.has_connection());
      if (!passes()) return;
    }
    if (one_in(2)) (void)broker.answer_one();
  }

  void step(bool asks) {
    if (asks && one_in(3)) ask();
    handle_some();
    if (!session.has_connection() && one_in(3)) come_back();
    transfer();
  }

  [[nodiscard]] bool complete() const {
    return told.acks.size() == expected.acks.size() && told.pages.size() == expected.pages.size() &&
           told.replies.size() + told.failures.size() == expected.replies.size() &&
           told.rows.size() == expected.rows.size() && told.managed.size() == expected.managed.size() &&
           told.settled.size() == expected.settled.size();
  }

  void settle() {
    for (int i = 0; i < 20'000; ++i) {
      step(false);
      if (i > 500 && complete() && session.has_connection() && !broker.link.has_frames()) return;
    }
    ADD_FAILURE() << "it does not settle: acks " << told.acks.size() << '/' << expected.acks.size() << ", replies "
                  << told.replies.size() << '/' << expected.replies.size() << ", pages " << told.pages.size() << '/'
                  << expected.pages.size() << ", rows " << told.rows.size() << '/' << expected.rows.size()
                  << ", managed " << told.managed.size() << '/' << expected.managed.size() << ", settled "
                  << told.settled.size() << '/' << expected.settled.size();
  }

  [[nodiscard]] std::vector<std::string> seen(Handle handle) const {
    std::vector<std::string> payloads;
    for (const auto& message : told.messages) {
      if (message.handle == handle) payloads.push_back(message.payload);
    }
    return payloads;
  }

  /// The session was never lost: nothing shows that the connection was.
  void expect_exact() const {
    for (const auto handle : subscriptions) {
      const auto delivered = broker.delivered.find(handle);
      EXPECT_EQ(seen(handle), delivered == broker.delivered.end() ? std::vector<std::string>() : delivered->second);
    }
    EXPECT_TRUE(told.failures.empty());
    EXPECT_TRUE(told.gaps.empty());
    EXPECT_TRUE(told.ended.empty());
    EXPECT_TRUE(told.revoked.empty());
    for (const auto& [ticket, reply] : told.replies) EXPECT_EQ(reply.payload, "re " + std::to_string(ticket));
    for (const auto& [ticket, code] : told.settled) EXPECT_EQ(code, std::nullopt);
    for (const auto& [ticket, code] : told.managed) EXPECT_EQ(code, std::nullopt);
    for (const auto& [ticket, rows] : told.rows) EXPECT_EQ(rows.size(), 2U);
    EXPECT_EQ(told.requests.size(), broker.exchanges);
    EXPECT_EQ(broker.replies, broker.exchanges);
    EXPECT_EQ(told.works.size(), broker.works);
    EXPECT_EQ(broker.actions, expected.managed.size());
    EXPECT_EQ(told.registered.size(), std::set<Handle>(told.registered.begin(), told.registered.end()).size());
    EXPECT_EQ(broker.link.resumed(), cuts);
  }

  static constexpr Handle kService = 1;
  static constexpr Handle kMember = 2;

  std::mt19937_64 chance;
  ExactBroker broker{chance};
  std::size_t cut_after = kNever;
  std::size_t passed = 0;  ///< commands, both ways
  std::size_t cuts = 0;

  struct {
    std::set<Ticket> acks;
    std::set<Ticket> replies;
    std::set<Ticket> pages;
    std::set<Ticket> rows;
    std::set<Ticket> managed;
    std::set<Ticket> settled;
  } expected;
  Ticket last_ticket = 0;
  Handle last_handle = 10;
  std::set<Handle> subscriptions;
  std::set<Handle> gone;
  std::size_t replied = 0;
  std::size_t settled_to = 0;
};

TEST(SessionExact, ACutAfterAnyCommandInEitherDirectionIsNotNoticed) {
  const auto seed = exact_seed();
  std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  for (std::size_t cut_after = 0; !testing::Test::HasFailure(); ++cut_after) {
    Conversation it(seed);
    it.cut_after = cut_after;
    it.begin();
    for (int i = 0; i < 120; ++i) it.step(true);
    it.settle();
    it.expect_exact();
    if (testing::Test::HasFailure()) ADD_FAILURE() << "cut after command " << cut_after;
    if (it.passed < cut_after) break;
  }
}

TEST(SessionExact, CutsAtRandomAreNotNoticed) {
  const auto seed = exact_seed();
  std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Conversation it(seed);
  it.begin();
  for (int i = 0; i < 3'000 && !testing::Test::HasFailure(); ++i) {
    it.step(true);
    // Without the first WELCOME there is no session yet.
    if (it.one_in(20) && it.passed > 0 && it.session.has_connection()) it.cut();
  }
  it.settle();
  it.expect_exact();
  EXPECT_GT(it.cuts, 50U);
}

TEST(SessionExact, WhereTheBrokerForgetsEachThingStillHasOneOutcome) {
  const auto seed = exact_seed();
  std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Conversation it(seed);
  it.begin();
  for (int i = 0; i < 3'000 && !testing::Test::HasFailure(); ++i) {
    it.step(true);
    if (!it.one_in(20) || !it.session.has_connection()) continue;
    it.cut();
    if (it.one_in(3)) it.broker.link.forget();
  }
  it.settle();
  EXPECT_GT(it.broker.link.resumed(), 10U);
  EXPECT_LT(it.broker.link.resumed(), it.cuts);
  EXPECT_EQ(it.broker.published.size(), it.expected.acks.size());
  for (const auto& [ticket, code] : it.told.failures) {
    EXPECT_EQ(code, ErrorCode::outcome_unknown);
    EXPECT_FALSE(it.told.replies.contains(ticket));
  }
  for (const auto handle : it.subscriptions) {
    const auto seen = it.seen(handle);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size()) << "something came twice";
  }
}

}  // namespace
}  // namespace fanfare::session::test
