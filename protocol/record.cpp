#include "protocol/record.hpp"

#include "protocol/crc32c.hpp"

namespace fanfare::protocol {

std::uint64_t fingerprint_of(std::string_view topic, std::string_view payload) {
  return (std::uint64_t{crc32c(topic)} << 32U) | crc32c(payload);
}

std::optional<Record> next_record(std::string_view& rest) {
  if (rest.size() < kRecordHeaderSize) return std::nullopt;
  const auto size = load<std::uint32_t>(rest.data());
  if (size < kRecordHeaderSize || size > rest.size()) return std::nullopt;

  Record record;
  Reader reader(rest.substr(sizeof size, kRecordHeaderSize - sizeof size));
  std::uint8_t publisher_size = 0;
  std::uint8_t actor_size = 0;
  std::uint8_t spare = 0;
  std::uint16_t headers_size = 0;
  reader(record.topic, record.sequence, record.timestamp, record.flags, publisher_size, actor_size, spare,
         headers_size);
  if (size < kRecordHeaderSize + publisher_size) return std::nullopt;

  record.publisher = rest.substr(kRecordHeaderSize, publisher_size);
  const auto content = rest.substr(kRecordHeaderSize + publisher_size, size - kRecordHeaderSize - publisher_size);
  const auto parts = split_content(content, record.flags, actor_size, headers_size);
  if (!parts) return std::nullopt;
  record.content = *parts;
  rest.remove_prefix(size);
  return record;
}

}  // namespace fanfare::protocol
