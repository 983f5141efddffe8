#include "workers/persistence/jobs/job_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.hpp"
#include "tests/unit/workers/persistence/jobs/fake_job_store.hpp"

namespace fanfare::workers::persistence::jobs {
namespace {

using namespace std::chrono_literals;
using runtime::Error;
using runtime::Result;
using test::eventually;
using test::patient;
using testing::HasSubstr;

constexpr common::TimePoint kNow{1'790'000'000'000ms};

class JobRunnerTest : public testing::Test {
 protected:
  JobRunner& start(std::chrono::milliseconds every = 1h) {
    const Job counting{"count", every, [this](const JobCall& call) { return count(call); }};
    const Job quiet{"quiet", 0ms, [this](const JobCall&) -> Result<JobDone> {
                      ++quiet_runs;
                      return JobDone{};
                    }};
    return runner.emplace(
        JobRunner::Options{.instance = "here-1", .back_off = 1ms, .now = [this] { return kNow + passed.load(); }},
        std::vector<Job>{counting, quiet}, [this] { return runs.open(); }, log, metrics);
  }
  Result<JobDone> count(const JobCall& call) {
    ++begun;
    while (blocks && !call.stop.stop_requested()) std::this_thread::sleep_for(1ms);
    if (throws) throw std::logic_error("thrown");
    if (call.stop.stop_requested()) return Error{"told to end"};
    if (fails) return Error{"no luck"};
    return JobDone{3, "counted to 3"};
  }

  bool ended(std::size_t count) {
    return eventually(5s, [&] {
      const auto rows = runs.rows();
      return rows.size() == count && rows.back().ended;
    });
  }
  Result<store::JobRun> run_now(const std::string& name) {
    std::promise<Result<store::JobRun>> outcome;
    auto future = outcome.get_future();
    runner->run_now(name, [&](const Result<store::JobRun>& run) { outcome.set_value(run); });
    if (future.wait_for(patient(5s)) != std::future_status::ready) throw std::runtime_error("no outcome");
    return future.get();
  }
  bool counts(const std::string& line) { return metrics.serialize().find("\n" + line + "\n") != std::string::npos; }

