#pragma once
// The questions about the broker that are still being answered, page by page. A lost session begins them anew. Owned by
// the session; one thread.

#include <fanfare/headers.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/instant.hpp"

namespace fanfare::session {

struct OpenQuery {
  protocol::QueryKind kind = protocol::QueryKind::broker;
  Instant deadline = kNever;
  std::string cursor;
  std::vector<Headers> rows;
  bool asked = false;  ///< the broker has it
};

class Queries {
 public:
  void add(Ticket ticket, protocol::QueryKind kind, Instant deadline) {
    open_[ticket] = {kind, deadline, {}, {}, false};
  }
  [[nodiscard]] OpenQuery* find(Ticket ticket) {
    const auto found = open_.find(ticket);
    return found == open_.end() ? nullptr : &found->second;
  }
  void remove(Ticket ticket) { open_.erase(ticket); }
  [[nodiscard]] auto& all() { return open_; }

  [[nodiscard]] Instant next_deadline() const {
    auto next = kNever;
    for (const auto& [ticket, query] : open_) next = std::min(next, query.deadline);
    return next;
  }

 private:
  std::map<Ticket, OpenQuery> open_;
};

}  // namespace fanfare::session
