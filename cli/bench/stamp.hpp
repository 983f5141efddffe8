#pragma once
// What each message of a bench begins with: who sent it, as which, and when. Sender and receiver are one process, so
// the bytes are in its own order and the time is that of one clock. Pure functions; any thread.

#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::cli {

struct Stamp {
  std::uint64_t sequence = 0;   ///< of the publisher's messages, from 0
  std::int64_t sent = 0;        ///< bench_clock(); 0: not timed
  std::uint64_t publisher = 0;  ///< from 0

  bool operator==(const Stamp&) const = default;
};

inline constexpr std::size_t kStampSize = sizeof(Stamp);

/// Nanoseconds.
[[nodiscard]] inline std::int64_t bench_clock() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Over the beginning of `payload`, which is long enough.
inline void write_stamp(std::string& payload, const Stamp& stamp) { std::memcpy(payload.data(), &stamp, kStampSize); }

/// Nothing if the payload is too short to hold one.
[[nodiscard]] inline std::optional<Stamp> read_stamp(std::string_view payload) {
  if (payload.size() < kStampSize) return std::nullopt;
  Stamp stamp;
  std::memcpy(&stamp, payload.data(), kStampSize);
  return stamp;
}

}  // namespace fanfare::cli
