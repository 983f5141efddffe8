#pragma once
// What the streams hold, as the checker knows it: every record that the journal committed, in order, also those that
// were removed or lost since. Told by the journal, read by the checks. Owned by the world.

#include <fanfare/position.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/simulation/message_book.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {

/// For people: the first byte of the epoch, which counts up here, and the sequence.
[[nodiscard]] std::string text_of(const Position& position);

struct LogEntry {
  Position position;
  std::uint32_t topic = 0;
  MessageNumber message = 0;
  std::int64_t timestamp = 0;
  bool lost = false;  ///< by a loss of power, in a stream with `durability: flush`
};

/// Positions rise from entry to entry: a later epoch is greater.
struct Log {
  std::vector<LogEntry> entries;
  std::uint64_t first = 1;  ///< the oldest record held
  Uuid epoch;               ///< the present one
  std::uint32_t epochs = 1;

  /// The index of the first entry beyond `position`.
  [[nodiscard]] std::size_t beyond(const Position& position) const;
  /// Null when nothing stands there.
  [[nodiscard]] const LogEntry* at(const Position& position) const;
  [[nodiscard]] Position head() const;
};

class Truth {
 public:
  explicit Truth(const MessageBook& book) : book_(book) {}

  [[nodiscard]] Log& log(std::uint32_t stream) { return logs_.at(stream); }
  [[nodiscard]] const Log& log(std::uint32_t stream) const { return logs_.at(stream); }

  /// Complains when a message is stored a second time.
  void committed(std::uint32_t stream, const LogEntry& entry);
  /// The last `count` records are gone and `epoch` begins.
  void lost(std::uint32_t stream, std::size_t count, const Uuid& epoch);

 private:
  const MessageBook& book_;
  std::array<Log, kStreams> logs_;
  std::unordered_map<Uuid, LogEntry> stored_;  ///< by id, the last one
};

}  // namespace fanfare::simulation
