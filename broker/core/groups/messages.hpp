#pragma once
// The unfinished messages of a group, by sequence: one compact entry each, linked into the lists it stands in. Owned by
// Group's Work; the core's thread. An entry keeps its slot until it is removed; everything takes amortised O(1).

#include <cstdint>
#include <deque>
#include <vector>

namespace fanfare::broker::core::groups {

struct Member;

/// Where a message's entry is.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

struct Link {
  Slot previous = kNoSlot;
  Slot next = kNoSlot;
};

/// First and last of a list that runs through one of the links of its messages.
struct List {
  Slot first = kNoSlot;
  Slot last = kNoSlot;
};

struct Message {
  enum class State : std::uint8_t {
    ready,
    waits,  ///< until `at`
    out,    ///< at `holder`
    condemned,
  };

  std::uint64_t sequence = 0;
  std::int64_t at = 0;  ///< steady microseconds: when the wait or, while it is being handled, the time for it ends
  Member* holder = nullptr;
  Link unfinished;          ///< all but returned ones, by sequence
  Link in_line;             ///< key, exclusive: of its topic or of all, in the order of their delivery
  Link at_member;           ///< in the order they were handed over
  std::uint32_t topic = 0;  ///< its number
  std::uint32_t epoch = 0;  ///< of its last delivery: an index
  std::uint16_t attempt = 0;
  State state = State::ready;
  bool begun = false;     ///< it is being handled
  bool returned = false;  ///< from the dead letters
};

class Messages {
 public:
  /// `sequence` must not be there.
  Slot add(std::uint64_t sequence);
  void remove(Slot slot);
  /// kNoSlot when it is not there.
  [[nodiscard]] Slot find(std::uint64_t sequence) const;

  [[nodiscard]] Message& operator[](Slot slot) { return entries_[slot]; }
  [[nodiscard]] const Message& operator[](Slot slot) const { return entries_[slot]; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Puts a message in front of `behind`; at the end when that is kNoSlot.
  void insert(List& list, Link Message::*link, Slot behind, Slot slot);
  void unlink(List& list, Link Message::*link, Slot slot);

 private:
  [[nodiscard]] std::size_t home(std::uint64_t sequence) const;
  void grow();

  std::deque<Message> entries_;
  std::vector<Slot> free_;   // entries nobody uses
  std::vector<Slot> table_;  // open addressing, linear probing; a power of two, at most three quarters full
  std::size_t size_ = 0;
};

}  // namespace fanfare::broker::core::groups
