#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::PresenceAction;
using protocol::PresenceCommand;
using protocol::PresenceKind;
using protocol::PresenceState;
using protocol::PresenceUpdate;
using Told = std::vector<std::string>;

class SessionPresenceWatch : public SessionTest {
 protected:
  static constexpr std::uint8_t kLast = PresenceUpdate::kLast;
  static constexpr std::uint8_t kSettling = PresenceUpdate::kSettling;

  [[nodiscard]] PresenceUpdate snapshot(std::uint64_t version, std::vector<std::string_view> keys,
                                        std::uint8_t flags = kLast) const {
    PresenceUpdate it{.kind = PresenceKind::snapshot, .flags = flags, .run = run, .version = version, .entries = {}};
    for (const auto key : keys) it.entries.push_back({PresenceState::online, key});
    return it;
  }
  [[nodiscard]] PresenceUpdate change(std::uint64_t version, std::string_view key, PresenceState state,
                                      std::uint8_t flags = 0) const {
    PresenceUpdate it{.kind = PresenceKind::change, .flags = flags, .run = run, .version = version, .entries = {}};
    if (!key.empty()) it.entries.push_back({state, key});
    return it;
  }
  [[nodiscard]] PresenceUpdate online(std::uint64_t version, std::string_view key, std::uint8_t flags = 0) const {
    return change(version, key, PresenceState::online, flags);
  }
  [[nodiscard]] PresenceUpdate offline(std::uint64_t version, std::string_view key) const {
    return change(version, key, PresenceState::offline);
  }
  [[nodiscard]] PresenceUpdate settled(std::uint64_t version) const { return change(version, {}, {}); }

  void acknowledge() { receive(protocol::Ok{.request = sent().one<PresenceCommand>().request, .positions = {}}); }
  void watched(Handle handle, std::string_view pattern) {
    session.watch(handle, pattern);
    acknowledge();
  }
  /// What was told since the last time.
  Told news() { return std::exchange(told.presence, {}); }

  Uuid run = uuid(3);
};

TEST_F(SessionPresenceWatch, TellsWhatIsOnlineOnceAllOfItIsKnown) {
  connect();
  watched(1, "user.>");
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
  receive(snapshot(5, {"user.1"}, 0));
  EXPECT_EQ(news(), Told());
  receive(snapshot(5, {"user.2"}));
  EXPECT_EQ(news(), (Told{"1 user.1 online", "1 user.2 online", "1 complete"}));
  receive(offline(6, "user.1"), online(7, "user.3"));
  EXPECT_EQ(news(), (Told{"1 user.1 offline", "1 user.3 online"}));
}

TEST_F(SessionPresenceWatch, ChangesThatCrossTheSnapshotCountIfTheyAreLater) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1", "user.2"}, 0), offline(5, "user.1"), offline(6, "user.2"), online(7, "user.4"),
          online(4, "user.5"), snapshot(5, {"user.3"}));
  EXPECT_EQ(news(), (Told{"1 user.1 online", "1 user.3 online", "1 user.4 online", "1 complete"}));
  receive(offline(5, "user.3"));
  EXPECT_EQ(news(), Told()) << "it was in the snapshot";
}

TEST_F(SessionPresenceWatch, ASnapshotOfAnotherVersionBeginsAnew) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1"}, 0), snapshot(8, {"user.2"}));
  EXPECT_EQ(news(), (Told{"1 user.2 online", "1 complete"}));
}

TEST_F(SessionPresenceWatch, EachWatchHearsOnceHoweverPatternsOverlap) {
  connect();
  session.watch(1, "user.>");
  session.watch(2, "user.*");
  session.watch(3, "user.1");
  session.watch(4, "user.1");
  EXPECT_EQ(told.registered.size(), 0U);
  acknowledge();
  receive(snapshot(5, {"user.1"}));
  EXPECT_EQ(news(), (Told{"1 user.1 online", "1 complete", "2 user.1 online", "2 complete", "3 user.1 online",
                          "3 complete", "4 user.1 online", "4 complete"}));
  receive(offline(6, "user.1"));
  auto all = news();
  std::ranges::sort(all);
  EXPECT_EQ(all, (Told{"1 user.1 offline", "2 user.1 offline", "3 user.1 offline", "4 user.1 offline"}));
}

