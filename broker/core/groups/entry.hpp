#pragma once
// What Groups keeps of each group and of each member: plain data that only Groups works on, on the core's thread.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/groups/groups.hpp"

namespace fanfare::broker::core::groups {

/// Records that are at hand, in the order of their sequences.
struct Groups::Page {
  struct Spot {
    std::uint64_t sequence = 0;
    TopicNumber topic = 0;
    std::size_t at = 0;
    std::size_t size = 0;
  };
  Uuid epoch;
  std::shared_ptr<std::string> records;
  std::vector<Spot> spots;
  std::uint64_t through = 0;  ///< nothing else matches up to here

  void add(const RecordView& record) {
    spots.push_back({record.sequence, record.topic, records->size(), record.bytes.size()});
    records->append(record.bytes);
  }
  /// The record at `sequence`; nullptr when it is not here.
  [[nodiscard]] const Spot* find(std::uint64_t sequence) const {
    const auto at = std::ranges::lower_bound(spots, sequence, {}, &Spot::sequence);
    return at == spots.end() || at->sequence != sequence ? nullptr : &*at;
  }
  [[nodiscard]] std::string_view bytes(const Spot& spot) const {
    return std::string_view(*records).substr(spot.at, spot.size);
  }
};

/// A page and what fills it.
struct Groups::Slot {
  Page page;
  ReaderId reader = 0;          ///< 0: none is open
  std::uint64_t reader_at = 0;  ///< it gave everything up to here
  bool reading = false;
  std::uint64_t wanted = 0;        ///< sequence that is being looked for; 0: whatever comes
  std::optional<ReadDone> answer;  ///< came and is to be taken
};

/// A record as it was found.
struct Groups::Found {
  std::string_view bytes;
  Uuid epoch;
  TopicNumber topic = 0;
};

/// Who is told what became of a command, once that is stored.
struct Groups::Answer {
  SessionKey session = 0;
  protocol::RequestNumber request = 0;
  protocol::CommandType command{};
  std::vector<protocol::StreamPosition> stale;
};

struct Groups::Member {
  SessionKey session = 0;
  protocol::Handle handle = 0;
  protocol::RequestNumber request = 0;  ///< of its JOIN
  std::string group;
  Entry* entry = nullptr;  ///< nullptr: it waits to be one
  bool paused = false;
  std::uint32_t max_in_flight = 0;
  bool finishing = false;             ///< it leaves when it has nothing any more
  protocol::RequestNumber leave = 0;  ///< of the LEAVE that is answered then

  // What JOIN asked for, until it is one.
  GroupSettings settings;
  bool has_ack_wait = false;
  bool has_max_deliver = false;
  bool has_max_pending = false;
  bool has_back_off = false;
  bool from_now = false;
};

struct Groups::WaitingManage {
  SessionKey session = 0;
  protocol::Manage command;
  std::string group;
};

struct Groups::Entry {
  explicit Entry(GroupState state) : name(state.name), group(std::move(state)) {}

  EntryId id = 0;
  std::string name;
  Group group;
  Stream* stream = nullptr;  ///< nullptr: it only elects, or its stream is no more
  std::vector<std::uint64_t> members;
  std::vector<std::uint64_t> finishing;  ///< of these

  // Storing
  struct Storing {
    std::vector<std::string> payloads;  ///< under way; none: nothing is
    std::size_t open = 0;               ///< of these, not decided yet
    bool full = false;                  ///< some found no room
    bool is_snapshot = false;
    bool is_drop = false;
    std::uint64_t first = 0;  ///< sequence of the first
    std::uint64_t floor = 0;  ///< of the group then
    std::uint64_t term = 0;   ///< that begins with it; 0: none
    std::vector<Answer> answers;
    std::optional<std::chrono::microseconds> again_at;
  } storing;
  std::vector<Answer> answers;  ///< wait for what comes next
  GroupChanges aside;           ///< a floor alone is not worth a record at once
  std::chrono::microseconds floor_stored_at{};
  bool exists = false;  ///< its first snapshot is stored
  bool needs_snapshot = true;
  bool dropping = false;
  std::deque<std::uint64_t> waiting;  ///< members, until it exists
  std::deque<WaitingManage> waiting_manages;
  std::optional<std::uint64_t> held_floor;
  std::uint64_t snapshot = 0;  ///< first sequence of the last one stored; 0: none
  std::size_t snapshot_bytes = 0;
  std::size_t bytes_since = 0;
  std::uint64_t stream_bytes_by = 0;

  // Reading
  bool caught_up = false;  ///< nothing between scanned() and the head matches
  Slot scanning;
  std::size_t next_spot = 0;  ///< of the scanned page
  bool page_is_new = false;   ///< it was not taken to its end
  Slot again;                 ///< what was looked at long ago
  Slot letters;

  // Dead letters
  std::deque<Condemned> condemned;
  std::map<std::uint64_t, std::uint64_t> burying;    ///< token and sequence of letters under way
  std::map<std::uint64_t, Condemned> looking_up;     ///< by token
  std::map<std::uint64_t, std::uint64_t> looked_up;  ///< condemned sequence and its letter; 0: none
  std::optional<std::chrono::microseconds> bury_again_at;
  std::map<std::uint64_t, std::uint32_t> loaded_failures;  ///< that may have been letters before the broker stopped

  /// After a restart: messages that were given back and their letters, whose topics are not known yet.
  std::deque<std::pair<std::uint64_t, std::uint64_t>> unknown;

  struct Retry {
    Answer answer;
    std::deque<std::uint64_t> dead;
  };
  std::deque<Retry> retries;

  /// A reset makes a new Group, which counts attempts from 1 again: those that were out go on behind the last one.
  std::map<std::uint64_t, std::uint16_t> earlier_attempts;

  bool queued = false;
  std::optional<std::chrono::microseconds> deadline;

  /// A delivery as the group knows it; nullopt when it was before a reset.
  [[nodiscard]] std::optional<Delivered> delivered(std::uint64_t sequence, std::uint16_t attempt) const {
    const auto earlier = earlier_attempts.find(sequence);
    if (earlier == earlier_attempts.end()) return Delivered{sequence, attempt};
    if (attempt <= earlier->second) return std::nullopt;
    return Delivered{sequence, static_cast<std::uint16_t>(attempt - earlier->second)};
  }
  /// Its attempt as members know it.
  [[nodiscard]] std::uint16_t told_attempt(std::uint64_t sequence, std::uint16_t attempt) const {
    const auto earlier = earlier_attempts.find(sequence);
    return earlier == earlier_attempts.end() ? attempt : static_cast<std::uint16_t>(attempt + earlier->second);
  }

  [[nodiscard]] const GroupSettings& settings() const { return group.state().settings; }
};

}  // namespace fanfare::broker::core::groups
