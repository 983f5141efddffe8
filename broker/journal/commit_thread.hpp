#pragma once
// The one thread that writes: takes all that waits, writes and syncs it stream by stream, and tells what became of it.
// Owned by the journal. push() belongs to the core's thread and never waits for the disk. What waits is bounded by the
// credit that the core lends (pending_bytes()).

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "broker/journal/commit_item.hpp"
#include "broker/journal/outcomes.hpp"
#include "broker/journal/stream_writer.hpp"

namespace fanfare::broker::journal {

class CommitThread {
 public:
  /// `on_segment` is called after a segment began; a writer for each stream, known by its place.
  CommitThread(Outcomes& outcomes, std::vector<std::unique_ptr<StreamWriter>> writers,
               std::function<void()> on_segment);
  ~CommitThread() { stop(); }

  void push(std::size_t stream, CommitItem item);

  /// Of all streams; what waits for room counts too, see hold().
  [[nodiscard]] std::uint64_t pending_bytes() const { return pending_.load(std::memory_order_relaxed); }
  /// The item of these bytes will be pushed later.
  void hold(std::uint64_t bytes) { pending_.fetch_add(bytes, std::memory_order_relaxed); }

  /// Writes what waits, syncs everything and ends the thread.
  void stop();
  /// After stop(): whether all of the stream is on the disk.
  [[nodiscard]] bool is_whole(std::size_t stream) const { return !writers_[stream]->has_failed(); }

 private:
  void run();
  void commit(std::vector<std::vector<CommitItem>>& waiting);
  void sync_due(bool all);
  [[nodiscard]] StreamWriter::Time next_due() const;

  Outcomes& outcomes_;
  std::vector<std::unique_ptr<StreamWriter>> writers_;
  std::function<void()> on_segment_;
  std::atomic<std::uint64_t> pending_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<CommitItem>> waiting_;  ///< by stream
  bool is_waiting_ = false;                       ///< something is in `waiting_`
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fanfare::broker::journal
