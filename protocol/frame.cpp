#include "protocol/frame.hpp"

namespace fanfare::protocol {

FrameReader::FrameReader(std::string_view frame) {
  if (frame.size() < kFrameHeader.size() || !frame.starts_with(kFrameHeader.substr(0, 2))) {
    error_ = ErrorCode::malformed_frame;
  } else if (frame[2] != kFrameHeader[2]) {
    error_ = ErrorCode::unsupported_version;
  } else if (frame[3] != kFrameHeader[3]) {
    error_ = ErrorCode::malformed_frame;
  } else {
    rest_ = frame.substr(kFrameHeader.size());
  }
}

std::optional<RawCommand> FrameReader::next() {
  if (error_ || rest_.empty()) return std::nullopt;
  if (rest_.size() < kCommandHeaderSize) {
    error_ = ErrorCode::malformed_frame;
    return std::nullopt;
  }
  const auto size = load<std::uint32_t>(rest_.data());
  if (size == 0 || size > rest_.size() - sizeof size) {
    error_ = ErrorCode::malformed_frame;
    return std::nullopt;
  }
  const auto type = static_cast<CommandType>(static_cast<std::uint8_t>(rest_[sizeof size]));
  const RawCommand command{type, rest_.substr(kCommandHeaderSize, size - 1)};
  rest_.remove_prefix(sizeof size + size);
  return command;
}

}  // namespace fanfare::protocol
