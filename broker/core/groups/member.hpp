#pragma once
// What Group's Work knows of a member and of a line: messages that come one after the other, at one member. Values of
// Work's; the core's thread.

#include <cstdint>
#include <set>

#include "broker/core/groups/messages.hpp"

namespace fanfare::broker::core::groups {

struct Member {
  std::uint64_t id = 0;
  std::uint64_t standing = 0;  ///< by when it joined
  std::uint64_t idle = 0;      ///< by when it was last handed something; unique, less is longer
  std::uint32_t max_in_flight = 0;
  std::uint32_t in_flight = 0;
  List handed;  ///< through at_member
  bool paused = false;
  bool stalled = false;
  bool finishing = false;  ///< it gets nothing more
  /// Sequences that only it may take: the next of lines of which it has something.
  std::set<std::uint64_t> parked;

  // How Work lists it at present.
  bool listed = false;  ///< it takes messages
  std::uint32_t listed_in_flight = 0;
  std::uint64_t listed_idle = 0;
  std::uint32_t listed_room = 0;
  std::uint64_t offered = 0;  ///< the first parked one; 0: none

  [[nodiscard]] bool takes() const { return !paused && !stalled && !finishing && in_flight < max_in_flight; }
};

/// Those that are out come first; the first that is not may be handed out next, unless it waits.
struct Line {
  List messages;        ///< through in_line
  Slot next = kNoSlot;  ///< the first that is not out
  std::uint32_t out = 0;
  Member* owner = nullptr;         ///< has all that are out; null: none is
  std::uint64_t candidate = 0;     ///< how it is listed: the sequence of `next`, if that is ready; 0: not
  Member* candidate_of = nullptr;  ///< who alone may take it; null: anybody
};

}  // namespace fanfare::broker::core::groups