TEST_F(SessionPresenceWatch, AnotherOfTheSamePatternIsToldAtOnce) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1"}), online(6, "user.2"));
  (void)news();
  session.watch(2, "user.>");
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(news(), (Told{"2 user.1 online", "2 user.2 online", "2 complete"}));
  session.remove(1);
  EXPECT_TRUE(sent().empty());
  receive(offline(7, "user.1"));
  EXPECT_EQ(news(), Told{"2 user.1 offline"});
}

TEST_F(SessionPresenceWatch, ANewPatternTellsOthersNothingAgain) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1", "user.2"}));
  (void)news();
  session.watch(2, "*.1");
  acknowledge();
  receive(offline(6, "user.2"), online(7, "bot.1"), online(8, "user.3"));
  EXPECT_EQ(news(), (Told{"1 user.2 offline", "1 user.3 online"})) << "at once, whatever is under way";
  receive(snapshot(8, {"user.1", "user.3", "bot.1"}));
  EXPECT_EQ(news(), (Told{"1 complete", "2 bot.1 online", "2 user.1 online", "2 complete"}));
}

TEST_F(SessionPresenceWatch, AfterResetOnlyDifferencesAreTold) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1", "user.2"}));
  (void)news();
  receive(PresenceUpdate{.kind = PresenceKind::reset, .flags = 0, .run = run, .version = 9, .entries = {}},
          snapshot(9, {"user.2"}, 0));
  EXPECT_EQ(news(), Told());
  receive(snapshot(9, {"user.3"}));
  EXPECT_EQ(news(), (Told{"1 user.1 offline", "1 user.3 online", "1 complete"}));
}

TEST_F(SessionPresenceWatch, ARestartedBrokerMakesNobodyOfflineBeforeItIsSure) {
  connect();
  watched(1, "user.>");
  receive(snapshot(50, {"user.1", "user.2", "user.3"}));
  (void)news();
  run = uuid(77);
  reconnect();
  acknowledge();
  receive(snapshot(1, {"user.1"}, kLast | kSettling));
  EXPECT_EQ(news(), (Told{"1 user.2 unknown", "1 user.3 unknown", "1 settling"}));
  receive(online(2, "user.2", kSettling));
  EXPECT_EQ(news(), Told{"1 user.2 online"});
  receive(settled(3));
  EXPECT_EQ(news(), (Told{"1 user.3 offline", "1 complete"}));
  receive(settled(4));
  EXPECT_EQ(news(), Told()) << "it is known";
}

TEST_F(SessionPresenceWatch, UnknownIsNeverToldOfANewKey) {
  connect();
  watched(1, "user.>");
  receive(snapshot(1, {}, kLast | kSettling), change(2, "user.1", PresenceState::unknown, kSettling));
  EXPECT_EQ(news(), Told{"1 settling"});
  receive(settled(3));
  EXPECT_EQ(news(), Told{"1 complete"});
}

TEST_F(SessionPresenceWatch, TheEndOfSettlingMayCrossTheSnapshot) {
  connect();
  watched(1, "user.>");
  receive(snapshot(50, {"user.1", "user.2"}));
  (void)news();
  run = uuid(77);
  reconnect();
  acknowledge();
  receive(snapshot(2, {"user.1"}, kSettling), settled(3), snapshot(2, {}, kLast | kSettling));
  EXPECT_EQ(news(), (Told{"1 user.2 offline", "1 complete"}));
}

