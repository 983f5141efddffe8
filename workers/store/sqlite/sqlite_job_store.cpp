#include "workers/store/sqlite/sqlite_job_store.hpp"

#include <SQLiteCpp/Column.h>

#include <utility>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

// Columns in the order of read_run().
const std::string kRun = "SELECT id, job, instance, by_hand, started_at, ended_at, count, done, error FROM job_run ";

/// A run's id is what SQLite has counted up to, so it fits.
JobRun read_run(SQLite::Statement& select) {
  JobRun run{.id = count_at(select, 0),
             .begun = {.job = select.getColumn(1).getString(),
                       .instance = select.getColumn(2).getString(),
                       .is_by_hand = select.getColumn(3).getInt() != 0,
                       .started_at = time_at(select, 4)}};
  if (select.isColumnNull(5)) return run;
  run.ended.emplace(JobEnd{.at = time_at(select, 5),
                           .count = count_at(select, 6),
                           .done = select.getColumn(7).getString(),
                           .error = select.getColumn(8).getString()});
  return run;
}

}  // namespace

Result<std::uint64_t> SqliteJobStore::begin(const NewJobRun& run) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    auto& cut = transaction.statement("UPDATE job_run SET ended_at = ?, error = ? WHERE job = ? AND ended_at IS NULL");
    bind_time(cut, 1, run.started_at);
    cut.bind(2, std::string(kCutError));
    cut.bind(3, run.job);
    execute(cut);
    auto& insert = transaction.statement(
        "INSERT INTO job_run (job, instance, by_hand, started_at) VALUES (?, ?, ?, ?) RETURNING id");
    insert.bind(1, run.job);
    insert.bind(2, run.instance);
    insert.bind(3, run.is_by_hand ? 1 : 0);
    bind_time(insert, 4, run.started_at);
    insert.executeStep();
    const std::uint64_t id = count_at(insert, 0);
    execute(insert);
    return id;
  });
}

Result<bool> SqliteJobStore::end(std::uint64_t run, const JobEnd& end) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& update = transaction.statement(
        "UPDATE job_run SET ended_at = ?, count = ?, done = ?, error = ? WHERE id = ? AND ended_at IS NULL");
    bind_time(update, 1, end.at);
    bind_count(update, 2, end.count);
    update.bind(3, end.done);
    update.bind(4, end.error);
    bind_count(update, 5, run);
    return execute_and_count(update) == 1;
  });
}

Result<std::uint64_t> SqliteJobStore::end_cut(common::TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    auto& update = transaction.statement("UPDATE job_run SET ended_at = ?, error = ? WHERE ended_at IS NULL");
    bind_time(update, 1, now);
    update.bind(2, std::string(kCutError));
    return execute_and_count(update);
  });
}

Result<std::vector<JobHistory>> SqliteJobStore::histories() {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<JobHistory>> {
    static const std::string last = kRun + "WHERE id IN (SELECT max(id) FROM job_run GROUP BY job) ORDER BY job";
    std::vector<JobHistory> histories;
    auto& select = transaction.statement(last);
    while (select.executeStep()) histories.push_back({.last = read_run(select)});
    auto& well = transaction.statement(
        "SELECT id, started_at FROM job_run WHERE job = ? AND ended_at IS NOT NULL AND error = ''"
        " ORDER BY id DESC LIMIT 1");
    auto& failed = transaction.statement("SELECT count(*) FROM job_run WHERE job = ? AND id > ? AND error <> ''");
    for (JobHistory& history : histories) {
      well.reset();
      well.bind(1, history.last.begun.job);
      std::uint64_t success = 0;
      if (well.executeStep()) {
        success = count_at(well, 0);
        history.succeeded_at.emplace(time_at(well, 1));
      }
      failed.reset();
      failed.bind(1, history.last.begun.job);
      bind_count(failed, 2, success);
      failed.executeStep();
      history.failures = count_at(failed, 0);
    }
    return histories;
  });
}

Result<std::vector<JobRun>> SqliteJobStore::runs(const std::string& job, std::uint64_t limit) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<JobRun>> {
    static const std::string newest = kRun + "WHERE job = ? ORDER BY id DESC LIMIT ?";
    std::vector<JobRun> runs;
    auto& select = transaction.statement(newest);
    select.bind(1, job);
    bind_count(select, 2, limit);
    while (select.executeStep()) runs.push_back(read_run(select));
    return runs;
  });
}

Result<std::uint64_t> SqliteJobStore::sweep(std::uint64_t keep) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    auto& erase = transaction.statement(
        "DELETE FROM job_run WHERE ended_at IS NOT NULL AND id IN (SELECT id FROM"
        " (SELECT id, row_number() OVER (PARTITION BY job ORDER BY id DESC) AS place FROM job_run) WHERE place > ?)");
    bind_count(erase, 1, keep);
    return execute_and_count(erase);
  });
}

Result<std::unique_ptr<JobStore>> open_sqlite_job_store(const std::filesystem::path& file,
                                                        std::chrono::milliseconds patience) {
  auto connection = SqliteConnection::open(file, {.busy_timeout = patience});
  if (!connection) return connection.error();
  return std::unique_ptr<JobStore>(std::make_unique<SqliteJobStore>(*std::move(connection)));
}

}  // namespace fanfare::workers::store
