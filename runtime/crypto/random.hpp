#pragma once
// Random bytes from the operating system, good enough for keys and tokens. Functions; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace fanfare::runtime::crypto {

void fill_random(std::span<std::uint8_t> bytes);

template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> random_bytes() {
  std::array<std::uint8_t, N> bytes;
  fill_random(bytes);
  return bytes;
}

}  // namespace fanfare::runtime::crypto