TEST_F(SessionPresenceWatch, ANewSessionOfTheSameRunTellsDifferencesOnly) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1", "user.2"}), online(6, "user.3"));
  (void)news();
  reconnect();
  acknowledge();
  receive(offline(9, "user.1"), snapshot(8, {"user.1", "user.3"}));
  EXPECT_EQ(news(), (Told{"1 user.1 offline", "1 user.2 offline", "1 complete"}));
}

TEST_F(SessionPresenceWatch, ASnapshotSaysNothingOfPatternsTheBrokerDoesNotHaveYet) {
  connect();
  std::vector<std::string> patterns;
  for (Handle handle = 1; handle <= 200; ++handle) {
    patterns.push_back(std::to_string(handle) + std::string(230, 'x'));
    session.watch(handle, patterns.back());
  }
  for (const auto& command : sent().all<PresenceCommand>()) {
    receive(protocol::Ok{.request = command.request, .positions = {}});
  }
  receive(snapshot(5, {patterns.front(), patterns.back()}));
  (void)news();
  reconnect();
  const auto frame = sent();
  const auto commands = frame.all<PresenceCommand>();
  ASSERT_EQ(commands.size(), 2U);
  const auto first_has = [&](const std::string& pattern) {
    return std::ranges::find(commands[0].keys, std::string_view(pattern)) != commands[0].keys.end();
  };
  receive(protocol::Ok{.request = commands[0].request, .positions = {}}, snapshot(6, {}));
  for (const auto* pattern : {&patterns.front(), &patterns.back()}) {
    const auto said = std::ranges::any_of(told.presence, [&](const auto& it) {
      return it.ends_with("offline") && it.find(*pattern) != std::string::npos;
    });
    EXPECT_EQ(said, first_has(*pattern));
  }
}

TEST_F(SessionPresenceWatch, AnEndedWatchHearsNothingAndIsForgotten) {
  connect();
  watched(1, "user.>");
  watched(2, "user.1");
  receive(snapshot(5, {"user.1", "user.2"}));
  (void)news();
  session.remove(1);
  const auto frame = sent();
  EXPECT_EQ(frame.one<PresenceCommand>().action, PresenceAction::unwatch);
  receive(offline(6, "user.2"), offline(7, "user.1"), online(8, "user.4"));
  EXPECT_EQ(news(), Told{"2 user.1 offline"});
  session.watch(3, "user.>");
  acknowledge();
  receive(snapshot(8, {"user.4"}));
  EXPECT_EQ(news(), (Told{"2 complete", "3 user.4 online", "3 complete"}));
}

TEST_F(SessionPresenceWatch, EndedAndWatchedAgainInOneGoGoesOn) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1"}));
  (void)news();
  session.remove(1);
  session.watch(2, "user.>");
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(news(), (Told{"2 user.1 online", "2 complete"}));
}

TEST_F(SessionPresenceWatch, APatternThatIsNoneIsRefusedAlone) {
  connect();
  session.watch(1, "user.>");
  session.watch(2, "user.>.x");
  EXPECT_EQ(sent().one<PresenceCommand>().keys.size(), 1U);
  EXPECT_EQ(told.refused, (std::map<Handle, ErrorCode>{{2, ErrorCode::bad_pattern}}));
}

TEST_F(SessionPresenceWatch, AResumedSessionGoesOnWhereItWas) {
  connect();
  watched(1, "user.>");
  receive(snapshot(5, {"user.1"}, 0));
  auto resumed = welcome();
  resumed.flags = protocol::Welcome::kResumed;
  resumed.received = 1;
  reconnect(resumed);
  EXPECT_TRUE(sent().empty());
  receive(snapshot(5, {"user.2"}), offline(6, "user.1"));
  EXPECT_EQ(news(), (Told{"1 user.1 online", "1 user.2 online", "1 complete", "1 user.1 offline"}));
}

}  // namespace
}  // namespace fanfare::session::test
