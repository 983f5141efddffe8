#include "protocol/crc32c.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace fanfare::protocol {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F6'3B78;  // reflected

/// kTables[n][b]: the CRC of byte b followed by n zero bytes, so that eight bytes go in one step (Kounavis, Berry: A
/// Systematic Approach to Building High Performance Software-Based CRC Generators, 2005).
constexpr auto kTables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < 8; ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}();

constexpr std::uint32_t one_by_table(std::uint32_t crc, char byte) {
  return (crc >> 8U) ^ kTables[0][(crc ^ static_cast<std::uint8_t>(byte)) & 0xFFU];
}

template <class Number>
Number load_as(const char* from) {
  Number value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

#if defined(__x86_64__)
// The instruction takes three cycles, and one can begin in each: so a text goes in thirds beside each other, which are
// then put together (Gopal et al.: Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction, 2011).
constexpr std::size_t kThird = 160;  // bytes; two rounds and little more of a payload of 1 KiB

/// kBehind[n][b]: what b in byte n of a CRC has become after a third of zeros.
constexpr auto kBehind = [] {
  std::array<std::array<std::uint32_t, 256>, 4> tables{};
  for (std::size_t bit = 0; bit < 32; ++bit) {
    auto crc = std::uint32_t{1} << bit;
    for (std::size_t i = 0; i < kThird; ++i) crc = one_by_table(crc, '\0');
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if ((byte >> (bit % 8) & 1U) != 0) tables[bit / 8][byte] ^= crc;
    }
  }
  return tables;
}();

std::uint32_t behind_a_third(std::uint64_t crc) {
  return kBehind[0][crc & 0xFFU] ^ kBehind[1][(crc >> 8U) & 0xFFU] ^ kBehind[2][(crc >> 16U) & 0xFFU] ^
         kBehind[3][(crc >> 24U) & 0xFFU];
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::string_view bytes, std::uint32_t seed) {
  std::uint64_t crc = ~seed;
  const auto* at = bytes.data();
  const auto size = bytes.size();
  auto left = size;
  for (; left >= 3 * kThird; left -= 3 * kThird) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (const auto* const end = at + kThird; at != end; at += 8) {
      crc = _mm_crc32_u64(crc, load_as<std::uint64_t>(at));
      second = _mm_crc32_u64(second, load_as<std::uint64_t>(at + kThird));
      third = _mm_crc32_u64(third, load_as<std::uint64_t>(at + 2 * kThird));
    }
    crc = behind_a_third(behind_a_third(crc) ^ second) ^ third;
    at += 2 * kThird;
  }
  for (; left >= 8; at += 8, left -= 8) crc = _mm_crc32_u64(crc, load_as<std::uint64_t>(at));
  auto rest = static_cast<std::uint32_t>(crc);
  if ((size & 4U) != 0) {
    rest = _mm_crc32_u32(rest, load_as<std::uint32_t>(at));
    at += 4;
  }
  if ((size & 2U) != 0) {
    rest = _mm_crc32_u16(rest, load_as<std::uint16_t>(at));
    at += 2;
  }
  if ((size & 1U) != 0) rest = _mm_crc32_u8(rest, static_cast<std::uint8_t>(*at));
  return ~rest;
}

constexpr std::size_t kLanes = 4;

__attribute__((target("sse4.2"))) void four_by_instruction(std::span<Crc32cLane, kLanes> lanes) {
  std::uint64_t a = ~lanes[0].crc;
  std::uint64_t b = ~lanes[1].crc;
  std::uint64_t c = ~lanes[2].crc;
  std::uint64_t d = ~lanes[3].crc;
  auto shortest = lanes[0].bytes.size();
  for (const auto& lane : lanes) shortest = std::min(shortest, lane.bytes.size());
  const auto together = shortest / 8 * 8;
  for (std::size_t at = 0; at < together; at += 8) {
    a = _mm_crc32_u64(a, load_as<std::uint64_t>(lanes[0].bytes.data() + at));
    b = _mm_crc32_u64(b, load_as<std::uint64_t>(lanes[1].bytes.data() + at));
    c = _mm_crc32_u64(c, load_as<std::uint64_t>(lanes[2].bytes.data() + at));
    d = _mm_crc32_u64(d, load_as<std::uint64_t>(lanes[3].bytes.data() + at));
  }
  const std::array crcs{a, b, c, d};
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes[i].crc = by_instruction(lanes[i].bytes.substr(together), ~static_cast<std::uint32_t>(crcs[i]));
  }
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t seed) {
  auto crc = ~seed;
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    const auto word = load_as<std::uint64_t>(at) ^ crc;
    crc = 0;
    for (std::size_t n = 0; n < 8; ++n) crc ^= kTables[7 - n][(word >> (8 * n)) & 0xFFU];
  }
  for (; left > 0; ++at, --left) crc = one_by_table(crc, *at);
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return by_instruction(bytes, seed);
#endif
  return crc32c_by_table(bytes, seed);
}

void crc32c(std::span<Crc32cLane> lanes) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  for (; has_instruction && lanes.size() >= kLanes; lanes = lanes.subspan(kLanes)) {
    four_by_instruction(lanes.first<kLanes>());
  }
#endif
  for (auto& lane : lanes) lane.crc = crc32c(lane.bytes, lane.crc);
}

}  // namespace fanfare::protocol
