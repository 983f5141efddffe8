#include "workers/persistence/writer.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::workers::persistence {

Writer::Writer(const Options& options, OpenStore open, OnWritten on_written, runtime::Logger& log,
               runtime::Metrics& metrics)
    : options_(options),
      open_(std::move(open)),
      on_written_(std::move(on_written)),
      log_(log),
      stored_(metrics.counter("fanfare_persistence_stored_total", "Messages written to the database.")),
      repeated_(metrics.counter("fanfare_persistence_repeated_total", "Messages that the database had already.")),
      failures_(metrics.counter("fanfare_persistence_failed_writes_total", "Batches that had to be tried again.")),
      waiting_(metrics.gauge("fanfare_persistence_waiting", "Records that wait to be written.")),
      pending_(options.bounds),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  close(Clock::now());
  finish();
}

void Writer::add(PendingRecord record) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_closed() || !pending_.is_full(); });
  if (is_closed()) {  // and nothing behind it is taken: a later one would move the stored position past it
    ++left_;
    return;
  }
  pending_.add(std::move(record), Clock::now());
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
  return left_ + pending_.size();
}

void Writer::run() {
  while (true) {
    const std::vector<PendingRecord> batch = next_batch();
    if (batch.empty()) return;
    if (write(batch)) continue;
    const std::lock_guard lock(mutex_);
    left_ += batch.size();
    return;
  }
}

/// Empty: finished.
std::vector<PendingRecord> Writer::next_batch() {
  std::unique_lock lock(mutex_);
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
  auto batch = pending_.take();
  waiting_.set(static_cast<double>(pending_.size()));
  changed_.notify_all();
  return batch;
}

/// False: the deadline has passed before it was written.
bool Writer::write(const std::vector<PendingRecord>& batch) {
  std::vector<store::ChatMessage> messages;
  for (const PendingRecord& record : batch) {
    if (record.message) messages.push_back(*record.message);
  }
  auto back_off = options_.first_back_off;
  while (true) {
    const auto appended = try_to_write(messages, batch.back().position);
    if (appended) {
      stored_.add(static_cast<double>(appended->stored));
      repeated_.add(static_cast<double>(appended->repeated));
      if (back_off != options_.first_back_off) log_.info("the database takes messages again");
      on_written_(batch);
      return true;
    }
    store_.reset();
    failures_.add();
    log_.warn("messages wait for the database", {{"reason", appended.error().message}, {"records", batch.size()}});
    if (!pause(back_off)) return false;
    back_off = std::min(2 * back_off, options_.longest_back_off);
  }
}

runtime::Result<store::Appended> Writer::try_to_write(std::span<const store::ChatMessage> messages,
                                                      const Position& reached) {
  if (!store_) {
    auto opened = open_();
    if (!opened) return opened.error();
    store_ = *std::move(opened);
  }
  return store_->append(messages, reached);
}

/// False: the deadline has passed.
bool Writer::pause(std::chrono::milliseconds back_off) {
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + back_off;
  while (Clock::now() < std::min(until, deadline_)) changed_.wait_until(lock, std::min(until, deadline_));
  return Clock::now() < deadline_;
}

}  // namespace fanfare::workers::persistence
