#pragma once
// Holds one subscription to its promise: exactly the messages of its pattern, in order and once, from where it began,
// or a gap that says which may be missing, and no gap without a cause. Knows the truth and what the client was told,
// nothing of how core and session work. Owned by its client.

#include <fanfare/message.hpp>
#include <fanfare/position.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/commands.hpp"
#include "tests/simulation/truth.hpp"

namespace fanfare::simulation {

/// What was asked for.
struct Wish {
  std::uint32_t pattern = 0;
  protocol::From from = protocol::From::now;
  protocol::Overflow overflow = protocol::Overflow::standard;
  Position start;
  std::int64_t time = 0;
};

class SubscriptionCheck {
 public:
  SubscriptionCheck(const Truth& truth, std::string name, Wish wish);

  // ---- What the client is told. Each complains when that must not be.

  void begun(const Position& after, bool recovered);
  void registered();
  void message(std::uint32_t stream, const Position& position, std::uint32_t topic, MessageNumber message);
  void gap(const Gap& gap);
  void caught_up(const Position& position);
  /// There is no session any more; `registered()` comes again with the next one.
  void session_lost();

  /// Everything has settled: it stands and has everything.
  void complete();

 private:
  /// Of one stream: everything before `next` was handed over or may be missing.
  struct Cursor {
    std::size_t next = 0;
    Position begin;                                ///< nothing up to here is wanted
    std::int64_t since = 0;                        ///< nor anything older
    std::size_t optional = 0;                      ///< what stands before this may or may not come
    std::optional<std::uint64_t> open_until = {};  ///< nothing was handed over yet: what was removed before is no loss
    bool placed = false;
    bool nameless_gap = false;  ///< it was told that something may be missing, but not what
  };
  struct Range {
    std::uint64_t from;
    std::uint64_t to;
  };

  [[nodiscard]] bool is_wanted(const Cursor& cursor, const LogEntry& entry) const;
  /// What is wanted before `end` was handed over, or may be missing.
  void account(std::uint32_t stream, std::size_t end);
  void begin_first(Cursor& cursor, const Log& log, const Position& after);
  [[noreturn]] void complain(const char* rule, const std::string& text) const;
  [[nodiscard]] bool touches(std::uint32_t stream) const;

  const Truth& truth_;
  std::string name_;
  Wish wish_;
  std::uint32_t stream_;  ///< the one the pattern lies in; kEphemeral: in none, or in several
  std::array<Cursor, kStreams> cursors_;
  std::array<std::vector<Range>, kStreams> gaps_;
  std::array<Position, kStreams> head_when_asked_;
  std::array<std::uint64_t, kStreams> first_when_asked_{};
  bool has_registered_ = false;  ///< in any session
  bool stands_ = false;
  bool catching_up_ = false;
  bool owes_gap_ = false;  ///< it began anew and has to say so
};

}  // namespace fanfare::simulation