  test::FakeJobRuns runs;
  std::atomic<std::chrono::milliseconds> passed{0ms};
  std::atomic<int> begun = 0;
  std::atomic<int> quiet_runs = 0;
  std::atomic<bool> blocks = false;
  std::atomic<bool> fails = false;
  std::atomic<bool> throws = false;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
  std::optional<JobRunner> runner;
};

TEST_F(JobRunnerTest, RunsWhatIsDueOnceItIsActiveAndWritesARow) {
  start();
  EXPECT_THAT(runs.rows(), testing::IsEmpty());
  runner->set_active(true);
  ASSERT_TRUE(ended(1));
  const store::JobRun row = runs.rows()[0];
  EXPECT_EQ(row.begun.job, "count");
  EXPECT_EQ(row.begun.instance, "here-1");
  EXPECT_FALSE(row.begun.is_by_hand);
  EXPECT_EQ(row.ended->count, 3U);
  EXPECT_EQ(row.ended->done, "counted to 3");
  runner.reset();
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(quiet_runs, 0);
  EXPECT_TRUE(counts("fanfare_jobs_runs_total{job=\"count\",outcome=\"done\"} 1"));
  EXPECT_TRUE(counts("fanfare_jobs_last_success_seconds{job=\"count\"} 1790000000"));
}

TEST_F(JobRunnerTest, RunsAgainAfterItsInterval) {
  start(20ms).set_active(true);
  ASSERT_TRUE(ended(1));
  passed = 20ms;
  EXPECT_TRUE(ended(2));
}

TEST_F(JobRunnerTest, GoesOnWithTheScheduleOfWhoRanThemBefore) {
  runs.add({.begun = {.job = "count", .started_at = kNow - 1min}, .ended = store::JobEnd{.at = kNow - 1min}});
  start().set_active(true);
  EXPECT_TRUE(run_now("quiet"));
  EXPECT_EQ(begun, 0);
  EXPECT_EQ(runner->states()[0].due, kNow + 59min);
}

TEST_F(JobRunnerTest, WritesWhatTheLastHolderDidNotEndAsCutAndRunsIt) {
  runs.add({.begun = {.job = "count", .started_at = kNow - 1min}});
  start(15ms).set_active(true);
  EXPECT_TRUE(eventually(5s, [&] { return runs.rows()[0].ended.has_value(); }));
  EXPECT_EQ(runs.rows()[0].ended->error, store::kCutError);
  passed = 1h;
  ASSERT_TRUE(ended(2));
}

TEST_F(JobRunnerTest, AFailureIsARowALineAndAFigure) {
  fails = true;
  start().set_active(true);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(runs.rows()[0].ended->error, "no luck");
  EXPECT_TRUE(eventually(5s, [&] { return runner->states()[0].due == kNow + 10s; }));
  runner.reset();
  EXPECT_THAT(lines.str(), HasSubstr("no luck"));
  EXPECT_TRUE(counts("fanfare_jobs_runs_total{job=\"count\",outcome=\"failed\"} 1"));
}

TEST_F(JobRunnerTest, WhatAJobThrowsIsAFailureOfThatJobAlone) {
  throws = true;
  start().set_active(true);
  ASSERT_TRUE(ended(1));
  EXPECT_THAT(runs.rows()[0].ended->error, HasSubstr("thrown"));
  EXPECT_TRUE(run_now("quiet"));
}

TEST_F(JobRunnerTest, RunsByHandOneAfterTheOtherAndSaysHowEachEnded) {
  start().set_active(true);
  ASSERT_TRUE(ended(1));
  const auto run = run_now("count");
  ASSERT_TRUE(run.has_value());
  EXPECT_TRUE(run->begun.is_by_hand);
  EXPECT_EQ(run->ended.value().done, "counted to 3");
  fails = true;
  const auto failed = run_now("count");
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->ended.value().error, "no luck");
}

TEST_F(JobRunnerTest, RefusesToRunWhatItDoesNotKnowAndWhatIsNotItsToRun) {
  start();
  EXPECT_TRUE(run_now("quiet").has_error());
  blocks = true;
  runner->set_active(true);
  EXPECT_TRUE(run_now("nonsense").has_error());
  ASSERT_TRUE(eventually(5s, [&] { return begun >= 1; }));
  std::atomic<int> refused = 0;
  for (int wish = 0; wish < 20; ++wish) {
    runner->run_now("quiet", [&](const auto& run) { refused += run.has_error() ? 1 : 0; });
  }
  EXPECT_GE(refused, 3);
  runner->set_active(false);
  EXPECT_TRUE(eventually(5s, [&] { return refused == 20; }));
}

TEST_F(JobRunnerTest, TellsARunToEndWhenItIsNotActiveAnyMoreAndBeginsNone) {
  blocks = true;
  start(1ms).set_active(true);
  ASSERT_TRUE(eventually(5s, [&] { return begun == 1; }));
  runner->set_active(false);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(runs.rows()[0].ended->error, "told to end");
  passed = 1h;
  runner.reset();
  EXPECT_EQ(begun, 1);
}

TEST_F(JobRunnerTest, WaitsForADatabaseThatIsAwayAndRefusesWishesMeanwhile) {
  runs.fail(true);
  start().set_active(true);
  EXPECT_TRUE(run_now("count").has_error());
  runs.fail(false);
  EXPECT_TRUE(ended(1));
}

TEST_F(JobRunnerTest, AnEndThatCanNotBeWrittenIsWrittenLater) {
  blocks = true;
  start().set_active(true);
  ASSERT_TRUE(eventually(5s, [&] { return begun == 1; }));
  runs.fail(true);
  blocks = false;
  EXPECT_TRUE(eventually(5s, [&] { return counts("fanfare_jobs_runs_total{job=\"count\",outcome=\"done\"} 1"); }));
  EXPECT_FALSE(runs.rows()[0].ended.has_value());
  runs.fail(false);
  EXPECT_TRUE(eventually(5s, [&] { return runs.rows()[0].ended.has_value(); }));
}

}  // namespace
}  // namespace fanfare::workers::persistence::jobs
