#pragma once
// The requests this client made that have no reply yet: those that wait for credit or a session, and those the broker
// has. Each has its deadline, kept here too in case the broker is not there to keep it. Owned by the session.

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/instant.hpp"

namespace fanfare::session {

struct OpenRequest {
  std::string topic;
  std::string content;  ///< [id] actor headers payload
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  Instant deadline = kNever;
  Duration timeout = Duration::max();  ///< as it was asked for; what is left of it is never more

  bool takes_parts = false;  ///< parts of its reply are handed over as they come; else they are put together
  std::string gathered;      ///< those that came, put together

  protocol::RequestNumber number = 0;  ///< 0: not sent in this session
};

class Requests {
 public:
  void add(Ticket ticket, OpenRequest request);
  [[nodiscard]] OpenRequest* find(Ticket ticket);
  void remove(Ticket ticket);
  /// A part of its reply came: its timeout begins anew.
  void extend(Ticket ticket, Instant now);

  [[nodiscard]] bool empty() const { return open_.empty(); }
  /// Whether the broker has any of them.
  [[nodiscard]] bool has_sent() const { return sent_ > 0; }

  /// The oldest that waits; nullopt when none does.
  [[nodiscard]] std::optional<Ticket> waiting();
  void mark_sent(Ticket ticket, protocol::RequestNumber number);

  /// All with a deadline at or before `now`, and all of them.
  [[nodiscard]] std::vector<Ticket> expired(Instant now) const;
  [[nodiscard]] std::vector<Ticket> all() const;
  [[nodiscard]] Instant next_deadline() const { return deadlines_.empty() ? kNever : deadlines_.begin()->first; }

 private:
  std::unordered_map<Ticket, OpenRequest> open_;
  std::set<std::pair<Instant, Ticket>> deadlines_;
  std::deque<Ticket> waiting_;  ///< may name some that are gone
  std::size_t sent_ = 0;
};

}  // namespace fanfare::session
