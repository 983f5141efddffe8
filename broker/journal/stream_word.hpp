#pragma once
// The file `state` of a stream: how its last life ended, or that one is under way. Values and functions; the opening
// thread, and the closing one.

#include <cstdint>
#include <optional>
#include <string>

#include "broker/journal/stream_files.hpp"

namespace fanfare::broker::journal {

struct StreamWord {
  bool is_closed = false;
  std::string boot_id;         ///< unless closed
  std::uint64_t segment = 0;   ///< closed: the last one
  std::uint64_t data_end = 0;  ///< closed: of it
};

/// Nullopt: there is none, or it says nothing that is known.
[[nodiscard]] IoResult<std::optional<StreamWord>> read_word(const StreamFiles& files);
/// Where there is no room for it, the file is removed: that, too, is not `closed`.
[[nodiscard]] IoResult<void> write_open(const StreamFiles& files, const std::string& boot_id);
[[nodiscard]] IoResult<void> write_closed(const StreamFiles& files, std::uint64_t segment, std::uint64_t data_end);

}  // namespace fanfare::broker::journal
