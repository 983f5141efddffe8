#pragma once
// Reads a journal that no broker uses, all of it, and names each place that is not as it was written: headers, seals,
// footers against the batches, records, the chains of topics, the continuity of sequences, checkpoints. Changes
// nothing. Blocking, on the caller's thread; memory for one segment and the names of one stream's topics.

#include <fanfare/position.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/file_system.hpp"

namespace fanfare::broker::journal {

/// A place that is damaged.
struct Problem {
  std::string file;          ///< its name in the stream's folder: `00000000000000000007.segment`, `checkpoint`
  std::uint64_t offset = 0;  ///< in the file
  std::string what;          ///< for people
  bool rebuilt = false;      ///< nothing is lost: it is made anew from the batches
  std::uint64_t batch = 0;   ///< unless rebuilt: where what has to go begins, 0 for the whole file
  Position last;             ///< unless rebuilt: the last record before it; sequence 0: there is none

  bool operator==(const Problem&) const = default;
};

struct StreamReport {
  std::string stream;  ///< the folder's name
  std::string folder;  ///< its path
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;         ///< of the segments
  std::uint64_t records = 0;       ///< that can be read
  std::uint64_t first = 0;         ///< sequence of the oldest record; 0: there is none
  std::optional<Position> last;    ///< the newest record
  std::vector<Problem> problems;   ///< in the order of the stream, at most kMostProblems
  std::vector<std::string> notes;  ///< what is no damage, such as a torn tail
};

inline constexpr std::size_t kMostProblems = 100;

/// `folder` is the journal's, or that of one stream. Fails when it holds no journal or can't be listed. The reports are
/// sorted by name.
[[nodiscard]] IoResult<std::vector<StreamReport>> verify(FileSystem& files, const std::string& folder);

}  // namespace fanfare::broker::journal
