#pragma once
// Where a message stands: the epoch of its stream's life and its sequence in it. A value type; any thread.
// Whatever stores or compares a position stores both parts.

#include <fanfare/uuid.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare {

/// The greatest sequence: a browser holds it exactly as a number.
inline constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << 53U) - 1;

struct Position {
  Uuid epoch;
  std::uint64_t sequence = 0;

  /// By epoch (epochs sort by time), then by sequence.
  auto operator<=>(const Position&) const = default;

  /// `<epoch>-<sequence>`; clients treat it as opaque.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<Position> parse(std::string_view text);
};

}  // namespace fanfare
