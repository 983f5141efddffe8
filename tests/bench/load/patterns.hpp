#pragma once
// What a subscriber subscribes to, in a system's own spelling. Plain functions; any thread.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::load {

/// Four patterns that match the one topic everything is published on, the topic itself first.
struct Spelling {
  std::string_view topic;
  std::array<std::string_view, 4> matching;
  std::string_view own;  ///< a subscriber's number is put behind it: a topic that nothing is published on
};

/// The topic; where all shall differ one of the matching patterns, and a topic of the subscriber's own. One pattern of
/// them matches, so that a message comes once in every system.
inline std::vector<std::string> patterns_of(const Spelling& spelling, std::size_t subscriber, bool different) {
  if (!different) return {std::string(spelling.topic)};
  return {std::string(spelling.matching[subscriber % spelling.matching.size()]),
          std::string(spelling.own) + std::to_string(subscriber)};
}

}  // namespace fanfare::load
