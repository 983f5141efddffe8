#pragma once
// A 16-byte identifier: message ids, epochs, sessions. A value type; any thread.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  /// All zero: "none".
  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }

  /// The 36 characters of RFC 9562 §4, in lower case.
  [[nodiscard]] std::string to_string() const;

  /// Reads the 36-character form, upper or lower case; nothing else is accepted.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);

  /// UUIDv7 (RFC 9562 §5.7): sorts by `unix_milliseconds`, then by `random`, whose bits fill the rest.
  [[nodiscard]] static Uuid version7(std::uint64_t unix_milliseconds, const std::array<std::uint8_t, 16>& random);
};

}  // namespace fanfare

template <>
struct std::hash<fanfare::Uuid> {
  std::size_t operator()(const fanfare::Uuid& id) const noexcept {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
  }
};
