#pragma once
// The requests this client is to answer: the broker's number of each, under a number that is never used twice, so that
// an answer from before a lost session can't reach a stranger. Owned by the session; one thread.

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sdk/session/events.hpp"

namespace fanfare::session {

class Exchanges {
 public:
  ExchangeId add(std::uint64_t exchange) {
    last_number_ = exchange;
    by_number_[exchange] = ++last_;
    by_id_[last_] = exchange;
    return last_;
  }

  [[nodiscard]] bool empty() const { return by_id_.empty(); }

  /// The answer comes: the broker's number; nullopt when nobody waits for it.
  [[nodiscard]] std::optional<std::uint64_t> take(ExchangeId id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return std::nullopt;
    const auto number = found->second;
    by_id_.erase(found);
    by_number_.erase(number);
    return number;
  }

  /// Whether the broker has taken it back before it came; then nobody is to begin with it.
  [[nodiscard]] bool came_too_late(std::uint64_t exchange) { return canceled_.erase(exchange) != 0; }

  /// The broker took it back; nullopt when it was answered already, or is still to come.
  [[nodiscard]] std::optional<ExchangeId> cancel(std::uint64_t exchange) {
    const auto found = by_number_.find(exchange);
    if (found == by_number_.end()) {
      // CANCEL overtakes a REQUEST that waits for credit. The broker's numbers rise, and each is sent.
      if (exchange > last_number_) canceled_.insert(exchange);
      return std::nullopt;
    }
    const auto id = found->second;
    by_number_.erase(found);
    by_id_.erase(id);
    return id;
  }

  /// The session is lost: the ids of all that were open.
  [[nodiscard]] std::vector<ExchangeId> clear() {
    std::vector<ExchangeId> ids;
    for (const auto& [id, number] : by_id_) ids.push_back(id);
    by_id_.clear();
    by_number_.clear();
    canceled_.clear();
    last_number_ = 0;
    return ids;
  }

 private:
  std::unordered_map<ExchangeId, std::uint64_t> by_id_;
  std::unordered_map<std::uint64_t, ExchangeId> by_number_;
  ExchangeId last_ = 0;
  std::uint64_t last_number_ = 0;               ///< the broker's, of this session
  std::unordered_set<std::uint64_t> canceled_;  ///< before they came
};

}  // namespace fanfare::session
