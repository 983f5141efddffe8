#include "cli/journal/journal_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using broker::journal::Problem;
using broker::journal::Repair;
using broker::journal::StreamReport;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSegment = "00000000000000000007.segment";
const Position kLast{*Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057"), 4711};

StreamReport clean_report() {
  return {.stream = "chat",
          .folder = "data/journal/chat",
          .segments = 2,
          .bytes = 64U << 20U,
          .records = 4701,
          .first = 11,
          .last = kLast,
          .problems = {},
          .notes = {}};
}

StreamReport damaged_report() {
  StreamReport report = clean_report();
  report.problems = {{.file = kSegment, .offset = 4160, .what = "a record was changed", .batch = 4096, .last = kLast}};
  return report;
}

Repair cut() {
  Repair repair{.stream = "chat", .folder = "data/journal/chat", .rebuilt = {}, .cut = {}};
  repair.cut = Repair::Cut{.reason = damaged_report().problems.front(),
                           .segment = kSegment,
                           .offset = 4096,
                           .last = kLast,
                           .rest = {"00000000000000000008.segment"},
                           .kept_in = "cut-1"};
  return repair;
}

TEST(JournalText, OfACleanStreamIsALine) {
  EXPECT_EQ(describe(std::vector{clean_report()}),
            "chat: ok, 4701 messages (11 to 01890a5d-ac96-774b-bcce-b302099a8057-4711), 2 segments, 64 MiB\n");
}

TEST(JournalText, OfAnEmptyStreamNamesNoMessages) {
  EXPECT_EQ(describe(std::vector{StreamReport{.stream = "chat", .segments = 1, .bytes = 4096}}),
            "chat: ok, 0 messages, 1 segment, 4 KiB\n");
}

TEST(JournalText, NamesSegmentAndOffsetOfAProblem) {
  const std::string text = describe(std::vector{damaged_report()});
  EXPECT_THAT(text, HasSubstr("chat: damaged, "));
  EXPECT_THAT(text, HasSubstr("\n  00000000000000000007.segment, offset 4160: a record was changed\n"));
}

TEST(JournalText, NotesAreNoDamage) {
  StreamReport report = clean_report();
  report.notes = {"a torn tail"};
  EXPECT_FALSE(is_damaged(report));
  EXPECT_THAT(describe(std::vector{report}), HasSubstr("chat: ok, "));
  EXPECT_THAT(describe(std::vector{report}), HasSubstr("\n  note: a torn tail\n"));
}

TEST(JournalText, ForScriptsHasAllOfIt) {
  const Json json = to_json(std::vector{damaged_report()}).at("streams").at(0);
  EXPECT_EQ(json.at("stream"), "chat");
  EXPECT_EQ(json.at("records"), 4701);
  EXPECT_EQ(json.at("last").at("sequence"), 4711);
  EXPECT_EQ(json.at("problems").at(0),
            Json({{"file", kSegment}, {"offset", 4160}, {"what", "a record was changed"}, {"rebuilt", false}}));
  EXPECT_TRUE(to_json(std::vector{StreamReport{}}).at("streams").at(0).at("last").is_null());
}

TEST(JournalText, PlanSaysWhatIsCutAndWhereItGoes) {
  const std::string text = describe_plan({cut()});
  EXPECT_THAT(text, HasSubstr("chat:\n  00000000000000000007.segment, offset 4160: a record was changed\n"));
  EXPECT_THAT(text, HasSubstr("cuts off 00000000000000000007.segment from offset 4096 on, and all of "
                              "00000000000000000008.segment\n"));
  EXPECT_THAT(text, HasSubstr("the last message that stays: 01890a5d-ac96-774b-bcce-b302099a8057-4711\n"));
  EXPECT_THAT(text, HasSubstr("goes to data/journal/chat/cut-1\n"));
  EXPECT_THAT(text, HasSubstr("the next start begins a new epoch"));
}

TEST(JournalText, PlanNamesWholeSegmentsThatGo) {
  Repair repair = cut();
  repair.cut->offset = 0;
  repair.cut->last = {};
  EXPECT_THAT(describe_plan({repair}), HasSubstr("cuts off all of 00000000000000000007.segment, "
                                                 "00000000000000000008.segment\n"));
  EXPECT_THAT(describe_plan({repair}), HasSubstr("the last message that stays: none\n"));
}

TEST(JournalText, PlanSaysWhenNoMessageIsLost) {
  const Repair repair{.stream = "chat", .folder = "data/journal/chat", .rebuilt = {"checkpoint"}, .cut = {}};
  EXPECT_EQ(describe_plan({repair}), "chat:\n  makes anew, without losing a message: checkpoint\n");
  EXPECT_EQ(describe_done({repair}), "chat: repaired, no message was lost\n");
}

TEST(JournalText, EndSaysWhereTheRestIsKept) {
  EXPECT_EQ(describe_done({cut()}),
            "chat: repaired, what was cut off is kept in data/journal/chat/cut-1; the next start begins a new "
            "epoch\n");
}

TEST(JournalText, NamesFromTheDiskCannotMoveTheCursor) {
  StreamReport report = damaged_report();
  report.stream = "ch\x1b[2J";
  EXPECT_THAT(describe(std::vector{report}), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace fanfare::cli
