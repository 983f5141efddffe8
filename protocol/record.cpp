#include "protocol/record.hpp"

#include <cstring>
#include <utility>

#include "protocol/crc32c.hpp"

namespace fanfare::protocol {

std::uint64_t fingerprint_of(std::string_view topic, std::string_view payload) {
  return (std::uint64_t{crc32c(topic)} << 32U) | crc32c(payload);
}

std::optional<Record> next_record(std::string_view& rest) {
  // Read for every message on every side: the sizes are checked at once, then nothing can be outside. The places are
  // those of append_record(). All returns name the same object, so that it is filled where the caller wants it: a copy
  // of fields that were just stored one by one waits for each of them.
  std::optional<Record> found;
  if (rest.size() < kRecordHeaderSize) return found;
  const auto* from = rest.data();
  const auto size = load<std::uint32_t>(from);
  const auto flags = load<std::uint8_t>(from + 24);
  const std::size_t publisher_size = load<std::uint8_t>(from + 25);
  const std::size_t actor_size = load<std::uint8_t>(from + 26);
  const std::size_t headers_size = load<std::uint16_t>(from + 28);
  const std::size_t id_size = (flags & message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  const auto before_payload = kRecordHeaderSize + publisher_size + id_size + actor_size + headers_size;
  if (size > rest.size() || size < before_payload) return found;

  auto& record = found.emplace();
  record.topic = load<std::uint32_t>(from + 4);
  record.sequence = load<std::uint64_t>(from + kRecordSequenceAt);
  record.timestamp = load<std::int64_t>(from + 16);
  record.flags = flags;
  const auto* at = from + kRecordHeaderSize;
  const auto take = [&at](std::size_t count) { return std::string_view(std::exchange(at, at + count), count); };
  record.publisher = take(publisher_size);
  if (id_size != 0) std::memcpy(record.content.id.emplace().bytes.data(), take(id_size).data(), sizeof(Uuid));
  record.content.actor = take(actor_size);
  record.content.headers = take(headers_size);
  record.content.payload = take(size - before_payload);
  rest.remove_prefix(size);
  return found;
}

}  // namespace fanfare::protocol
