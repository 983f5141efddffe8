#include "cli/jobs/job_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

using testing::HasSubstr;

Json run_of_sweep() {
  return {{"id", 1},
          {"job", "sweep"},
          {"instance", "here-1"},
          {"by_hand", false},
          {"started_at", "2026-11-26T02:00:00.000Z"},
          {"ended_at", "2026-11-26T02:00:00.020Z"},
          {"seconds", 0.02},
          {"count", 3},
          {"done", "removed 3 sessions"},
          {"error", nullptr}};
}

Json list_of(const Json& last) {
  return {{"instance", "here-1"},
          {"jobs",
           {{{"name", "sweep"},
             {"every", 3600.0},
             {"next_at", "2026-11-26T03:00:00.000Z"},
             {"failures", 0},
             {"last", last}}}}};
}

TEST(JobTexts, ShowALinePerJobAndWhoRunsThem) {
  EXPECT_EQ(describe_jobs(list_of(run_of_sweep())),
            "JOB    EVERY  LAST RUN                  TOOK    NEXT                      OUTCOME\n"
            "sweep  1h     2026-11-26T02:00:00.000Z  0.02 s  2026-11-26T03:00:00.000Z  removed 3 sessions\n"
            "run by here-1\n");
}

TEST(JobTexts, ShowWhatHasNotRunWhatRunsAndWhatHasFailed) {
  EXPECT_THAT(describe_jobs(list_of(nullptr)), HasSubstr("has not run yet"));
  Json run = run_of_sweep();
  run["ended_at"] = run["seconds"] = run["done"] = nullptr;
  EXPECT_THAT(describe_jobs(list_of(run)), HasSubstr("  runs\n"));
  Json failed = run_of_sweep();
  failed["error"] = "the database\x1b is away";
  EXPECT_TRUE(has_failed(failed));
  EXPECT_EQ(describe_job_run(failed), "sweep: failed: the database\\x1b is away (0.02 s)\n");
}

TEST(JobTexts, AnswersThatAreNoneAreRefused) {
  EXPECT_EQ(job_answer(R"({"ok":{"a":1}})"), (Json{{"a", 1}}));
  EXPECT_THROW((void)job_answer("nonsense"), CommandFailure);
  EXPECT_THROW((void)job_answer("{}"), CommandFailure);
  EXPECT_THROW((void)describe_jobs(Json::object()), CommandFailure);
  EXPECT_THROW((void)describe_job_run(Json::array()), CommandFailure);
  try {
    (void)job_answer(R"({"error":{"code":"not_found","message":"there are sweep"}})");
    ADD_FAILURE();
  } catch (const CommandFailure& failure) {
    EXPECT_STREQ(failure.what(), "there are sweep");
  }
}

}  // namespace
}  // namespace fanfare::cli
