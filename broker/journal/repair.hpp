#pragma once
// Makes a damaged journal usable again, when no broker uses it: cuts a stream before its first damaged batch, or has
// the next start build anew what can be built anew (seals, footers, the checkpoint). What is taken away is kept beside
// the rest. A stop at any moment leaves a journal that can be repaired again. Blocking, on the caller's thread.

#include <fanfare/position.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/file_system.hpp"
#include "broker/journal/verify.hpp"

namespace fanfare::broker::journal {

/// What a repair does to one stream.
struct Repair {
  std::string stream;
  std::string folder;
  Problem reason;                 ///< the first place that is damaged
  bool cuts = false;              ///< records are lost and the next start begins a new epoch; otherwise nothing is lost
  std::string segment;            ///< cuts: the first one that is touched
  std::uint64_t offset = 0;       ///< cuts: where it ends then; 0: it goes as a whole
  std::optional<Position> last;   ///< cuts: the newest record that stays
  std::vector<std::string> rest;  ///< cuts: later segments, which go as a whole
  std::string kept_in;            ///< the folder that takes what is cut off
};

/// What repair() would do; streams without a problem are left out.
[[nodiscard]] IoResult<std::vector<Repair>> plan_repair(FileSystem& files, const std::string& folder);

/// Does it, and returns what was done. The folder as for verify().
[[nodiscard]] IoResult<std::vector<Repair>> repair(FileSystem& files, const std::string& folder);

}  // namespace fanfare::broker::journal
