#include "workers/persistence/jobs/schedule.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::persistence::jobs {
namespace {

using namespace std::chrono_literals;
using common::TimePoint;

constexpr TimePoint kNow{1'790'000'000'000ms};

/// The last run began well `ago`, and took a second.
store::JobHistory done(std::chrono::milliseconds ago) {
  store::JobHistory history;
  history.last.begun.started_at = kNow - ago;
  history.last.ended.emplace(store::JobEnd{.at = kNow - ago + 1s});
  history.succeeded_at.emplace(kNow - ago);
  return history;
}

store::JobHistory failed(std::chrono::milliseconds ago, std::uint64_t times) {
  store::JobHistory history = done(ago);
  history.last.ended->error = "away";
  history.succeeded_at.reset();
  history.failures = times;
  return history;
}

TEST(Schedule, AJobThatNeverRanIsDueAtOnce) { EXPECT_EQ(due_at(1h, std::nullopt, kNow), kNow); }

TEST(Schedule, IsDueAnIntervalAfterTheLastBeginning) {
  EXPECT_EQ(due_at(1h, done(20min), kNow), kNow + 40min);
  EXPECT_EQ(due_at(1h, done(3h), kNow), kNow - 2h);
}

TEST(Schedule, IsOnlyRunByHandWithoutAnInterval) {
  EXPECT_EQ(due_at(0ms, done(20min), kNow), std::nullopt);
  EXPECT_EQ(due_at(0ms, std::nullopt, kNow), std::nullopt);
}

TEST(Schedule, IsDueSoonerAfterAFailureAndLaterAfterEach) {
  EXPECT_EQ(due_at(1h, failed(1s, 1), kNow), kNow + kFirstRetry);
  EXPECT_EQ(due_at(1h, failed(1s, 2), kNow), kNow + 2 * kFirstRetry);
  EXPECT_EQ(due_at(1h, failed(1s, 4), kNow), kNow + 8 * kFirstRetry);
}

TEST(Schedule, IsNeverDueLaterThanUsualAfterAFailure) {
  EXPECT_EQ(due_at(1h, failed(1s, 1'000), kNow), kNow + 1h);
  EXPECT_EQ(due_at(2s, failed(1s, 1), kNow), kNow + 2s);
}

TEST(Schedule, IsDueAtOnceWhenTheLastRunWasCut) {
  store::JobHistory cut = done(20min);
  cut.last.ended.reset();
  EXPECT_EQ(due_at(1h, cut, kNow), kNow);
}

TEST(Schedule, AClockThatWentBackDoesNotPutItOff) { EXPECT_EQ(due_at(1h, done(-48h), kNow), kNow + 1h); }

}  // namespace
}  // namespace fanfare::workers::persistence::jobs
