#include "workers/persistence/writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fanfare::workers::persistence {

Writer::Writer(const Options& options, OpenStore open, OnTraced on_traced, runtime::Logger& log,
               runtime::Metrics& metrics)
    : options_(options),
      open_(std::move(open)),
      on_traced_(std::move(on_traced)),
      log_(log),
      stored_(metrics.counter("fanfare_persistence_stored_total", "Messages written to the database.")),
      repeated_(metrics.counter("fanfare_persistence_repeated_total", "Messages that the database had already.")),
      failures_(metrics.counter("fanfare_persistence_failed_writes_total", "Batches that had to be tried again.")),
      refusals_(metrics.counter("fanfare_persistence_refused_total", "Times that the database refused one message.")),
      waiting_(metrics.gauge("fanfare_persistence_waiting", "Records that wait to be written.")),
      breaker_({.figure = kDatabaseFigure, .purpose = "writing"}, log, metrics),
      pending_(options.bounds),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  close(Clock::now());
  finish();
}

void Writer::add(PendingRecord record) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_closed() || !pending_.is_full(); });
  if (is_closed()) {
    left_.push_back(std::move(record));
    return;
  }
  pending_.add(std::move(record), Clock::now());
  waiting_.set(static_cast<double>(pending_.size()));
  changed_.notify_all();
}

void Writer::drop_revoked() {
  std::vector<PendingRecord> revoked;  // goes when the lock has gone
  const std::lock_guard lock(mutex_);
  revoked = pending_.take_revoked();
  waiting_.set(static_cast<double>(pending_.size()));
  changed_.notify_all();
}

void Writer::close(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::min(deadline_, deadline);
  changed_.notify_all();
}

std::size_t Writer::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_finishing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  return left_.size() + pending_.size();
}

std::optional<common::TimePoint> Writer::oldest() const {
  const std::lock_guard lock(mutex_);
  const auto waiting = pending_.oldest();
  if (!waiting) return writing_;
  if (!writing_) return waiting;
  return std::min(waiting, writing_);
}

void Writer::run() {
  while (true) {
    std::vector<PendingRecord> batch = next_batch();
    if (batch.empty()) return;
    give_back_refused(batch);
    if (batch.empty() || write(batch)) continue;
    const std::lock_guard lock(mutex_);
    std::ranges::move(batch, std::back_inserter(left_));
    return;
  }
}

/// Empty: finished.
std::vector<PendingRecord> Writer::next_batch() {
  std::unique_lock lock(mutex_);
  writing_.reset();
  if (pending_.is_empty()) refused_.forget_answered();
  while (true) {
    const auto due = pending_.due();
    if (due && (is_closed() || is_finishing_ || Clock::now() >= *due)) break;
    if (!due && is_finishing_) break;
    if (due) {
      changed_.wait_until(lock, *due);
    } else {
      changed_.wait(lock);
    }
  }
  const auto before = pending_.oldest();
  auto batch = pending_.take();
  writing_ = before;
  waiting_.set(static_cast<double>(pending_.size()));
  changed_.notify_all();
  return batch;
}

void Writer::give_back_refused(std::vector<PendingRecord>& batch) {
  std::erase_if(batch, [this](const PendingRecord& pending) {
    if (!refused_.is_behind(pending)) return false;
    pending.delivery->give_back();
    return true;
  });
}

/// False: the deadline has passed before it was written.
bool Writer::write(std::vector<PendingRecord>& batch) {
  std::vector<store::ConversationRecord> records;
  records.reserve(batch.size());
  for (const PendingRecord& pending : batch) records.push_back(pending.record);
  auto back_off = options_.first_back_off;
  while (true) {
    const auto appended = try_to_write(records);
    if (appended) {
      breaker_.succeeded();
      settle(batch, *appended);
      return true;
    }
    store_.reset();
    failures_.add();
    breaker_.failed(appended.error().message);
    log_.warn("messages wait for the database", {{"reason", appended.error().message}, {"records", batch.size()}});
    if (!pause(back_off)) return false;
    back_off = std::min(2 * back_off, options_.longest_back_off);
  }
}

runtime::Result<store::Appended> Writer::try_to_write(std::span<const store::ConversationRecord> records) {
  if (!store_) {
    auto opened = open_();
    if (!opened) return opened.error();
    store_ = *std::move(opened);
  }
  return store_->append(records);
}

void Writer::settle(std::span<const PendingRecord> batch, const store::Appended& appended) {
  stored_.add(static_cast<double>(appended.stored));
  repeated_.add(static_cast<double>(appended.repeated));
  auto left_out = appended.left_out.begin();
  for (std::size_t index = 0; index < batch.size(); ++index) {
    const PendingRecord& pending = batch[index];
    if (left_out != appended.left_out.end() && left_out->index == index) {
      leave_out(pending, left_out->reason);
      ++left_out;
      continue;
    }
    pending.delivery->ack();
    if (pending.trace) on_traced_(*pending.trace, pending.record.message ? "stored in the database" : "skipped");
  }
}

/// The refusal goes before what is behind it: so the broker has taken that back already, and nothing of it counts.
void Writer::leave_out(const PendingRecord& pending, const std::string& reason) {
  if (reason.empty()) {
    pending.delivery->give_back();
    return;
  }
  refusals_.add();
  log_.error("the database refuses a message", {{"reason", reason}, {"position", pending.record.position.to_string()}});
  refused_.add(pending);
  pending.delivery->refuse(reason);
}

/// False: the deadline has passed.
bool Writer::pause(std::chrono::milliseconds back_off) {
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + back_off;
  while (Clock::now() < std::min(until, deadline_)) changed_.wait_until(lock, std::min(until, deadline_));
  return Clock::now() < deadline_;
}

}  // namespace fanfare::workers::persistence
