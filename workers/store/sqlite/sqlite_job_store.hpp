#pragma once
// JobStore over SQLite, on a connection of its own.

#include <chrono>
#include <filesystem>
#include <memory>

#include "workers/store/job_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteJobStore final : public JobStore {
 public:
  explicit SqliteJobStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  runtime::Result<std::uint64_t> begin(const NewJobRun& run) override;
  runtime::Result<bool> end(std::uint64_t run, const JobEnd& end) override;
  runtime::Result<std::uint64_t> end_cut(common::TimePoint now) override;
  runtime::Result<std::vector<JobHistory>> histories() override;
  runtime::Result<std::vector<JobRun>> runs(const std::string& job, std::uint64_t limit) override;
  runtime::Result<std::uint64_t> sweep(std::uint64_t keep) override;

 private:
  SqliteConnection connection_;
};

/// Over a migrated database.
[[nodiscard]] runtime::Result<std::unique_ptr<JobStore>> open_sqlite_job_store(const std::filesystem::path& file,
                                                                               std::chrono::milliseconds patience);

}  // namespace fanfare::workers::store
