#pragma once
// What feeds sessions from the journal until they are where the stream is: replays of subscriptions with a start, and
// sessions that have fallen behind (spilled). Owned by the core; its thread only.
//
// A feed reads a page at a time, the next one only when little waits for its session, so a slow session costs a bounded
// amount of memory and the readers are shared. It ends at the session's **live position** on the stream: the head, or
// where the feed of the spilled session is. There, between two commits, the patterns of a replay join the audience and
// CAUGHT_UP takes its place in the outbox: nothing is missed and nothing comes twice. Close to the head the records
// come from memory (RecentRecords) within one call, so records that keep coming can't keep a feed from ending.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "broker/core/counters.hpp"
#include "broker/core/pattern_set.hpp"
#include "broker/core/readers.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/starts.hpp"
#include "broker/core/subscriptions.hpp"

namespace fanfare::broker::core {

using FeedId = std::uint64_t;

class Replays {
 public:
  Replays(const Settings& settings, Sessions& sessions, TopicTable& topics, Audiences& audiences, Streams& streams,
          Subscriptions& subscriptions, Readers& readers, Counters& counters);
  ~Replays();

  /// Catches up a subscription that the session already lists; answers its SUBSCRIBE when it is known how.
  void add(Session& session, const protocol::Subscribe& command, protocol::StreamNumber stream, const Start& start);

  /// The subscription ends while it is catching up.
  void cancel(Session& session, protocol::Handle handle);

  /// The session's outbox has let go of streams: they are read back from there.
  void spilled(Session& session);

  /// What the session's live subscriptions are has changed.
  void patterns_changed(Session& session);

  void leave(Session& session);

  /// The journal's answer; it is handed on by run(). False: it is for none of these readers.
  [[nodiscard]] bool answered(ReadDone& done);

  /// Less waits for the session than before.
  void has_room(Session& session);

  /// Goes on with every feed that can. Call between two commits, with all batches sealed. Whether anything happened.
  bool run();
  /// run() has more to do.
  [[nodiscard]] bool ready() const { return !ready_.empty() || !lines_.empty(); }

  /// The broker drains: nothing more is read, and what was not answered is refused.
  void stop();

  /// Up to here the session was handed everything of the stream that its live subscriptions match.
  [[nodiscard]] Position live_position(const Session& session, const Stream& stream) const;

  [[nodiscard]] std::size_t size() const { return feeds_.size(); }

 private:
  struct Feed;
  struct Line;
  using Key = std::tuple<SessionKey, protocol::StreamNumber, Position, std::int64_t>;
  using FeedPtr = std::unique_ptr<Feed>;

  static Key key_of(const Feed& feed);
  Feed& create(const Session& session, protocol::StreamNumber stream);
  Line& line_of(SessionKey session);
  void join_at_once(Session& session, const protocol::Subscribe& command, Stream& stream, const Start& start);
  void begin(Line& line);
  void erase(Feed& feed);
  void enqueue(Feed& feed);

  void advance(Feed& feed);
  void finish(Feed& feed, Session& session, Stream& stream);
  void hand_on(Feed& feed, Session& session, Stream& stream);
  [[nodiscard]] bool from_memory(Feed& feed, Session& session, Stream& stream, std::uint64_t until);
  void ask(Feed& feed, const Session& session, const Stream& stream, std::uint64_t until);
  [[nodiscard]] bool waits_for_a_replay(const Feed& feed) const;
  [[nodiscard]] bool wants(const Feed& feed, const Session& session, Topic& topic);
  void restart(Feed& feed);
  void answer_members(Feed& feed, Session& session, bool recovered);
  void gap(Feed& feed, Session& session, const Uuid& epoch, const ReadDone::Missing& missing);
  void deliver(Feed& feed, Session& session, const Uuid& epoch, std::string_view records, std::uint64_t through);
  [[nodiscard]] bool has_room_for_page(const Session& session) const;
  [[nodiscard]] std::size_t page_bytes() const;
  [[nodiscard]] Feed* spill_of(SessionKey session, protocol::StreamNumber stream) const;

  const Settings& settings_;
  Sessions& sessions_;
  TopicTable& topics_;
  Audiences& audiences_;
  Streams& streams_;
  Subscriptions& subscriptions_;
  Readers& readers_;
  Counters& counters_;

  std::unordered_map<FeedId, FeedPtr> feeds_;
  std::unordered_map<ReaderId, FeedId> by_reader_;
  std::map<Key, FeedId> joinable_;  // those that nothing was read for yet
  std::unordered_map<SessionKey, std::unique_ptr<Line>> by_session_;
  std::deque<FeedId> ready_;
  std::set<SessionKey> lines_;  // sessions in which another feed may begin
  FeedId last_id_ = 0;
  std::size_t budget_ = 0;  // bytes that this turn may still look through in memory
  bool stopped_ = false;
};

}  // namespace fanfare::broker::core
