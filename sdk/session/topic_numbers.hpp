#pragma once
// The numbers this client gives to the topics it publishes on (PROTOCOL.md §7). When all 65,536 are used the oldest is
// named anew. Owned by the session; one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/limits.hpp"

namespace fanfare::session {

class TopicNumbers {
 public:
  struct Use {
    std::uint32_t number;
    bool announce;  ///< TOPIC has to come before the number's use
  };

  /// The number of `topic`; the caller announces it when told to.
  [[nodiscard]] Use use(std::string_view topic);

  /// Whether this topic has a number: it was found valid before.
  [[nodiscard]] bool knows(std::string_view topic) const { return topic == last_topic_ || numbers_.contains(topic); }

  /// A new connection: nothing is announced there.
  void forget_announcements() { ++connection_; }

 private:
  struct Slot {
    std::string topic;
    std::uint64_t announced_on = 0;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<Slot> slots_;
  std::uint64_t connection_ = 1;
  std::uint32_t oldest_ = 0;
  // Most publishers stay with a topic for a while: no hashing then.
  std::string last_topic_;
  std::uint32_t last_number_ = 0;
};

}  // namespace fanfare::session
