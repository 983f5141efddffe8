#pragma once
// A model of the journal behind the core's port: batches wait until the script commits them, find no room or fail;
// readers answer late and little; a killed broker may find some of what it wrote, a loss of power takes the end of a
// stream that is not synced and begins another epoch. It outlives cores. One thread.
//
// What a crash leaves of unsynced batches is always a prefix, whatever order their pages reached the disk in: the real
// journal ends at the first bad record and adopts nothing behind it (semantics §9).

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/journal.hpp"
#include "tests/simulation/group_watch.hpp"
#include "tests/simulation/truth.hpp"

namespace fanfare::simulation {

class SimJournal final : public broker::core::Journal {
 public:
  /// `scan`: records a read looks through at a time.
  SimJournal(Truth& truth, const MessageBook& book, GroupWatch& watch, const std::chrono::microseconds& time,
             std::uint32_t scan);

  broker::core::Kept kept(protocol::StreamNumber stream) override;
  void define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) override;
  void append(broker::core::Batch batch) override;
  void open_reader(broker::core::ReaderId id, broker::core::ReaderSpec spec) override;
  void read(const broker::core::ReadRequest& request) override;
  void close_reader(broker::core::ReaderId id) override;
  void look_up(const broker::core::IdLookup& lookup) override;
  std::vector<broker::core::JournalEvent> take_events() override { return std::exchange(events_, {}); }
  void hold(protocol::StreamNumber stream, std::uint64_t first) override;
  [[nodiscard]] broker::core::StreamFigures figures(protocol::StreamNumber stream) const override;

  // ---- What the script does; streams by their place in kStreamNames, kDead and kGroupStates. True when anything
  // happened.

  bool commit(std::uint32_t stream, std::uint32_t batches);
  bool refuse(std::uint32_t stream);
  bool fail(std::uint32_t stream);
  bool answer(std::uint32_t count);
  bool trim(std::uint32_t stream, std::uint32_t percent);
  /// The broker is gone. So many of the batches that waited are found again.
  void crash(std::uint32_t kept_batches);
  /// A loss of power: the last `lost` records of the stream `feed` are gone too.
  void lose_power(std::uint32_t kept_batches, std::uint32_t lost);

  [[nodiscard]] bool has_failed() const;

 private:
  struct Stored {
    Uuid epoch;
    std::uint32_t topic = 0;
    std::int64_t timestamp = 0;
    Uuid id;
    std::uint64_t fingerprint = 0;
    std::string record;
  };
  struct Stream {
    protocol::StreamNumber number = 0;
    Uuid epoch;
    std::uint64_t first = 1;
    std::deque<Stored> records;  ///< of the sequences from `first` on
    std::map<std::uint32_t, std::string> names;
    std::uint32_t last_topic = 0;
    std::deque<broker::core::Batch> waiting;
    bool failed = false;
    std::uint64_t held_from = 0;

    [[nodiscard]] std::uint64_t head() const { return first + records.size() - 1; }
  };
  struct Reader {
    broker::core::ReaderSpec spec;
    std::uint64_t through = 0;
    bool begun = false;
  };

  [[nodiscard]] Stream& stream(protocol::StreamNumber number) { return streams_.at(number - std::size_t{1}); }
  void store(Stream& stream, const broker::core::Batch& batch);
  void tell(const Stream& stream, const Stored& stored);
  void answer_read(const broker::core::ReadRequest& request);
  void answer_look_up(const broker::core::IdLookup& lookup);
  static std::uint64_t begin(const Stream& stream, const broker::core::ReaderSpec& spec);
  void begin_epoch(std::uint32_t index);
  void forget_core();

  Truth& truth_;
  const MessageBook& book_;
  GroupWatch& watch_;
  const std::chrono::microseconds& time_;
  std::uint32_t scan_;
  std::uint8_t epochs_ = 0;
  std::array<Stream, kJournals> streams_;
  std::map<broker::core::ReaderId, Reader> readers_;
  std::deque<broker::core::ReadRequest> reads_;
  std::deque<broker::core::IdLookup> look_ups_;
  std::vector<broker::core::JournalEvent> events_;
};

}  // namespace fanfare::simulation
