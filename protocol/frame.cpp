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

}  // namespace fanfare::protocol
