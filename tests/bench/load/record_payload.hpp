#pragma once
// The payload of a record, found by the five fields that say where it is (PROTOCOL.md §4): a tenth of what reading all
// of it costs, so that the load leaves the time to the server. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/commands/publishing.hpp"
#include "protocol/record.hpp"
#include "protocol/wire.hpp"

namespace fanfare::load {

/// `record` is one, from its size on; nullopt when its sizes do not fit.
[[nodiscard]] inline std::optional<std::string_view> payload_of(std::string_view record) {
  constexpr std::size_t kFlagsAt = 24;
  constexpr std::size_t kPublisherSizeAt = 25;
  constexpr std::size_t kActorSizeAt = 26;
  constexpr std::size_t kHeadersSizeAt = 28;
  if (record.size() < protocol::kRecordHeaderSize) return std::nullopt;
  const auto byte_at = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(record[at])); };
  const std::size_t id_size = (byte_at(kFlagsAt) & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  const auto at = protocol::kRecordHeaderSize + byte_at(kPublisherSizeAt) + id_size + byte_at(kActorSizeAt) +
                  protocol::load<std::uint16_t>(record.data() + kHeadersSizeAt);
  if (at > record.size()) return std::nullopt;
  return record.substr(at);
}

}  // namespace fanfare::load
