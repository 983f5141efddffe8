#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/unit/sdk/group_model.hpp"
#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

/// The seed of FANFARE_TEST_SEED, or a fresh one.
std::uint64_t work_seed() {
  const auto* given = std::getenv("FANFARE_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

class SessionWorkAtRandom : public SessionWorkTest {
 protected:
  SessionWorkAtRandom() { std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed)); }

  [[nodiscard]] bool one_in(std::uint64_t count) { return chance() % count == 0; }

  void come_back() {
    wait(10s);
    session.opened(now, 0.5);
    std::string hello;
    ASSERT_TRUE(session.next_frame(hello, now, false));
    model.connected(hello, welcome());
  }

  void cut() {
    session.lost(now, Error(ErrorCode::unreachable));
    // Some of what has left is lost on the way.
    while (one_in(2) && model.has_frames()) (void)model.take_frame();
    model.link.cut();
    if (one_in(3)) model.link.forget();
  }

  void send_one() {
    std::string frame;
    if (session.next_frame(frame, now, one_in(2))) model.received(frame);
  }

  void hand_over_one() {
    if (!model.has_frames()) return;
    session.received(model.take_frame(), now);
    look_at_begun();
  }

  /// What has begun since the last look is in the order of its topic.
  void look_at_begun() {
    for (; looked_at < told.begun_works.size(); ++looked_at) {
      const auto id = told.begun_works[looked_at];
      const auto sequence = told.work(id).position.sequence;
      const auto topic = GroupModel::topic_of(sequence);
      for (const auto open : at_handlers) {
        EXPECT_NE(GroupModel::topic_of(told.work(open).position.sequence), topic) << "two of a topic at once";
      }
      for (std::uint64_t before = 1; before < sequence; ++before) {
        if (GroupModel::topic_of(before) != topic) continue;
        EXPECT_TRUE(done[before]) << sequence << " begins before " << before << " is done";
      }
      done[sequence] = false;
      at_handlers.push_back(id);
    }
  }

  void settle_one(bool always_done) {
    if (at_handlers.empty()) return;
    const auto at = chance() % at_handlers.size();
    const auto id = at_handlers[at];
    if (one_in(4)) return session.progress(id);
    at_handlers.erase(at_handlers.begin() + static_cast<std::ptrdiff_t>(at));
    Verdict verdict;
    if (!always_done && one_in(4)) verdict.kind = one_in(2) ? Verdict::Kind::failed : Verdict::Kind::deferred;
    done[told.work(id).position.sequence] = !verdict.back();
    session.settle(id, ++last_ticket, verdict);
    look_at_begun();
  }

  const std::uint64_t seed = work_seed();
  std::mt19937_64 chance{seed};
  GroupModel model{chance};
  std::vector<WorkId> at_handlers;
  std::map<std::uint64_t, bool> done;  ///< the last that was said of a message
  std::size_t looked_at = 0;
  Ticket last_ticket = 0;
};

TEST_F(SessionWorkAtRandom, EachTicketHasOneOutcomeTopicsKeepTheirOrderAndNoSessionHearsOfAnother) {
  session.add(1, membership(protocol::GroupOrder::key));
  for (int step = 0; step < 6'000 && !HasFailure(); ++step) {
    if (one_in(8)) model.publish();
    if (one_in(3)) settle_one(false);
    if (!session.has_connection()) {
      if (one_in(10)) come_back();
      continue;
    }
    if (one_in(2)) model.hand_out();
    send_one();
    if (!one_in(3)) hand_over_one();
    if (one_in(3)) model.commit();
    if (one_in(40)) model.take_back_one();
    if (one_in(80)) cut();
  }
  if (!session.has_connection()) come_back();
  for (int step = 0; step < 20'000 && told.settled.size() < last_ticket + (model.all_finished() ? 0U : 1U); ++step) {
    settle_one(true);
    model.hand_out();
    send_one();
    hand_over_one();
    model.commit();
  }
  EXPECT_TRUE(model.all_finished());
  EXPECT_EQ(told.settled.size(), last_ticket);
  EXPECT_EQ(model.strangers(), 0U);
  EXPECT_GT(model.link.resumed(), 0U);
}

}  // namespace
}  // namespace fanfare::session::test
