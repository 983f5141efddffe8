#pragma once
// What one session has missed because it did not keep up: messages by policy and by the pattern they would have come
// by. A bounded number of patterns is told apart; the rest counts together. Owned by its session; the core's thread
// only.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/topic_table.hpp"

namespace fanfare::broker::core {

enum class DropPolicy : std::uint8_t {
  drop_oldest,  ///< let go to make room
  close,        ///< waited for a session that was closed because it asked for that
};

/// Messages of one topic that were let go one behind the other. Without a topic: of several that are not told apart.
struct DroppedRun {
  TopicPtr topic;
  std::uint64_t count = 0;
};

class DropCounts {
 public:
  using Patterns = std::map<std::string, std::uint32_t, std::less<>>;  ///< as a session keeps its own
  using Counts = std::map<std::pair<DropPolicy, std::string>, std::uint64_t>;

  void add(DropPolicy policy, const std::vector<DroppedRun>& runs, const Patterns& patterns);

  /// By policy and pattern; an empty pattern stands for all that are not told apart.
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  static constexpr std::size_t kCounted = 16;
  static constexpr std::size_t kCompared = 64;  ///< a session with more patterns is not worth the time

  Counts counts_;
};

}  // namespace fanfare::broker::core
