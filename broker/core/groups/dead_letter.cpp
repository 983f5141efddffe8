#include "broker/core/groups/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "protocol/header_map.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::core::groups {
namespace {

constexpr std::string_view kStream = "$stream";
constexpr std::string_view kTopic = "$topic";
constexpr std::string_view kEpoch = "$epoch";
constexpr std::string_view kSequence = "$sequence";
constexpr std::string_view kTimestamp = "$timestamp";
constexpr std::string_view kPublisher = "$publisher";
constexpr std::string_view kId = "$id";
constexpr std::string_view kFailures = "$failures";
constexpr std::string_view kReason = "$reason";
constexpr std::string_view kDead = "$dead";

constexpr std::array kOwn = {kStream,    kTopic, kEpoch,    kSequence, kTimestamp,
                             kPublisher, kId,    kFailures, kReason,   kDead};

constexpr std::size_t kMostOfReason = 1024;

/// The beginning of a text, whole characters of UTF-8.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

class HeaderWriter {
 public:
  void add(std::string_view key, std::string_view value) {
    protocol::Writer writer(bytes_);
    writer(protocol::ShortText(key), protocol::LongText(value));
  }

  /// The message's own, as far as they fit; none has a name of ours.
  void add_all(const Headers& headers) {
    for (const auto& [key, value] : headers) {
      const auto size = 1 + key.size() + sizeof(std::uint16_t) + value.size();
      if (std::ranges::find(kOwn, key) != kOwn.end()) continue;
      if (bytes_.size() + size <= std::numeric_limits<std::uint16_t>::max()) add(key, value);
    }
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

EncodedContent encode(const std::optional<Uuid>& id, std::string_view actor, const std::string& headers,
                      std::string_view payload) {
  EncodedContent content{.flags = id ? protocol::message_flags::kId : std::uint8_t{0},
                         .actor_size = static_cast<std::uint8_t>(actor.size()),
                         .headers_size = static_cast<std::uint16_t>(headers.size()),
                         .bytes = {}};
  protocol::append_content(content.bytes, {.id = id, .actor = actor, .headers = headers, .payload = payload});
  return content;
}

template <class Number>
std::optional<Number> number(const Headers& headers, std::string_view key) {
  const auto found = headers.find(key);
  Number value{};
  if (found == headers.end()) return std::nullopt;
  const auto& text = found->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view text(const Headers& headers, std::string_view key) {
  const auto found = headers.find(key);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

Uuid letter_id(std::string_view group, const Uuid& epoch, std::uint64_t sequence) {
  // The sequence stands in it as it is, so letters of one group and epoch never share an id; FNV-1a (64 bits) of the
  // other two keeps groups apart.
  constexpr std::uint64_t kPrime = 0x0000'0100'0000'01B3;
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  const auto add = [&](std::uint8_t byte) { hash = (hash ^ byte) * kPrime; };
  for (const auto byte : epoch.bytes) add(byte);
  for (const auto character : group) add(static_cast<std::uint8_t>(character));
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(hash >> (56U - 8U * i));
    id.bytes[8 + i] = static_cast<std::uint8_t>(sequence >> (56U - 8U * i));
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);  // version 8: of our own making (RFC 9562)
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);  // sequences have 53 bits
  return id;
}

std::optional<EncodedContent> make_letter(const Letter& letter, std::string_view bytes) {
  const auto record = protocol::next_record(bytes);
  if (!record) return std::nullopt;
  const auto own = protocol::decode_headers(record->content.headers);
  if (!own) return std::nullopt;
  HeaderWriter headers;
  headers.add(kStream, letter.stream);
  headers.add(kTopic, letter.topic);
  headers.add(kEpoch, letter.epoch.to_string());
  headers.add(kSequence, std::to_string(record->sequence));
  headers.add(kTimestamp, std::to_string(record->timestamp));
  headers.add(kPublisher, record->publisher);
  if (record->content.id) headers.add(kId, record->content.id->to_string());
  headers.add(kFailures, std::to_string(letter.failures));
  headers.add(kReason, beginning(letter.reason, kMostOfReason));
  headers.add_all(*own);
  return encode(letter_id(letter.group, letter.epoch, record->sequence), record->content.actor, headers.bytes(),
                record->content.payload);
}

std::optional<LetterHead> read_letter(std::string_view letter) {
  const auto record = protocol::next_record(letter);
  const auto headers = record ? protocol::decode_headers(record->content.headers) : std::nullopt;
  if (!headers) return std::nullopt;
  const auto epoch = Uuid::parse(text(*headers, kEpoch));
  const auto sequence = number<std::uint64_t>(*headers, kSequence);
  if (!epoch || !sequence || *sequence == 0 || *sequence > kMaxSequence) return std::nullopt;
  return LetterHead{.topic = std::string(text(*headers, kTopic)),
                    .stream = std::string(text(*headers, kStream)),
                    .epoch = *epoch,
                    .sequence = *sequence};
}

std::optional<std::string> open_letter(std::string_view letter, std::uint32_t topic, std::uint64_t dead) {
  const auto head = read_letter(letter);
  if (!head) return std::nullopt;
  const auto record = *protocol::next_record(letter);
  const auto all = *protocol::decode_headers(record.content.headers);
  const auto id = Uuid::parse(text(all, kId));
  HeaderWriter headers;
  headers.add(kDead, std::to_string(dead));
  headers.add_all(all);
  const auto content = encode(id, record.content.actor, headers.bytes(), record.content.payload);
  std::string bytes;
  protocol::append_record(bytes,
                          {.topic = topic,
                           .sequence = head->sequence,
                           .timestamp = number<std::int64_t>(all, kTimestamp).value_or(record.timestamp),
                           .flags = content.flags,
                           .publisher = text(all, kPublisher)},
                          content.actor_size, content.headers_size, content.bytes);
  return bytes;
}

}  // namespace fanfare::broker::core::groups
