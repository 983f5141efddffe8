#pragma once
// The requests this client is to answer: the broker's number of each, under a number that is never used twice, so that
// an answer from before a lost session can't reach a stranger; and what of an answer in parts is under way. Owned by
// the session; one thread.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/limits.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::session {

struct OpenExchange {
  /// A REPLY, encoded, that waits until more has gone on to the caller.
  struct Waiting {
    std::string command;
    std::size_t size;  ///< of its content
    bool last;
  };

  std::uint64_t number = 0;  ///< the broker's
  std::uint64_t sent = 0;    ///< of parts, bytes of content
  std::uint64_t passed = 0;  ///< of these, gone on to the caller
  std::deque<Waiting> waiting = {};
  bool is_answered = false;  ///< the last one waits too

  /// Whether a REPLY with so much content may be sent (PROTOCOL.md §5).
  [[nodiscard]] bool allows(std::size_t size) const {
    return sent == passed || sent - passed + size <= protocol::kPartsInFlight;
  }
};

class Exchanges {
 public:
  ExchangeId add(std::uint64_t exchange) {
    last_number_ = exchange;
    by_number_[exchange] = ++last_;
    open_[last_].number = exchange;
    return last_;
  }

  [[nodiscard]] bool empty() const { return open_.empty(); }
  /// Whether of any answer something waits.
  [[nodiscard]] bool holds_back() const {
    return std::ranges::any_of(open_, [](const auto& it) { return !it.second.waiting.empty(); });
  }

  /// Null when nobody waits for its answer.
  [[nodiscard]] OpenExchange* find(ExchangeId id) {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
  }
  /// By the broker's number.
  [[nodiscard]] std::optional<ExchangeId> id_of(std::uint64_t exchange) const {
    const auto found = by_number_.find(exchange);
    if (found == by_number_.end()) return std::nullopt;
    return found->second;
  }

  /// Its answer is on its way.
  void remove(ExchangeId id) {
    const auto found = open_.find(id);
    by_number_.erase(found->second.number);
    open_.erase(found);
  }

  /// Whether the broker has taken it back before it came; then nobody is to begin with it.
  [[nodiscard]] bool came_too_late(std::uint64_t exchange) { return canceled_.erase(exchange) != 0; }

  /// The broker took it back; nullopt when it was answered already, or is still to come.
  [[nodiscard]] std::optional<ExchangeId> cancel(std::uint64_t exchange) {
    const auto id = id_of(exchange);
    if (id) {
      remove(*id);
    } else if (exchange > last_number_) {
      // CANCEL overtakes a REQUEST that waits for credit. The broker's numbers rise, and each is sent.
      canceled_.insert(exchange);
    }
    return id;
  }

  /// The session is lost: the ids of all that were open.
  [[nodiscard]] std::vector<ExchangeId> clear() {
    std::vector<ExchangeId> ids;
    for (const auto& [id, exchange] : open_) ids.push_back(id);
    open_.clear();
    by_number_.clear();
    canceled_.clear();
    last_number_ = 0;
    return ids;
  }

 private:
  std::unordered_map<ExchangeId, OpenExchange> open_;
  std::unordered_map<std::uint64_t, ExchangeId> by_number_;
  ExchangeId last_ = 0;
  std::uint64_t last_number_ = 0;               ///< the broker's, of this session
  std::unordered_set<std::uint64_t> canceled_;  ///< before they came
};

}  // namespace fanfare::session
