#pragma once
// The state of one feed and of the feeds of one session: plain data that only Replays works on, on the core's thread.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "broker/core/replays.hpp"

namespace fanfare::broker::core {

struct Replays::Feed {
  FeedId id = 0;
  SessionKey session = 0;
  protocol::StreamNumber stream = protocol::kNoStream;
  bool spill = false;                                           ///< feeds the session's live subscriptions
  std::map<protocol::Handle, protocol::RequestNumber> members;  ///< or these subscriptions, that catch up
  PatternSet patterns;                                          ///< of these

  Start start;
  Position position;          ///< nothing up to here is missing; nil: it began at the oldest record or at a time
  bool begun = false;         ///< nobody joins it any more
  bool shared = false;        ///< of several members: told by handle 0
  bool members_told = false;  ///< their SUBSCRIBEs are answered
  bool close_by = false;      ///< it has been where the spilled session was: that one waits for it now

  ReaderId reader = 0;  ///< 0: not open
  bool stale = false;   ///< the reader's patterns are not the session's any more
  bool reading = false;
  std::uint64_t until = 0;         ///< of the read
  std::optional<ReadDone> answer;  ///< came and is to be handed on
  bool queued = false;             ///< in ready_
  bool stalled = false;            ///< until less waits for the session

  [[nodiscard]] bool located() const { return !position.epoch.is_nil(); }
};

/// The feeds of a session. So many replays are begun at a time, and one shared one per stream; the others wait.
struct Replays::Line {
  SessionKey session = 0;
  std::set<FeedId> feeds;
  std::set<FeedId> begun;  ///< replays and spills
  std::map<protocol::StreamNumber, FeedId> spills;
  std::map<protocol::StreamNumber, FeedId> shared;
  std::deque<FeedId> waiting;                                    ///< some may have ended
  std::map<protocol::StreamNumber, std::deque<FeedId>> blocked;  ///< by the shared one
};

}  // namespace fanfare::broker::core
