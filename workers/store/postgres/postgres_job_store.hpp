#pragma once
// JobStore over PostgreSQL. Borrows the pool.

#include "workers/store/job_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresJobStore final : public JobStore {
 public:
  explicit PostgresJobStore(PostgresPool& pool) : session_(pool) {}

  runtime::Result<std::uint64_t> begin(const NewJobRun& run) override;
  runtime::Result<bool> end(std::uint64_t run, const JobEnd& end) override;
  runtime::Result<std::uint64_t> end_cut(common::TimePoint now) override;
  runtime::Result<std::vector<JobHistory>> histories() override;
  runtime::Result<std::vector<JobRun>> runs(const std::string& job, std::uint64_t limit) override;
  runtime::Result<std::uint64_t> sweep(std::uint64_t keep) override;

 private:
  PostgresSession session_;
};

}  // namespace fanfare::workers::store
