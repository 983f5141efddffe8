#include "workers/persistence/jobs/schedule.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::persistence::jobs {
namespace {

using namespace std::chrono_literals;
using common::TimePoint;

constexpr TimePoint kLooking{1'790'000'000'000ms};

/// The last run began well `ago`, and took a second.
store::JobHistory done(std::chrono::milliseconds ago) {
  store::JobHistory history;
  history.last.begun.started_at = kLooking - ago;
  history.last.ended.emplace(store::JobEnd{.at = kLooking - ago + 1s});
  history.succeeded_at.emplace(kLooking - ago);
  return history;
}

store::JobHistory failed(std::chrono::milliseconds ago, std::uint64_t times) {
  store::JobHistory history = done(ago);
  history.last.ended->error = "away";
  history.succeeded_at.reset();
  history.failures = times;
  return history;
}

TEST(Schedule, AJobThatNeverRanIsDueAtOnce) { EXPECT_EQ(due_at(1h, std::nullopt, kLooking), kLooking); }

TEST(Schedule, IsDueAnIntervalAfterTheLastBeginning) {
  EXPECT_EQ(due_at(1h, done(20min), kLooking), kLooking + 40min);
  EXPECT_EQ(due_at(1h, done(3h), kLooking), kLooking - 2h);
}

TEST(Schedule, IsOnlyRunByHandWithoutAnInterval) {
  EXPECT_EQ(due_at(0ms, done(20min), kLooking), std::nullopt);
  EXPECT_EQ(due_at(0ms, std::nullopt, kLooking), std::nullopt);
}

TEST(Schedule, IsDueSoonerAfterAFailureAndLaterAfterEach) {
  EXPECT_EQ(due_at(1h, failed(1s, 1), kLooking), kLooking + kFirstRetry);
  EXPECT_EQ(due_at(1h, failed(1s, 2), kLooking), kLooking + 2 * kFirstRetry);
  EXPECT_EQ(due_at(1h, failed(1s, 4), kLooking), kLooking + 8 * kFirstRetry);
}

TEST(Schedule, IsNeverDueLaterThanUsualAfterAFailure) {
  EXPECT_EQ(due_at(1h, failed(1s, 1'000), kLooking), kLooking + 1h);
  EXPECT_EQ(due_at(2s, failed(1s, 1), kLooking), kLooking + 2s);
}

TEST(Schedule, IsDueAtOnceWhenTheLastRunWasCut) {
  store::JobHistory cut = done(20min);
  cut.last.ended.reset();
  EXPECT_EQ(due_at(1h, cut, kLooking), kLooking);
}

TEST(Schedule, AClockThatWentBackDoesNotPutItOff) { EXPECT_EQ(due_at(1h, done(-48h), kLooking), kLooking + 1h); }

}  // namespace
}  // namespace fanfare::workers::persistence::jobs
