#include "workers/store/postgres/postgres_job_store.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

const std::string kRunColumns =
    "run.id, run.job, run.instance, run.by_hand, run.started_at, run.ended_at, run.count, "
    "run.done, run.error";
constexpr int kColumnsOfRun = 9;

/// A session's mark matters from its commit until somebody asks for it, a few seconds later.
constexpr std::chrono::hours kMarksKept{24};

JobRun run_in(const pqxx::row& row) {
  JobRun run{.id = count_in(row[0]),
             .begun = {.job = text_in(row[1]),
                       .instance = text_in(row[2]),
                       .is_by_hand = row[3].as<bool>(),
                       .started_at = time_in(row[4])}};
  if (row[5].is_null()) return run;
  run.ended.emplace(
      JobEnd{.at = time_in(row[5]), .count = count_in(row[6]), .done = text_in(row[7]), .error = text_in(row[8])});
  return run;
}

}  // namespace

Result<std::uint64_t> PostgresJobStore::begin(const NewJobRun& run) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    transaction.execute("UPDATE job_run SET ended_at = $1, error = $2 WHERE job = $3 AND ended_at IS NULL",
                        run.started_at, kCutError, run.job);
    const auto rows = transaction.execute(
        "INSERT INTO job_run (job, instance, by_hand, started_at) VALUES ($1, $2, $3, $4) RETURNING id", run.job,
        run.instance, run.is_by_hand, run.started_at);
    return count_in(rows[0][0]);
  });
}

Result<bool> PostgresJobStore::end(std::uint64_t run, const JobEnd& end) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    const auto rows = transaction.execute(
        "UPDATE job_run SET ended_at = $1, count = $2, done = $3, error = $4 WHERE id = $5 AND ended_at IS NULL",
        end.at, end.count, end.done, end.error, run);
    return rows.affected_rows() == 1;
  });
}

Result<std::uint64_t> PostgresJobStore::end_cut(common::TimePoint now) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    const auto rows =
        transaction.execute("UPDATE job_run SET ended_at = $1, error = $2 WHERE ended_at IS NULL", now, kCutError);
    return std::uint64_t{rows.affected_rows()};
  });
}

Result<std::vector<JobHistory>> PostgresJobStore::histories() {
  static const std::string sql =
      "SELECT " + kRunColumns +
      ", well.started_at, (SELECT count(*) FROM job_run AS failed WHERE failed.job = run.job"
      "   AND failed.id > coalesce(well.id, 0) AND failed.error <> '')"
      " FROM (SELECT DISTINCT ON (job) * FROM job_run ORDER BY job, id DESC) AS run"
      " LEFT JOIN (SELECT DISTINCT ON (job) job, id, started_at FROM job_run"
      "   WHERE ended_at IS NOT NULL AND error = '' ORDER BY job, id DESC) AS well ON well.job = run.job"
      " ORDER BY run.job";
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<JobHistory>> {
    std::vector<JobHistory> histories;
    for (const pqxx::row& row : transaction.execute(sql)) {
      JobHistory history{.last = run_in(row)};
      if (!row[kColumnsOfRun].is_null()) history.succeeded_at.emplace(time_in(row[kColumnsOfRun]));
      history.failures = count_in(row[kColumnsOfRun + 1]);
      histories.push_back(std::move(history));
    }
    return histories;
  });
}

Result<std::vector<JobRun>> PostgresJobStore::runs(const std::string& job, std::uint64_t limit) {
  static const std::string sql =
      "SELECT " + kRunColumns + " FROM job_run AS run WHERE run.job = $1 ORDER BY run.id DESC LIMIT $2";
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<JobRun>> {
    std::vector<JobRun> runs;
    for (const pqxx::row& row : transaction.execute(sql, job, limit)) runs.push_back(run_in(row));
    return runs;
  });
}

Result<std::uint64_t> PostgresJobStore::sweep(std::uint64_t keep) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    transaction.execute("DELETE FROM transaction_mark WHERE at < $1", common::wall_clock() - kMarksKept);
    const auto rows = transaction.execute(
        "DELETE FROM job_run WHERE ended_at IS NOT NULL AND id IN (SELECT id FROM"
        " (SELECT id, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM job_run) AS placed"
        " WHERE place > $1)",
        keep);
    return std::uint64_t{rows.affected_rows()};
  });
}

}  // namespace fanfare::workers::store
