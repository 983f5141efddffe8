#include "broker/journal/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sample_stream.hpp"

namespace fanfare::broker::journal {
namespace {

TEST(Repair, LeavesASoundJournalAlone) {
  SampleStream stream;
  const auto before = stream.files.files();
  EXPECT_THAT(repair(stream.files, kSampleFolder).value(), testing::IsEmpty());
  EXPECT_EQ(stream.files.files(), before);
}

TEST(Repair, CutsBeforeTheFirstBadBatchAndKeepsWhatItCutOff) {
  SampleStream stream;
  const auto before = stream.files.files();
  stream.files.flip(kEight, kBatchesAt + 64 * 6);  // in the second batch
  const auto damaged = stream.files.files();
  const auto planned = plan_repair(stream.files, kSampleFolder).value();
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(stream.files.files(), damaged) << "a plan changes nothing";

  const auto done = repair(stream.files, kSampleFolder).value().at(0);
  ASSERT_TRUE(done.cut);
  EXPECT_EQ(done.cut->segment, "00000000000000000008.segment");
  EXPECT_EQ(done.cut->rest, std::vector<std::string>{"00000000000000000009.segment"});
  const auto after = stream.files.files();
  EXPECT_EQ(after.at("journal/chat/cut-1/00000000000000000008.segment"), damaged.at(kEight));
  EXPECT_EQ(after.at("journal/chat/cut-1/00000000000000000009.segment"), damaged.at(kNine));
  EXPECT_EQ(after.count(kNine), 0U);
  EXPECT_TRUE(after.at("journal/chat/new-epoch").ends_with("after " + sample_epoch().to_string() + "\n"));

  const auto report = stream.report();
  EXPECT_THAT(report.problems, testing::IsEmpty());
  EXPECT_EQ(report.last, done.cut->last);
  EXPECT_EQ(report.records, done.cut->last.sequence);
}

TEST(Repair, LosesNothingWhenOnlyASealAFooterOrTheCheckpointIsDamaged) {
  SampleStream stream;
  stream.files.flip(kSeven, kSealAt + 20);
  stream.files.flip(kEight, stream.files.files().at(kEight).size() - 1);
  stream.files.flip("journal/chat/checkpoint", 30);
  const auto done = repair(stream.files, kSampleFolder).value().at(0);
  EXPECT_FALSE(done.cut);
  EXPECT_EQ(done.rebuilt.size(), 3U);
  EXPECT_EQ(stream.files.files().count("journal/chat/new-epoch"), 0U);
  EXPECT_EQ(stream.report().records, 11U);
  EXPECT_THAT(stream.report().problems, testing::IsEmpty());
  EXPECT_EQ(stream.files.files().at(kSeven), sample_segment().bytes());
}

TEST(Repair, CanBeStoppedAnywhereAndDoneAgain) {
  for (std::uint64_t stop = 1;; ++stop) {
    SampleStream stream;
    stream.files.flip(kEight, kBatchesAt + 64 * 6);
    const auto damaged = stream.files.files();
    stream.files.stop_after(stop);
    const bool is_done = repair(stream.files, kSampleFolder).has_value();
    stream.files.lose_power();
    ASSERT_TRUE(repair(stream.files, kSampleFolder).has_value()) << stop;
    const auto report = stream.report();
    EXPECT_THAT(report.problems, testing::IsEmpty()) << stop;
    EXPECT_EQ(report.last->sequence, 5U) << stop;
    const auto after = stream.files.files();
    EXPECT_EQ(after.count("journal/chat/new-epoch"), 1U) << stop;
    const bool is_kept = std::ranges::any_of(after, [&](const auto& file) { return file.second == damaged.at(kNine); });
    EXPECT_TRUE(is_kept) << stop;
    if (is_done) break;
    ASSERT_LT(stop, 100U);
  }
}

}  // namespace
}  // namespace fanfare::broker::journal
