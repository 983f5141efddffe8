#include "broker/journal/segment_format.hpp"

#include <fanfare/position.hpp>

#include <charconv>
#include <cstring>

#include "protocol/crc32c.hpp"
#include "protocol/wire.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kHeaderMagic{"FfSegmt\x01", 8};
constexpr std::string_view kSealMagic{"FfSeal\x00\x01", 8};
constexpr std::string_view kSuffix = ".segment";
constexpr std::size_t kDigits = 20;
constexpr std::size_t kCheckedAt = 12;  // behind magic and CRC

/// Magic, the CRC of `rest`, and `rest`.
std::string with_crc(std::string_view magic, std::string_view rest, std::uint32_t seed) {
  std::string out(magic);
  protocol::Writer{out}(protocol::crc32c(rest, seed));
  return out.append(rest);
}

/// What is behind magic and CRC, if both are right.
std::optional<std::string_view> checked(std::string_view bytes, std::size_t size, std::string_view magic,
                                        std::uint32_t seed) {
  if (bytes.size() < size || !bytes.starts_with(magic)) return std::nullopt;
  const auto rest = bytes.substr(kCheckedAt, size - kCheckedAt);
  if (protocol::load<std::uint32_t>(bytes.data() + magic.size()) != protocol::crc32c(rest, seed)) return std::nullopt;
  return rest;
}

}  // namespace

std::uint32_t seed_of(const SegmentHeader& header) {
  std::string bytes;
  protocol::Writer{bytes}(header.number, header.epoch, header.salt);
  return protocol::crc32c(bytes);
}

std::uint64_t salt_from(const Uuid& random) {
  std::uint64_t salt = 0;
  std::memcpy(&salt, random.bytes.data(), sizeof salt);
  return salt;
}

std::string encode(const SegmentHeader& header) {
  std::string rest;
  protocol::Writer{rest}(header.last_topic, header.number, header.epoch, header.first, header.created, header.salt);
  return with_crc(kHeaderMagic, rest, 0);
}

std::optional<SegmentHeader> decode_segment_header(std::string_view page) {
  const auto rest = checked(page, kSegmentHeaderSize, kHeaderMagic, 0);
  if (!rest) return std::nullopt;
  SegmentHeader header;
  protocol::Reader reader(*rest);
  reader(header.last_topic, header.number, header.epoch, header.first, header.created, header.salt);
  if (!reader.done() || header.first == 0 || header.first > kMaxSequence) return std::nullopt;
  return header;
}

bool is_of_later_version(std::string_view page) {
  const auto name = kHeaderMagic.substr(0, kHeaderMagic.size() - 1);
  return page.size() >= kHeaderMagic.size() && page.starts_with(name) &&
         static_cast<unsigned char>(page[name.size()]) > static_cast<unsigned char>(kHeaderMagic.back());
}

std::string encode(const Seal& seal, std::uint32_t seed) {
  std::string rest;
  protocol::Writer{rest}(seal.footer_crc, seal.data_end, seal.last, seal.first_timestamp, seal.last_timestamp,
                         seal.footer_offset, seal.footer_size);
  return with_crc(kSealMagic, rest, seed);
}

std::optional<Seal> decode_seal(std::string_view bytes, std::uint32_t seed) {
  const auto rest = checked(bytes, kSealSize, kSealMagic, seed);
  if (!rest) return std::nullopt;
  Seal seal;
  protocol::Reader reader(*rest);
  reader(seal.footer_crc, seal.data_end, seal.last, seal.first_timestamp, seal.last_timestamp, seal.footer_offset,
         seal.footer_size);
  if (!reader.done() || seal.data_end < kBatchesAt || seal.footer_offset < seal.data_end || seal.last > kMaxSequence) {
    return std::nullopt;
  }
  return seal;
}

std::string segment_name(std::uint64_t number) {
  auto digits = std::to_string(number);
  return std::string(kDigits - digits.size(), '0').append(digits).append(kSuffix);
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, number);
  if (error != std::errc() || end != name.data() + kDigits) return std::nullopt;
  return number;
}

}  // namespace fanfare::broker::journal
