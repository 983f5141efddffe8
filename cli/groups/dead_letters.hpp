#pragma once
// Dead letters: which are open, as the broker says in runs, and what each is, as its record in the stream `dead` says.
// Values and pure functions.

#include <fanfare/message.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/format/json.hpp"

namespace fanfare::cli {

/// The open dead letters of one group, by their sequences in the stream `dead`.
class DeadRuns {
 public:
  /// In any order.
  void add(std::uint64_t first, std::uint64_t last);

  [[nodiscard]] bool contains(std::uint64_t sequence) const;
  [[nodiscard]] std::uint64_t count() const;
  /// The first one that is not below `sequence`.
  [[nodiscard]] std::optional<std::uint64_t> next(std::uint64_t sequence) const;

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  ///< the last of each by its first
};

/// By group. Rows that are none are passed over.
std::map<std::string, DeadRuns> read_dead_runs(const std::vector<Headers>& rows);

struct DeadLetter {
  std::string group;
  std::uint64_t dead = 0;  ///< its sequence in the stream `dead`
  std::string stream;      ///< where the message stands, as the next three
  std::string topic;
  std::string epoch;
  std::optional<std::uint64_t> sequence;
  Timestamp when;  ///< it became one
  std::optional<std::uint64_t> failures;
  std::string reason;  ///< of the last failure
  std::uint64_t size = 0;
};

DeadLetter read_dead_letter(const std::string& group, const Message& message);

/// A table with a line each; one line of text when there is none.
std::string describe(const std::vector<DeadLetter>& letters);

/// {group, dead, stream, topic, epoch, sequence, when, failures, reason, size}
Json to_json(const DeadLetter& letter);
Json to_json(const std::vector<DeadLetter>& letters);

}  // namespace fanfare::cli
