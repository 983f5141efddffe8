#pragma once
// The broker's side of what a client sends (PROTOCOL.md §§2, 6): counts commands and bytes of data as they come, says
// when the client overdrew and which CREDIT to send. Owned by its session; the core's thread only.

#include <cstdint>
#include <optional>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class Inflow {
 public:
  explicit Inflow(std::uint32_t window) : window_(window), limit_(window) {}

  /// The limit of WELCOME.
  [[nodiscard]] std::uint64_t limit() const { return limit_; }
  /// Counted commands received in this session.
  [[nodiscard]] std::uint64_t commands() const { return commands_; }

  /// A command of `size` bytes came; false when it is data and passes the limit although others are unconfirmed.
  [[nodiscard]] bool received(protocol::CommandType type, std::size_t size) {
    if (!protocol::is_counted(type)) return true;
    ++commands_;
    if (!protocol::is_data(type)) {
      free_bytes_ += size;
      return true;
    }
    const bool nothing_outstanding = bytes_ == confirmed_;
    bytes_ += size;
    return bytes_ <= limit_ || nothing_outstanding;
  }

  /// The CREDIT that confirms all that came; nullopt when the client need not know. `along`: something else goes to it
  /// anyway, so what is only to be forgotten is confirmed too.
  [[nodiscard]] std::optional<protocol::Credit> confirm(bool along) {
    const bool owes = confirmed_ != bytes_ || free_bytes_ >= kFreeAtMost || (along && free_bytes_ > 0);
    if (!owes) return std::nullopt;
    confirmed_ = bytes_;
    free_bytes_ = 0;
    limit_ = bytes_ + window_;
    return protocol::Credit{.received = commands_, .limit = limit_};
  }

  /// The session goes on over another connection; WELCOME confirms what came.
  void resume() {
    bytes_ = confirmed_ = free_bytes_ = 0;
    limit_ = window_;
  }

 private:
  static constexpr std::uint64_t kFreeAtMost = 64U << 10U;

  std::uint64_t window_;
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;       // of data commands on this connection
  std::uint64_t confirmed_ = 0;   // of these told by CREDIT
  std::uint64_t free_bytes_ = 0;  // of counted others since the last CREDIT
  std::uint64_t commands_ = 0;    // in this session
};

}  // namespace fanfare::broker::core
