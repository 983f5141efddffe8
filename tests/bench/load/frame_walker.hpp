#pragma once
// The broker's frames as they come over a socket, piece by piece: a record is taken as soon as it is there, however
// large the frame around it is. Owned by one connection.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "protocol/frame.hpp"
#include "protocol/record.hpp"
#include "tests/bench/load/record_payload.hpp"
#include "tests/bench/load/zmtp.hpp"

namespace fanfare::load {

class FrameWalker {
 public:
  /// Walks over as much of `input` as is whole, and returns its size. `handler` gets
  ///   command(RawCommand)  each command but DELIVER
  ///   payload(string_view) of each record that is delivered
  ///   delivered(size)      the end of a DELIVER of that size, its header included
  template <class Handler>
  std::size_t walk(std::string_view input, Handler& handler) {
    auto rest = input;
    while (walk_records(rest, handler) && (frame_left_ > 0 || begin_frame(rest)) && begin_command(rest, handler)) {
    }
    return input.size() - rest.size();
  }

 private:
  // Of kind live: stream, kind, handle, epoch, through, count.
  static constexpr std::size_t kDeliverFields = 2 + 1 + 4 + 16 + 8 + 4;

  [[noreturn]] static void fail() { throw std::runtime_error("the broker sent a malformed frame"); }

  bool begin_frame(std::string_view& rest) {
    auto after = rest;
    const auto size = take_zmtp_head(after);
    if (!size || after.size() < protocol::kFrameHeader.size()) return false;
    if (*size < protocol::kFrameHeader.size() || !after.starts_with(protocol::kFrameHeader)) fail();
    frame_left_ = *size - protocol::kFrameHeader.size();
    rest = after.substr(protocol::kFrameHeader.size());
    return true;
  }

  /// False when it has not come far enough.
  template <class Handler>
  bool begin_command(std::string_view& rest, Handler& handler) {
    if (frame_left_ == 0) return true;
    if (rest.size() < protocol::kCommandHeaderSize) return false;
    const auto size = sizeof(std::uint32_t) + protocol::load<std::uint32_t>(rest.data());
    if (size < protocol::kCommandHeaderSize || size > frame_left_) fail();
    const auto type = static_cast<protocol::CommandType>(static_cast<std::uint8_t>(rest[sizeof(std::uint32_t)]));
    const bool delivers = type == protocol::CommandType::deliver;
    const auto needed = delivers ? protocol::kCommandHeaderSize + kDeliverFields : size;
    if (rest.size() < needed) return false;
    const auto body = rest.substr(protocol::kCommandHeaderSize, needed - protocol::kCommandHeaderSize);
    rest.remove_prefix(needed);
    frame_left_ -= needed;
    if (!delivers) {
      handler.command({type, body});
      return true;
    }
    const auto fields = protocol::decode<protocol::Deliver>(body);
    if (!fields || fields->kind != protocol::DeliveryKind::live || size < needed) fail();
    delivery_size_ = size;
    delivery_left_ = size - needed;
    records_left_ = fields->count;
    return true;
  }

  /// The records of the DELIVER that has begun; false when the next one has not come whole.
  template <class Handler>
  bool walk_records(std::string_view& rest, Handler& handler) {
    if (delivery_size_ == 0) return true;
    for (; records_left_ > 0; --records_left_) {
      if (rest.size() < protocol::kRecordHeaderSize) return false;
      const auto size = protocol::load<std::uint32_t>(rest.data());
      if (size > delivery_left_) fail();
      if (rest.size() < size) return false;
      const auto payload = payload_of(rest.substr(0, size));
      if (!payload) fail();
      handler.payload(*payload);
      rest.remove_prefix(size);
      delivery_left_ -= size;
      frame_left_ -= size;
    }
    if (delivery_left_ > 0) fail();
    handler.delivered(std::exchange(delivery_size_, 0));
    return true;
  }

  std::size_t frame_left_ = 0;
  std::size_t delivery_size_ = 0;  // 0: no DELIVER has begun
  std::size_t delivery_left_ = 0;
  std::uint32_t records_left_ = 0;
};

}  // namespace fanfare::load
