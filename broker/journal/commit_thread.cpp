#include "broker/journal/commit_thread.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fanfare::broker::journal {

CommitThread::CommitThread(Outcomes& outcomes, std::vector<std::unique_ptr<StreamWriter>> writers,
                           std::function<void()> on_segment)
    : outcomes_(outcomes),
      writers_(std::move(writers)),
      on_segment_(std::move(on_segment)),
      waiting_(writers_.size()),
      thread_([this] { run(); }) {}

void CommitThread::push(std::size_t stream, CommitItem item) {
  {
    const std::lock_guard lock(mutex_);
    waiting_[stream].push_back(std::move(item));
    is_waiting_ = true;
  }
  changed_.notify_one();
}

StreamWriter::Time CommitThread::next_due() const {
  constexpr std::chrono::hours kIdle{1};
  auto due = std::chrono::steady_clock::now() + kIdle;
  for (const auto& writer : writers_) {
    if (const auto at = writer->sync_due()) due = std::min(due, *at);
  }
  return due;
}

void CommitThread::run() {
  std::vector<std::vector<CommitItem>> taken(writers_.size());
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_until(lock, next_due(), [this] { return is_waiting_ || stopping_; });
    const auto last = stopping_ && !is_waiting_;
    std::swap(taken, waiting_);
    is_waiting_ = false;
    lock.unlock();
    commit(taken);
    sync_due(last);
    if (last) return;
    lock.lock();
  }
}

void CommitThread::commit(std::vector<std::vector<CommitItem>>& taken) {
  for (std::size_t stream = 0; stream < taken.size(); ++stream) {
    auto& items = taken[stream];
    if (items.empty()) continue;
    std::vector<core::JournalEvent> events;
    events.reserve(items.size());
    const auto has_begun = writers_[stream]->commit(items, events, std::chrono::steady_clock::now());
    std::uint64_t bytes = 0;
    for (const auto& item : items) bytes += item.pending;
    items.clear();
    pending_.fetch_sub(bytes, std::memory_order_relaxed);
    outcomes_.push(std::move(events));
    if (has_begun) on_segment_();
  }
}

void CommitThread::sync_due(bool all) {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& writer : writers_) {
    if (const auto due = writer->sync_due(); due && (all || *due <= now)) writer->sync();
  }
}

void CommitThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace fanfare::broker::journal
