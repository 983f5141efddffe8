#pragma once
// Dead letters as bytes: a record of a group's stream made into the content of one in the stream `dead`, and back
// (PROTOCOL.md §5, Groups). Pure functions; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/content.hpp"

namespace fanfare::broker::core::groups {

/// What becomes of a record, and why.
struct Letter {
  std::string_view group;
  std::string_view stream;
  std::string_view topic;
  Uuid epoch;  ///< of the record
  std::uint32_t failures = 0;
  std::string_view reason;  ///< of the last failure
};

/// The parts of a record's content as they are encoded.
struct EncodedContent {
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  std::string bytes;
};

/// The same for the same message of the same group, always: what stands in the stream `dead` twice would be one too
/// many.
[[nodiscard]] Uuid letter_id(std::string_view group, const Uuid& epoch, std::uint64_t sequence);

/// `record`: one whole record. Nullopt when it is none.
[[nodiscard]] std::optional<EncodedContent> make_letter(const Letter& letter, std::string_view record);

/// What a letter says of the message it was made of.
struct LetterHead {
  std::string topic;
  std::string stream;
  Uuid epoch;
  std::uint64_t sequence = 0;
};
/// `letter`: a whole record of the stream `dead`. Nullopt when it is none of ours.
[[nodiscard]] std::optional<LetterHead> read_letter(std::string_view letter);

/// The message's own record again, with the header `$dead`; `topic`: its number in the stream. Nullopt as above.
[[nodiscard]] std::optional<std::string> open_letter(std::string_view letter, std::uint32_t topic, std::uint64_t dead);

}  // namespace fanfare::broker::core::groups
