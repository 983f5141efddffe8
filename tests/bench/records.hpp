#pragma once
// Records for benchmarks: messages of one size, spread over topics, as the broker makes them. Pure functions.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/journal.hpp"
#include "protocol/record.hpp"

namespace fanfare::bench {

inline constexpr protocol::StreamNumber kStream = 1;

/// A UUID that no other `number` has.
[[nodiscard]] inline Uuid id_of(std::uint64_t number) {
  Uuid id{{0x5A}};
  for (std::size_t i = 0; i < 8; ++i) id.bytes[8 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

[[nodiscard]] inline std::string topic_name(std::uint32_t number) { return "bench.topic." + std::to_string(number); }

/// `count` records of `payload` bytes each, the first of which is message `first`; message n is on topic n % topics
/// + 1.
[[nodiscard]] inline broker::core::Batch make_batch(std::uint64_t first, std::uint32_t count, std::size_t payload,
                                                    std::uint32_t topics, std::int64_t timestamp) {
  const std::string body(payload, 'x');
  auto records = std::make_shared<std::string>();
  auto ids = std::make_shared<std::vector<broker::core::Batch::Id>>();
  std::string content;
  for (auto number = first; number < first + count; ++number) {
    content.clear();
    protocol::append_content(content, {.id = id_of(number), .actor = {}, .headers = {}, .payload = body});
    protocol::append_record(*records,
                            {.topic = static_cast<std::uint32_t>(number % topics) + 1,
                             .timestamp = timestamp,
                             .flags = protocol::message_flags::kId,
                             .publisher = "local"},
                            0, 0, content);
    const auto name = topic_name(static_cast<std::uint32_t>(number % topics) + 1);
    ids->push_back({.id = id_of(number),
                    .index = static_cast<std::uint32_t>(number - first),
                    .fingerprint = protocol::fingerprint_of(name, body)});
  }
  return {.stream = kStream, .records = std::move(records), .count = count, .ids = std::move(ids)};
}

}  // namespace fanfare::bench
