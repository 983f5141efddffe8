// A JobStore in memory that can be made to fail, shared by all stores opened on it. For tests only; any thread.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "workers/store/job_store.hpp"

namespace fanfare::test {

class FakeJobRuns {
 public:
  using JobRun = workers::store::JobRun;

  void fail(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  std::vector<JobRun> rows() {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  /// As an earlier process has left it.
  void add(JobRun run) {
    const std::lock_guard lock(mutex_);
    run.id = rows_.size() + 1;
    rows_.push_back(std::move(run));
  }

  runtime::Result<std::unique_ptr<workers::store::JobStore>> open();

 private:
  friend class FakeJobStore;

  std::mutex mutex_;
  bool fails_ = false;
  std::vector<JobRun> rows_;
};

class FakeJobStore final : public workers::store::JobStore {
 public:
  explicit FakeJobStore(FakeJobRuns& all) : all_(all) {}

  runtime::Result<std::uint64_t> begin(const workers::store::NewJobRun& run) override {
    const std::lock_guard lock(all_.mutex_);
    if (all_.fails_) return away();
    all_.rows_.push_back({.id = all_.rows_.size() + 1, .begun = run});
    return all_.rows_.size();
  }
  runtime::Result<bool> end(std::uint64_t run, const workers::store::JobEnd& end) override {
    const std::lock_guard lock(all_.mutex_);
    if (all_.fails_) return away();
    auto& row = all_.rows_.at(run - 1);
    if (row.ended) return false;
    row.ended.emplace(end);
    return true;
  }
  runtime::Result<std::uint64_t> end_cut(workers::common::TimePoint now) override {
    const std::lock_guard lock(all_.mutex_);
    if (all_.fails_) return away();
    std::uint64_t cut = 0;
    for (auto& row : all_.rows_) {
      if (row.ended) continue;
      row.ended.emplace(workers::store::JobEnd{.at = now, .error = workers::store::kCutError});
      ++cut;
    }
    return cut;
  }
  runtime::Result<std::vector<workers::store::JobHistory>> histories() override {
    const std::lock_guard lock(all_.mutex_);
    if (all_.fails_) return away();
    std::vector<workers::store::JobHistory> all;
    for (const auto& row : all_.rows_) {
      auto known = std::ranges::find(all, row.begun.job, [](const auto& one) { return one.last.begun.job; });
      if (known == all.end()) known = all.insert(all.end(), workers::store::JobHistory{});
      known->last = row;
      if (row.has_failed()) ++known->failures;
      if (row.has_failed() || !row.ended) continue;
      known->failures = 0;
      known->succeeded_at.emplace(row.begun.started_at);
    }
    return all;
  }
  runtime::Result<std::vector<workers::store::JobRun>> runs(const std::string&, std::uint64_t) override {
    return all_.rows();
  }
  runtime::Result<std::uint64_t> sweep(std::uint64_t) override { return std::uint64_t{0}; }

 private:
  static runtime::Error away() { return {"the database is away"}; }

  FakeJobRuns& all_;
};

inline runtime::Result<std::unique_ptr<workers::store::JobStore>> FakeJobRuns::open() {
  return std::unique_ptr<workers::store::JobStore>(std::make_unique<FakeJobStore>(*this));
}

}  // namespace fanfare::test
