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
  std::vector<std::string> rebuilt;  ///< files whose damaged part is made anew; nothing is lost

  /// Records are lost and the next start begins a new epoch.
  struct Cut {
    Problem reason;
    std::string segment;            ///< the first one that is touched
    std::uint64_t offset = 0;       ///< where it ends then; 0: it goes as a whole
    Position last;                  ///< the newest record that stays; sequence 0: none does
    std::vector<std::string> rest;  ///< the segments behind it, which go as a whole
    std::string kept_in;            ///< the folder, in the stream's, that takes what was cut off
  };
  std::optional<Cut> cut;
};

/// What repair() would do; streams without a problem are left out.
[[nodiscard]] IoResult<std::vector<Repair>> plan_repair(FileSystem& files, const std::string& folder);

/// Does it, and returns what was done. The folder as for verify().
[[nodiscard]] IoResult<std::vector<Repair>> repair(FileSystem& files, const std::string& folder);

}  // namespace fanfare::broker::journal
