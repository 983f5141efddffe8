#include <cstdio>
#include <cstdlib>

#include "tests/unit/sdk/session_fixture.hpp"
#include "tests/unit/sdk/stream_model.hpp"

namespace fanfare::session::test {
namespace {

/// The seed of FANFARE_TEST_SEED, or a fresh one.
std::uint64_t random_seed() {
  const auto* given = std::getenv("FANFARE_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

class SessionAtRandom : public SessionTest {
 protected:
  SessionAtRandom() {
    std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    model.begin_epoch(uuid(last_epoch));
  }

  [[nodiscard]] bool one_in(std::uint64_t count) { return chance() % count == 0; }

  void subscribe_somehow() {
    static constexpr std::array kPatterns{"chat.>", "chat.1", "chat.2", "chat.*", "chat.3"};
    Registration it;
    it.pattern = kPatterns[chance() % kPatterns.size()];
    switch (chance() % 3) {
      case 0:
        break;
      case 1:
        it.from = protocol::From::all;
        break;
      default: {
        it.from = protocol::From::after;
        const auto& records = model.records();
        it.start = records.empty() ? model.head() : records[chance() % records.size()].position;
      }
    }
    // Some begin at the same place together.
    for (auto count = one_in(3) ? 2 : 1; count > 0; --count) {
      wanted[++last_handle] = it;
      session.add(last_handle, it);
    }
  }

  void unsubscribe_one() {
    if (wanted.empty()) return;
    auto one = wanted.begin();
    std::advance(one, static_cast<std::ptrdiff_t>(chance() % wanted.size()));
    session.remove(one->first);
    wanted.erase(one);
  }

  void cut() {
    session.lost(now, Error(ErrorCode::unreachable));
    model.link.cut();
    if (one_in(8)) model.begin_epoch(uuid(++last_epoch));
    if (one_in(4)) model.link.forget();
  }

  void come_back() {
    wait(10s);
    session.opened(now, 0.5);
    std::string hello;
    ASSERT_TRUE(session.next_frame(hello, now, false));
    model.connected(hello, welcome());
  }

  void send_one() {
    std::string frame;
    if (session.next_frame(frame, now, true)) model.received(frame);
  }

  void hand_over_one() {
    if (model.link.has_frames()) session.received(model.link.take_frame(), now);
  }

  /// No more cuts: whatever is under way comes to its end.
  void settle() {
    if (!session.has_connection()) come_back();
    for (int i = 0; i < 100'000; ++i) {
      send_one();
      hand_over_one();
      model.replay_some();
      if (!model.link.has_frames() && model.all_live() && i > 1'000) return;
    }
    FAIL() << "it does not settle";
  }

  /// For people, and for comparing.
  [[nodiscard]] static std::string text_of(const Position& position) {
    return std::to_string(position.epoch.bytes.back()) + '-' + std::to_string(position.sequence);
  }

  /// All that this subscription should have been given.
  [[nodiscard]] std::vector<std::string> expected(Handle handle) const {
    const auto& registration = wanted.at(handle);
    auto begins = registration.start;
    if (registration.from == protocol::From::now) {
      begins = std::ranges::find(told.begun, handle, &std::pair<Handle, Beginning>::first)->second.after;
    }
    std::vector<std::string> positions;
    for (const auto& [position, topic] : model.records()) {
      if (position > begins && protocol::matches(registration.pattern, StreamModel::name_of(topic))) {
        positions.push_back(text_of(position));
      }
    }
    return positions;
  }

  [[nodiscard]] std::vector<std::string> seen(Handle handle) const {
    std::vector<std::string> positions;
    for (const auto& message : told.messages) {
      if (message.handle == handle) positions.push_back(text_of(message.position));
    }
    return positions;
  }

  const std::uint64_t seed = random_seed();
  std::mt19937_64 chance{seed};
  StreamModel model{chance};
  std::map<Handle, Registration> wanted;
  Handle last_handle = 0;
  std::uint8_t last_epoch = 10;
};

TEST_F(SessionAtRandom, EachSubscriptionIsGivenExactlyItsPartOfTheStream) {
  for (int round = 0; round < 3; ++round) {
    for (int step = 0; step < 2'000; ++step) {
      if (one_in(3)) model.publish(1 + static_cast<std::uint32_t>(chance() % 4));
      if (!session.has_connection()) {
        if (one_in(10)) come_back();
        continue;
      }
      send_one();
      if (!one_in(3)) hand_over_one();
      if (one_in(2)) model.replay_some();
      if (one_in(50)) model.tell_position();
      if (wanted.size() < 20 && one_in(40)) subscribe_somehow();
      if (one_in(200)) unsubscribe_one();
      if (one_in(60)) cut();
    }
    settle();
    for (const auto& [handle, registration] : wanted) {
      ASSERT_EQ(seen(handle), expected(handle)) << "subscription " << handle << " of " << registration.pattern;
    }
  }
  EXPECT_GT(model.link.resumed(), 0U);
  for (const auto& [handle, gap] : told.gaps) EXPECT_EQ(gap.reason, GapReason::epoch_changed);
}

}  // namespace
}  // namespace fanfare::session::test
