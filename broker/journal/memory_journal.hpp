#pragma once
// The journal port without a disk, for tests and simulations: numbers what it is given, commits it at once and gives it
// back, as long as the object lives. Owned by whoever owns the core; the core's thread only.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/core/settings.hpp"

namespace fanfare::broker::journal {

class MemoryJournal final : public core::Journal {
 public:
  /// `clock`: microseconds since 1970, for the epochs of its streams.
  MemoryJournal(core::Random random, std::int64_t clock) : random_(std::move(random)), clock_(clock) {}

  core::Kept kept(protocol::StreamNumber stream) override;
  void define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) override;
  void append(core::Batch batch) override;
  void open_reader(core::ReaderId id, core::ReaderSpec spec) override;
  void read(const core::ReadRequest& request) override;
  void close_reader(core::ReaderId id) override { readers_.erase(id); }
  void look_up(const core::IdLookup& lookup) override;
  std::vector<core::JournalEvent> take_events() override;
  void hold(protocol::StreamNumber, std::uint64_t) override {}  // nothing is removed but by trim()
  [[nodiscard]] core::StreamFigures figures(protocol::StreamNumber stream) const override;

  /// Retention: removes the records before `first`.
  void trim(protocol::StreamNumber stream, std::uint64_t first);

  /// What comes from now on is of another epoch, as after a loss. Before the core asks for what is kept.
  void begin_epoch(protocol::StreamNumber stream);

  /// Loses the records beyond `last`, as a loss of power does; begin_epoch() has to follow.
  void lose_beyond(protocol::StreamNumber stream, std::uint64_t last);

 private:
  struct Stored {
    Uuid epoch;
    std::uint32_t topic;
    std::string record;
  };
  struct Stream {
    Uuid epoch;
    std::uint64_t first = 1;
    std::deque<Stored> records;  ///< of the sequences from `first` on
    std::map<std::uint32_t, std::string> names;
    std::uint32_t last_topic = 0;

    [[nodiscard]] std::uint64_t head() const { return first + records.size() - 1; }
  };
  struct Reader {
    core::ReaderSpec spec;
    std::uint64_t through = 0;
    bool begun = false;
  };

  Stream& open(protocol::StreamNumber stream);
  static std::uint64_t begin(const Stream& stream, const core::ReaderSpec& spec);

  core::Random random_;
  std::int64_t clock_;
  std::map<protocol::StreamNumber, Stream> streams_;
  std::map<core::ReaderId, Reader> readers_;
  std::vector<core::JournalEvent> events_;
};

}  // namespace fanfare::broker::journal
