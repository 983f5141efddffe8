#pragma once
// The broker's side of what a client sends (PROTOCOL.md §§2, 6): counts commands and bytes of data as they come, says
// when the client overdrew and which CREDIT to send. Its credit is lent by the pool as long as there is a connection.
// Owned by its session; the core's thread only.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "broker/core/credit_pool.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class Inflow {
 public:
  /// Until its first data comes a session has no more of the pool: most of a thousand may never send any.
  static constexpr std::uint64_t kUntilUsed = 64U << 10U;

  explicit Inflow(CreditPool& pool) : pool_(pool) { begin(); }
  ~Inflow() { pause(); }
  Inflow(const Inflow&) = delete;
  Inflow& operator=(const Inflow&) = delete;

  /// The limit of WELCOME.
  [[nodiscard]] std::uint64_t limit() const { return limit_; }
  /// Bytes of data that may still come.
  [[nodiscard]] std::uint64_t unused() const { return limit_ - std::min(limit_, bytes_); }
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
    const auto before = unused();
    bytes_ += size;
    pool_.take_back(before - unused());
    return bytes_ <= limit_ || nothing_outstanding;
  }

  /// Data came that no CREDIT has confirmed.
  [[nodiscard]] bool owes() const { return bytes_ != confirmed_; }

  /// The CREDIT that confirms all that came; nullopt when the client need not know yet. `along`: other free commands go
  /// to it anyway, so what is only to be forgotten is confirmed too. `due`: data goes to it, or it has waited long
  /// enough.
  [[nodiscard]] std::optional<protocol::Credit> confirm(bool along, bool due) {
    const bool goes_along = (along || due) && owes();
    if (!goes_along && !presses() && !(along && free_bytes_ > 0)) return std::nullopt;
    confirmed_ = bytes_;
    free_bytes_ = 0;
    give();
    return protocol::Credit{.received = commands_, .limit = limit_};
  }

  /// The connection is lost: nothing more comes from it.
  void pause() {
    if (!std::exchange(joined_, false)) return;
    pool_.take_back(unused());
    pool_.left();
    bytes_ = limit_ = 0;
  }

  /// The session goes on over another connection; WELCOME confirms what came.
  void resume() {
    pause();
    confirmed_ = free_bytes_ = 0;
    begin();
  }

 private:
  static constexpr std::uint64_t kFreeAtMost = 64U << 10U;

  /// So much data is worth a frame of its own: a client that sends it has more behind it.
  static constexpr std::uint64_t kPressing = 4U << 10U;

  /// So much has come, or a quarter of what it was given, or its first data: it has little until then.
  [[nodiscard]] bool presses() const {
    const auto most = confirmed_ == 0 ? 1 : std::min(kPressing, (limit_ - confirmed_) / 4);
    return bytes_ - confirmed_ >= most || free_bytes_ >= kFreeAtMost;
  }

  void begin() {
    joined_ = true;
    pool_.joined();
    give();
  }

  /// The limit rises to what the pool has for this session; it never falls.
  void give() {
    const auto before = unused();
    const auto most = bytes_ == 0 ? kUntilUsed : UINT64_MAX;
    limit_ = std::max(limit_, bytes_ + std::min(pool_.window(before), most));
    pool_.lend(unused() - before);
  }

  CreditPool& pool_;
  bool joined_ = false;
  std::uint64_t limit_ = 0;
  std::uint64_t bytes_ = 0;       // of data commands on this connection
  std::uint64_t confirmed_ = 0;   // of these told by CREDIT
  std::uint64_t free_bytes_ = 0;  // of counted others since the last CREDIT
  std::uint64_t commands_ = 0;    // in this session
};

}  // namespace fanfare::broker::core
