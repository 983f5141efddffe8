// What every adapter of the port promises.
#include "workers/store/job_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "runtime/config/reader.hpp"
#include "tests/support/postgres.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr common::TimePoint kFirstRun{1'790'000'000'000ms};

enum class JobStoreKind { kSqlite, kPostgres };

class JobStoreTest : public testing::TestWithParam<JobStoreKind> {
 protected:
  JobStoreTest() {
    config.data_dir = folder.path();
    if (GetParam() == JobStoreKind::kPostgres) config.database.url = postgres.emplace().url();
    database = Database::open(config).value();
    database->migrate().value();
    store = database->job_store().value();
  }

  std::uint64_t begin(const std::string& job, std::chrono::milliseconds after = 0ms, bool by_hand = false) {
    return store->begin({.job = job, .instance = "here-1", .is_by_hand = by_hand, .started_at = kFirstRun + after})
        .value();
  }
  void end(std::uint64_t run, const std::string& error = "") {
    EXPECT_TRUE(store->end(run, {.at = kFirstRun + 1h, .count = 7, .done = "7 rows", .error = error}).value());
  }
  JobHistory history(const std::string& job) {
    for (JobHistory& one : store->histories().value()) {
      if (one.last.begun.job == job) return one;
    }
    ADD_FAILURE() << job << " has no history";
    return {};
  }
  std::vector<std::uint64_t> ids(const std::string& job) {
    std::vector<std::uint64_t> found;
    for (const JobRun& run : store->runs(job, 1'000).value()) found.push_back(run.id);
    return found;
  }

  const fanfare::test::TemporaryFolder folder;
  std::optional<fanfare::test::PostgresTestDatabase> postgres;
  runtime::Config config = runtime::default_config();
  std::unique_ptr<Database> database;
  std::unique_ptr<JobStore> store;
};

TEST_P(JobStoreTest, KeepsWhatWasSaidOfARun) {
  const std::uint64_t id = begin("sweep", 1s, true);
  const JobRun open = store->runs("sweep", 1).value().at(0);
  EXPECT_EQ(open.id, id);
  EXPECT_EQ(open.begun.instance, "here-1");
  EXPECT_TRUE(open.begun.is_by_hand);
  EXPECT_EQ(open.begun.started_at, kFirstRun + 1s);
  EXPECT_FALSE(open.ended.has_value());
  end(id);
  const JobRun ended = store->runs("sweep", 1).value().at(0);
  ASSERT_TRUE(ended.ended.has_value());
  EXPECT_EQ(ended.ended->at, kFirstRun + 1h);
  EXPECT_EQ(ended.ended->count, 7U);
  EXPECT_EQ(ended.ended->done, "7 rows");
  EXPECT_FALSE(ended.has_failed());
}

TEST_P(JobStoreTest, OfAJobOneRunAtMostStandsAsRunning) {
  const std::uint64_t first = begin("sweep");
  const std::uint64_t other = begin("partitions");
  const std::uint64_t second = begin("sweep", 1min);
  EXPECT_GT(second, first);
  const auto runs = store->runs("sweep", 10).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_FALSE(runs[0].ended.has_value());
  EXPECT_EQ(runs[1].ended.value().error, kCutError);
  EXPECT_FALSE(store->runs("partitions", 1).value().at(0).ended.has_value());
  end(other);
}

TEST_P(JobStoreTest, WhoWasCutCanNotSayOtherwiseLater) {
  const std::uint64_t id = begin("sweep");
  EXPECT_EQ(store->end_cut(kFirstRun + 1min).value(), 1U);
  EXPECT_EQ(store->end_cut(kFirstRun + 2min).value(), 0U);
  EXPECT_FALSE(store->end(id, {.at = kFirstRun + 3min}).value());
  const JobRun run = store->runs("sweep", 1).value().at(0);
  EXPECT_EQ(run.ended.value().error, kCutError);
  EXPECT_EQ(run.ended->at, kFirstRun + 1min);
}

TEST_P(JobStoreTest, AHistoryCountsTheFailuresSinceTheLastSuccess) {
  EXPECT_TRUE(store->histories().value().empty());
  end(begin("sweep", 1s), "away");
  EXPECT_EQ(history("sweep").failures, 1U);
  EXPECT_FALSE(history("sweep").succeeded_at.has_value());
  end(begin("sweep", 2s));
  EXPECT_EQ(history("sweep").failures, 0U);
  end(begin("sweep", 3s), "away");
  end(begin("sweep", 4s), "still away");
  begin("sweep", 5s);
  end(begin("partitions", 6s));
  const JobHistory swept = history("sweep");
  EXPECT_EQ(swept.failures, 2U);
  EXPECT_EQ(swept.succeeded_at, kFirstRun + 2s);
  EXPECT_EQ(swept.last.begun.started_at, kFirstRun + 5s);
  EXPECT_FALSE(swept.last.ended.has_value());
  EXPECT_EQ(history("partitions").failures, 0U);
}

TEST_P(JobStoreTest, SweepKeepsTheLastRunsOfEachJobAndWhatRuns) {
  std::vector<std::uint64_t> sweeps;
  for (int run = 0; run < 5; ++run) {
    sweeps.push_back(begin("sweep"));
    end(sweeps.back());
  }
  const std::uint64_t other = begin("partitions");
  EXPECT_EQ(store->sweep(2).value(), 3U);
  EXPECT_THAT(ids("sweep"), ElementsAre(sweeps[4], sweeps[3]));
  EXPECT_EQ(store->sweep(0).value(), 2U);
  EXPECT_THAT(ids("partitions"), ElementsAre(other));
  EXPECT_GT(begin("sweep"), other);  // ids are not given out again
}

TEST_P(JobStoreTest, TextsAreKeptWhateverTheyHold) {
  const std::string hostile = "'; DROP TABLE job_run; -- \xE2\x80\xAE\xF0\x9F\x8E\xBA\t\n\\";
  const std::uint64_t id = begin("sweep");
  EXPECT_TRUE(store->end(id, {.at = kFirstRun, .done = hostile, .error = hostile}).value());
  EXPECT_EQ(store->runs("sweep", 1).value().at(0).ended.value().error, hostile);
}

std::string name_of_job_store(const testing::TestParamInfo<JobStoreKind>& kind) {
  return kind.param == JobStoreKind::kSqlite ? "Sqlite" : "Postgres";
}

INSTANTIATE_TEST_SUITE_P(Each, JobStoreTest, testing::Values(JobStoreKind::kSqlite, JobStoreKind::kPostgres),
                         name_of_job_store);

}  // namespace
}  // namespace fanfare::workers::store
