#pragma once
// The broker's rows about its streams, as people and scripts read them. A broker may say less than is known here or
// more: what is missing is left out, what is more is shown as it is. Values and pure functions.

#include <fanfare/headers.hpp>
#include <fanfare/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/format/json.hpp"

namespace fanfare::cli {

struct StreamRow {
  std::string name;
  std::vector<std::string> topics;  ///< patterns
  std::string epoch;
  std::optional<std::uint64_t> first;  ///< the oldest message that is held; head + 1 when none is
  std::optional<std::uint64_t> head;   ///< the last one
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> segments;
  std::optional<Timestamp> oldest;
  std::string state;
  Headers more;

  /// How many are held: sequences have no holes.
  [[nodiscard]] std::optional<std::uint64_t> messages() const;
};

std::vector<StreamRow> read_streams(const std::vector<Headers>& rows);

/// A table with a line per stream.
std::string describe(const std::vector<StreamRow>& streams);

/// All about one, a line per fact.
std::string describe(const StreamRow& stream);

/// {stream, topics, epoch, first, head, messages, bytes, segments, oldest, state, …}; what is not known is null.
Json to_json(const StreamRow& stream);
Json to_json(const std::vector<StreamRow>& streams);

}  // namespace fanfare::cli
