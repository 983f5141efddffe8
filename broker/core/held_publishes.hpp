#pragma once
// Publishes that wait until the journal was asked for their id, and what their session published to the stream behind
// them: it stays in order. What waits counts as uncommitted, so credit bounds it. Owned by Publishing; the core's
// thread only.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "broker/core/journal.hpp"
#include "broker/core/session.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core {

/// A PUBLISH with bytes of its own.
struct HeldPublish {
  protocol::Publish command;
  std::string content;
  TopicPtr topic;
  std::uint64_t lookup = 0;          ///< 0: it only waits behind others
  std::optional<IdLookedUp> answer;  ///< of its lookup
};

class HeldPublishes {
 public:
  HeldPublishes(Journal& journal, std::size_t max_lookups) : journal_(journal), max_lookups_(max_lookups) {}

  /// Whether publishes of the session to this stream wait.
  [[nodiscard]] bool holds(SessionKey session, protocol::StreamNumber stream) const {
    return lines_.contains({session, stream});
  }

  /// `id`: to be looked for beyond `command.last`.
  void hold(SessionKey session, const protocol::Publish& command, const TopicPtr& topic, const std::optional<Uuid>& id);

  /// An answer came: hands over what waits no longer, in order.
  void answered(const IdLookedUp& answer, const std::function<void(SessionKey, const HeldPublish&)>& take);

  /// What waits was never acknowledged; it goes with its session.
  void leave(SessionKey session);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Line = std::pair<SessionKey, protocol::StreamNumber>;

  void ask();
  static std::size_t size_of(const HeldPublish& one) { return sizeof one + one.content.size(); }

  Journal& journal_;
  std::size_t max_lookups_;
  std::map<Line, std::deque<HeldPublish>> lines_;
  std::unordered_map<std::uint64_t, Line> under_way_;
  std::deque<std::pair<Line, IdLookup>> to_ask_;
  std::uint64_t last_number_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace fanfare::broker::core
