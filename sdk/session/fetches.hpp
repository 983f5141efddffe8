#pragma once
// The questions for stored messages that are still to be answered: those the broker has, at most kMostAsked, and those
// that wait behind them in the order of the calls. A lost session begins them anew. Owned by the session; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/instant.hpp"

namespace fanfare::session {

struct OpenFetch {
  std::string pattern;
  protocol::From from = protocol::From::all;
  Position start;         ///< for From::after and From::at
  std::int64_t time = 0;  ///< for From::time, microseconds since 1970
  std::uint32_t max_count = 0;
  std::uint32_t max_bytes = 0;
  Instant deadline = kNever;
  bool to_handler = false;  ///< the page counts as handled when a handler is done with it, not at once

  bool asked = false;  ///< the broker has it
};

class Fetches {
 public:
  /// What the broker takes of a session (PROTOCOL.md §5).
  static constexpr std::size_t kMostAsked = 16;
  /// One more than this many fails at once.
  static constexpr std::size_t kMostOpen = 16'384;

  [[nodiscard]] bool full() const { return open_.size() >= kMostOpen; }
  void add(Ticket ticket, OpenFetch fetch);
  /// Null when it has its outcome.
  [[nodiscard]] OpenFetch* find(Ticket ticket);
  void remove(Ticket ticket);

  /// The oldest that waits, if the broker may be asked for one more.
  [[nodiscard]] std::optional<Ticket> next_to_ask() const;
  void mark_asked(Ticket ticket);
  /// The broker has answered one, perhaps one that nobody waits for any more.
  void answered();
  /// The broker has as many as it takes; false when it has none of this client.
  [[nodiscard]] bool wait_for_room(Ticket ticket);
  /// It was refused for now: it waits for the next connection.
  void ask_again(Ticket ticket);
  /// The broker has none of them: a new session.
  void rewind();

  [[nodiscard]] std::vector<Ticket> expired(Instant now) const;
  [[nodiscard]] std::vector<Ticket> all() const;
  [[nodiscard]] Instant next_deadline() const { return deadlines_.empty() ? kNever : deadlines_.begin()->first; }

 private:
  std::map<Ticket, OpenFetch> open_;
  std::set<Ticket> waiting_;
  std::set<std::pair<Instant, Ticket>> deadlines_;
  std::size_t asked_ = 0;  ///< without an answer, those that expired meanwhile included
  std::size_t most_ = kMostAsked;
};

}  // namespace fanfare::session
