#pragma once
// ZMTP 3.0 with the mechanism NULL (https://rfc.zeromq.org/spec/23/) over a plain socket: as lean as the other loads,
// without libzmq's thread and its reads of 8 KiB. Messages of one part. Owned by one endpoint.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/bench/load/message_block.hpp"
#include "tests/bench/load/stream_socket.hpp"

namespace fanfare::load {

/// What stands before a message's bytes: short below 256 bytes, as libzmq writes it.
[[nodiscard]] std::string zmtp_head(std::size_t size);

/// Cuts the head of a message off `input`; nullopt when it has not come whole. Returns the size of the message.
[[nodiscard]] std::optional<std::size_t> take_zmtp_head(std::string_view& input);

/// A connection that has greeted; `type` is the socket's, "DEALER". Throws when the other side is none of these.
[[nodiscard]] StreamSocket connect_zmtp(const std::string& address, std::string_view type);

/// Many messages of a system as one of ZMTP: its head's size is written again with each stamp.
class ZmtpBlock {
 public:
  /// `encoding.prefix` stands within the ZMTP message.
  ZmtpBlock(Encoding encoding, std::size_t payload_size, std::uint64_t capacity);

  [[nodiscard]] std::uint64_t capacity() const { return block_.capacity(); }
  [[nodiscard]] std::size_t stride() const { return block_.stride(); }
  [[nodiscard]] char* message(std::uint64_t index) { return block_.message(index); }
  std::string_view stamp(std::uint64_t first, std::uint64_t count);

 private:
  MessageBlock block_;
};

}  // namespace fanfare::load
