#pragma once
// The port behind which streams are kept (semantics §8). Nothing here assumes that the journal is local or quick: what
// is appended counts only when its commit comes back, what is read comes later. All calls on the core's thread.

#include <fanfare/position.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

/// What a stream held when the journal was opened.
struct Kept {
  struct Topic {
    std::uint32_t number = 0;
    std::string name;
    std::uint64_t head = 0;  ///< sequence of its last record
  };
  struct Id {
    Uuid id;
    std::uint64_t sequence = 0;
    std::uint64_t fingerprint = 0;  ///< see fingerprint_of() in protocol/record.hpp
    std::int64_t timestamp = 0;     ///< of its record
  };

  Position head;                    ///< last committed; the sequence goes on from an earlier epoch
  std::uint64_t first = 1;          ///< the oldest record held; head.sequence + 1 when none is
  std::vector<Position> ends;       ///< the last record held of each epoch that has any, oldest first
  std::int64_t last_timestamp = 0;  ///< of the last record; 0: none
  std::uint32_t last_topic = 0;     ///< the greatest number ever given to a topic
  std::vector<Topic> topics;        ///< those with a record that is held
  std::vector<Id> ids;              ///< of the last records, in the order of their sequences
  std::uint64_t ids_from = 1;       ///< the ids of all records from this sequence on are among `ids`
};

/// Records, one after the other as they will be delivered. The journal writes their sequences; the core reads the bytes
/// again only after the commit. Every topic number in it was given with define() before. A batch that does not fit into
/// a segment is refused (`full`), so larger ones are cut: any batch within these bounds fits into 16 MiB.
struct Batch {
  static constexpr std::size_t kMostBytes = 4U << 20U;  ///< of records; but a single one may be beyond it
  static constexpr std::size_t kMostRecords = 32'768;

  struct Id {
    Uuid id;
    std::uint32_t index = 0;        ///< of its record in the batch
    std::uint64_t fingerprint = 0;  ///< see fingerprint_of() in protocol/record.hpp
  };

  protocol::StreamNumber stream = protocol::kNoStream;
  std::shared_ptr<std::string> records;
  std::uint32_t count = 0;
  /// Of the records that have one, by rising index; null or not all: the journal finds them itself.
  std::shared_ptr<const std::vector<Id>> ids;
};

struct Commit {
  enum class Outcome : std::uint8_t {
    committed,
    full,    ///< no room was reserved for this batch: nothing of it was numbered, later ones may pass
    failed,  ///< nothing of this batch, nor of any behind it in the stream, is known to be kept; the stream has ended
    fenced,  ///< somebody else writes this journal now: the broker must stop
  };

  protocol::StreamNumber stream = protocol::kNoStream;
  Outcome outcome = Outcome::committed;
  std::uint64_t first = 0;  ///< sequence of the batch's first record
  std::uint32_t count = 0;
  std::string reason;  ///< for people; unless committed
};

/// Retention has removed the oldest records.
struct Trimmed {
  protocol::StreamNumber stream = protocol::kNoStream;
  std::uint64_t first = 0;               ///< the oldest record still held
  std::vector<std::uint32_t> forgotten;  ///< topics without a record now; their numbers are never given again
};

/// The core's number for something that reads; never used twice.
using ReaderId = std::uint64_t;

/// Where a reader begins and which records it gives.
struct ReaderSpec {
  protocol::StreamNumber stream = protocol::kNoStream;
  /// Begins with the first record beyond it; nil epoch and 0: with the oldest held. One of the present epoch counts by
  /// its sequence alone, also where earlier epochs were.
  Position after;
  std::optional<std::int64_t> time;   ///< instead: with the first record of this timestamp or later
  std::vector<std::string> patterns;  ///< records whose topic matches one of them
};

/// The next records of a reader.
struct ReadRequest {
  ReaderId reader = 0;
  std::uint64_t until = 0;               ///< no record beyond this sequence; at most the stream's committed head
  std::uint32_t max_count = 0;           ///< 0: not limited
  std::size_t max_bytes = 256U * 1024U;  ///< a single record may be beyond it
};

/// Answers one ReadRequest. It may hold fewer records than asked for, also none: then it was much to look through.
struct ReadDone {
  /// What may be missing between the last answer and this one's records.
  struct Missing {
    std::uint64_t from = 0;  ///< first and last sequence, both included; 0: not known
    std::uint64_t to = 0;
    protocol::GapReason reason = protocol::GapReason::retention;
  };

  ReaderId reader = 0;
  Uuid epoch;                            ///< of all `records`; a change of epoch begins another answer
  std::shared_ptr<std::string> records;  ///< one after the other, in the order of their sequences; null: none
  std::uint32_t count = 0;
  Position through;  ///< nothing that matches up to here is missing but `missing`
  std::optional<Missing> missing;
};

/// Looks for the record of a publish that may have been stored before (semantics §7).
struct IdLookup {
  std::uint64_t number = 0;  ///< the caller's
  protocol::StreamNumber stream = protocol::kNoStream;
  Uuid id;
  std::uint64_t after = 0;  ///< only records beyond this sequence, of the present epoch
};

struct IdLookedUp {
  enum class Outcome : std::uint8_t {
    found,
    absent,   ///< no record beyond `after` has it
    unknown,  ///< some of them are not held any more, or are too many to look through
  };

  std::uint64_t number = 0;
  Outcome outcome = Outcome::unknown;
  std::uint64_t sequence = 0;     ///< found: of its record
  std::uint64_t fingerprint = 0;  ///< found: of its record
};

using JournalEvent = std::variant<Commit, Trimmed, ReadDone, IdLookedUp>;

/// What listings show of a stream.
struct StreamFigures {
  std::uint64_t bytes = 0;  ///< on disk, without what is made ahead
  std::uint64_t segments = 0;
  std::int64_t oldest = 0;  ///< timestamp of the oldest record held; 0: none
};

class Journal {
 public:
  virtual ~Journal() = default;

  /// Asked once for each stream, before anything else.
  virtual Kept kept(protocol::StreamNumber stream) = 0;

  /// Names a topic number of the stream, before the first batch that uses it and again after it was forgotten.
  virtual void define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) = 0;

  /// Takes a batch to be kept. Batches of a stream commit in the order of the calls.
  virtual void append(Batch batch) = 0;

  virtual void open_reader(ReaderId id, ReaderSpec spec) = 0;
  /// Answered by ReadDone, unless the reader is closed before. One request of a reader at a time.
  virtual void read(const ReadRequest& request) = 0;
  virtual void close_reader(ReaderId id) = 0;

  /// Answered by IdLookedUp.
  virtual void look_up(const IdLookup& lookup) = 0;

  /// What has happened since the last call; commits in order per stream.
  virtual std::vector<JournalEvent> take_events() = 0;

  /// Retention removes no record from `first` on: a group still needs it (semantics §11). Until the first call for a
  /// stream it removes nothing there; kHoldsNothing lets it go on by age and size. A stream that is at its size and may
  /// not remove anything answers appends with Commit::Outcome::full.
  virtual void hold(protocol::StreamNumber stream, std::uint64_t first) = 0;
  static constexpr std::uint64_t kHoldsNothing = ~std::uint64_t{0};

  [[nodiscard]] virtual StreamFigures figures(protocol::StreamNumber stream) const = 0;
};

}  // namespace fanfare::broker::core
