#include "protocol/header_map.hpp"

#include "protocol/utf8.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {
namespace {

constexpr std::size_t kSmallestEntry = sizeof(std::uint8_t) + 1 + sizeof(std::uint16_t);

/// Cuts one entry off `rest`; false when it does not fit.
bool next_entry(std::string_view& rest, std::string_view& key, std::string_view& value) {
  if (rest.size() < kSmallestEntry) return false;
  const auto key_size = static_cast<std::uint8_t>(rest.front());
  if (key_size == 0 || rest.size() < 1U + key_size + sizeof(std::uint16_t)) return false;
  key = rest.substr(1, key_size);
  rest.remove_prefix(1U + key_size);
  const auto value_size = load<std::uint16_t>(rest.data());
  rest.remove_prefix(sizeof value_size);
  if (rest.size() < value_size) return false;
  value = rest.substr(0, value_size);
  rest.remove_prefix(value_size);
  return is_utf8(key) && is_utf8(value);
}

}  // namespace

std::string encode_headers(const Headers& headers) {
  std::string bytes;
  Writer writer(bytes);
  for (const auto& [key, value] : headers) writer(ShortText(key), LongText(value));
  return bytes;
}

std::optional<Headers> decode_headers(std::string_view bytes) {
  Headers headers;
  while (!bytes.empty()) {
    std::string_view key;
    std::string_view value;
    if (!next_entry(bytes, key, value) || !headers.emplace(key, value).second) return std::nullopt;
  }
  return headers;
}

}  // namespace fanfare::protocol
