#include "workers/notify/decide.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using store::DueNotification;
using Kind = Decision::Kind;
using Shown = PersonPresence::State;

constexpr common::TimePoint kNow{1'790'000'000'000ms};  // 2026-09-21T14:13:20Z
const store::NotifyTimes kTimes{.grace = 15s, .window = 60s, .change_every = 5s};

Uuid id_of(std::uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}
Position at(std::uint64_t sequence) { return {id_of(9), sequence}; }

/// Somebody with a link who has not read a message that came half a minute ago.
DueNotification due() {
  return {.person = id_of(1),
          .conversation = id_of(2),
          .up_to = at(5),
          .arrived_at = kNow - 30s,
          .count = 1,
          .author = id_of(3),
          .preview = "hi",
          .address = "a1",
          .is_member = true};
}
/// Told of message 4 so long ago.
store::ToldNotification told(std::chrono::milliseconds ago, std::chrono::milliseconds changed_ago) {
  return {.at = kNow - ago, .changed_at = kNow - changed_ago, .up_to = at(4), .count = 1, .message = "m"};
}

PersonPresence away(std::chrono::milliseconds time = 1h) { return {.state = Shown::kOffline, .offline_for = time}; }
Decision wait(common::TimePoint until) { return {.kind = Kind::kWait, .until = until}; }
Decision suppress(Why why) { return {.kind = Kind::kSuppress, .why = why}; }
const Decision kTell{};
const Decision kChange{.kind = Kind::kChange};

struct Case {
  std::string name;
  std::function<void(DueNotification& row)> change;
  PersonPresence presence;
  Decision expected;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class DecideTest : public testing::TestWithParam<Case> {};

TEST_P(DecideTest, Rule) {
  DueNotification row = due();
  GetParam().change(row);
  const Decision decision = decide(row, GetParam().presence, kTimes, kNow);
  EXPECT_EQ(decision.kind, GetParam().expected.kind);
  EXPECT_EQ(decision.until, GetParam().expected.until) << common::to_text(decision.until);
  EXPECT_EQ(name_of(decision.why), name_of(GetParam().expected.why));
}

void nothing(DueNotification&) {}

const std::vector<Case> kCases{
    {"AwayAndNotRead", nothing, away(), kTell},
    {"AwayForExactlyTheGrace", nothing, away(15s), kTell},
    {"AwayForLessThanTheGrace", nothing, away(14'999ms), wait(kNow + 1ms)},
    {"JustGone", nothing, away(0s), wait(kNow + 15s)},
    {"Online", nothing, {.state = Shown::kOnline}, suppress(Why::kOnline)},
    {"NotKnownWhetherOnline", nothing, {}, wait(kNow + 1s)},
    {"Unlinked", [](auto& row) { row.address.reset(); }, away(), suppress(Why::kUnlinked)},
    {"UnlinkedIsSaidEvenIfNothingIsKnown", [](auto& row) { row.address.reset(); }, {}, suppress(Why::kUnlinked)},
    {"NoMemberAnyMore", [](auto& row) { row.is_member = false; }, away(), suppress(Why::kNotMember)},
    {"TheAuthor", [](auto& row) { row.author = row.person; }, away(), suppress(Why::kAuthor)},
    {"ReadUpToThere", [](auto& row) { row.read = at(5); }, away(), suppress(Why::kRead)},
    {"ReadFurther", [](auto& row) { row.read = at(6); }, away(), suppress(Why::kRead)},
    {"ReadInALaterEpoch",
     [](auto& row) {
       row.read = Position{id_of(10), 1};
     },
     away(), suppress(Why::kRead)},
    {"ReadTheOneBefore", [](auto& row) { row.read = at(4); }, away(), kTell},
    {"Muted", [](auto& row) { row.muted_until = kNow + 1ms; }, away(), suppress(Why::kMuted)},
    {"NotMutedAnyMore", [](auto& row) { row.muted_until = kNow; }, away(), kTell},
    {"ConversationMuted", [](auto& row) { row.is_conversation_muted = true; }, away(),
     suppress(Why::kConversationMuted)},
    {"ConversationMutedForAWhile",
     [](auto& row) {
       row.is_conversation_muted = true;
       row.conversation_muted_until = kNow + 1h;
     },
     away(), suppress(Why::kConversationMuted)},
    {"ConversationNotMutedAnyMore",
     [](auto& row) {
       row.is_conversation_muted = true;
       row.conversation_muted_until = kNow - 1h;
     },
     away(), kTell},
    {"QuietHoursAreWaitedFor",
     [](auto& row) {
       row.quiet = store::QuietHours{14 * 60, 15 * 60, "UTC"};
     },
     away(), wait(kNow + 46min + 40s)},
    {"OutsideQuietHours",
     [](auto& row) {
       row.quiet = store::QuietHours{22 * 60, 7 * 60, "UTC"};
     },
     away(), kTell},
    {"MutedIsSaidBeforeQuietHours",
     [](auto& row) {
       row.quiet = store::QuietHours{14 * 60, 15 * 60, "UTC"};
       row.muted_until = kNow + 1h;
     },
     away(), suppress(Why::kMuted)},
    {"ToldAWhileAgo", [](auto& row) { row.told = told(60s, 60s); }, away(), kTell},
    {"ToldInThisWindow", [](auto& row) { row.told = told(59s, 59s); }, away(), kChange},
    {"ToldJustNow", [](auto& row) { row.told = told(4s, 4s); }, away(), wait(kNow + 1s)},
    {"ChangedJustNow", [](auto& row) { row.told = told(30s, 2s); }, away(), wait(kNow + 3s)},
    {"ToldWithoutAMessageToChange",
     [](auto& row) {
       row.told = told(20s, 20s);
       row.told->message.clear();
     },
     away(), wait(kNow + 40s)},
    {"ToldAndNeedNotAnyMore",
     [](auto& row) {
       row.told = told(20s, 20s);
       row.told->count = 0;
     },
     away(), wait(kNow + 40s)},
    {"ToldAndReadSince",
     [](auto& row) {
       row.told = told(20s, 20s);
       row.read = at(4);
     },
     away(), wait(kNow + 40s)},
    {"OnlineIsNotToldMore",
     [](auto& row) { row.told = told(20s, 20s); },
     {.state = Shown::kOnline},
     suppress(Why::kOnline)},
    {"ToldByAClockThatWasAhead", [](auto& row) { row.told = told(-1h, -1h); }, away(), wait(kNow + 5s)},
};

INSTANTIATE_TEST_SUITE_P(Of, DecideTest, testing::ValuesIn(kCases), [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace fanfare::workers::notify
