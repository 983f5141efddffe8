#pragma once
// The broker's side of the credit a client has (PROTOCOL §6): counts what came, says when the client overdrew and which
// CREDIT to send. Owned by its session; the core's thread only.

#include <cstdint>
#include <optional>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class Inflow {
 public:
  explicit Inflow(std::uint32_t window) : window_(window), limit_(window) {}

  /// The limit of WELCOME.
  [[nodiscard]] std::uint64_t limit() const { return limit_; }

  /// A data command of `size` bytes came; false when it passes the limit although others are unconfirmed.
  [[nodiscard]] bool received(std::size_t size) {
    const bool nothing_outstanding = bytes_ == confirmed_;
    bytes_ += size;
    ++commands_;
    return bytes_ <= limit_ || nothing_outstanding;
  }

  /// The CREDIT that confirms all that came; nullopt when the client knows already.
  [[nodiscard]] std::optional<protocol::Credit> confirm() {
    if (confirmed_ == bytes_) return std::nullopt;
    confirmed_ = bytes_;
    limit_ = bytes_ + window_;
    return protocol::Credit{.received = commands_, .limit = limit_};
  }

 private:
  std::uint64_t window_;
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;      // of data commands on this connection
  std::uint64_t confirmed_ = 0;  // of these told by CREDIT
  std::uint64_t commands_ = 0;   // in this session
};

}  // namespace fanfare::broker::core
