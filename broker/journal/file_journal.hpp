#pragma once
// The journal on disk (docs/journal-format.md), behind the core's port. Owned by whoever owns the core; the calls of
// the port belong to the core's thread and never wait for the disk. A commit thread writes and syncs, a maintenance
// thread makes room, seals and removes segments, and a few reader threads read back; what they find comes by
// take_events().

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/core/settings.hpp"
#include "broker/journal/file_system.hpp"
#include "broker/journal/keeping.hpp"
#include "broker/journal/options.hpp"
#include "runtime/result.hpp"

namespace fanfare::broker::journal {

class FileJournal final : public core::Journal {
 public:
  /// Recovers all streams of the folder and starts the threads. An error names what has to be done: damage names the
  /// segment, the offset and the command that repairs it. The file system outlives the journal.
  [[nodiscard]] static runtime::Result<std::unique_ptr<FileJournal>> open(Options options, FileSystem& files);

  /// Like close().
  ~FileJournal() override;

  /// For the log: what was cut off when it was opened, which epochs began and why, and what went wrong since. Any
  /// thread.
  [[nodiscard]] std::vector<std::string> take_notices();

  /// Commits what waits, ends the threads, and leaves word that the next start may go on where this one ends. Events
  /// can still be taken; nothing else may be called any more.
  void close();

  /// The stream keeps what it has by other rules from now on; whether they are others. On the core's thread.
  bool keep(protocol::StreamNumber stream, const KeepRules& rules);

  /// Bytes that wait for the disk; beyond Options::pending_bytes the core lends no more credit.
  [[nodiscard]] std::uint64_t pending_bytes() const;

  core::Kept kept(protocol::StreamNumber stream) override;
  void define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) override;
  void append(core::Batch batch) override;
  void open_reader(core::ReaderId id, core::ReaderSpec spec) override;
  void read(const core::ReadRequest& request) override;
  void close_reader(core::ReaderId id) override;
  void look_up(const core::IdLookup& lookup) override;
  std::vector<core::JournalEvent> take_events() override;
  void hold(protocol::StreamNumber stream, std::uint64_t first) override;
  [[nodiscard]] core::StreamFigures figures(protocol::StreamNumber stream) const override;

 private:
  struct Parts;

  explicit FileJournal(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace fanfare::broker::journal
