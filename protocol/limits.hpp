#pragma once
// The limits both sides keep. WELCOME carries the broker's, so that the SDK refuses before sending. Plain data.

#include <cstdint>

namespace fanfare::protocol {

struct Limits {
  std::uint32_t message = 1U << 20U;      ///< bytes of a payload
  std::uint32_t frame = 4U << 20U;        ///< bytes of a frame; above it libzmq cuts the connection
  std::uint32_t subscriptions = 100'000;  ///< per session
  std::uint32_t in_flight = 64U << 20U;   ///< bytes a publisher may have unacknowledged
  std::uint16_t header_bytes = 8 * 1024;
  std::uint16_t header_count = 32;
  std::uint16_t topic_bytes = 255;
  std::uint16_t topic_tokens = 16;
};

/// Bytes of content that a member may have sent of one reply in parts and that have not gone on to the caller.
inline constexpr std::uint32_t kPartsInFlight = 256U << 10U;

/// Client topic numbers are below this; a session remembers at most as many of the broker's.
inline constexpr std::uint32_t kMaxTopicNumbers = 65'536;

/// The broker's numbers of ephemeral topics have this bit, those of stream topics do not.
inline constexpr std::uint32_t kEphemeralTopic = 0x8000'0000U;

}  // namespace fanfare::protocol
