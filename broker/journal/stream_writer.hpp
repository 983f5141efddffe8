#pragma once
// Writes and syncs the batches of one stream and says what became of them. Owned by the commit thread and used by it
// alone. What it reports as committed is on the disk (fsync) or handed to the system (flush); after a failure it writes
// nothing more.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/commit_item.hpp"
#include "broker/journal/file_system.hpp"
#include "broker/journal/outcomes.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class StreamWriter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `file` is the last segment's, null if there is none; everything up to `synced` is on the disk.
  StreamWriter(StreamState& stream, Outcomes& outcomes, std::unique_ptr<File> file, std::uint64_t synced)
      : stream_(stream), outcomes_(outcomes), file_(std::move(file)), written_(synced), synced_(synced) {}

  /// Writes the items, then syncs once; adds an event for each. True when a segment began.
  bool commit(std::span<CommitItem> items, std::vector<core::JournalEvent>& events, Time now);

  /// When sync() is due, for streams that commit before it.
  [[nodiscard]] std::optional<Time> sync_due() const { return sync_due_; }
  void sync();

  [[nodiscard]] bool has_failed() const { return failed_; }

 private:
  bool begin(CommitItem& item);
  bool write_run();
  void fill_page();
  bool sync_file();
  bool fail(const IoError& error);
  void settle(std::span<CommitItem> items, std::vector<core::JournalEvent>& events);
  void refuse(std::span<CommitItem> items, std::vector<core::JournalEvent>& events);
  void add_to_run(CommitItem& item);

  StreamState& stream_;
  Outcomes& outcomes_;
  std::unique_ptr<File> file_;
  std::uint64_t written_;
  std::uint64_t synced_;
  bool failed_ = false;
  std::string reason_;
  std::optional<Time> sync_due_;
  std::vector<std::string_view> run_;  ///< what is written next, one after the other
  std::uint64_t run_at_ = 0;
  std::uint64_t run_end_ = 0;
  std::uint64_t run_last_ = 0;
};

}  // namespace fanfare::broker::journal
