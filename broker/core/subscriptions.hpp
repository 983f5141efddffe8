#pragma once
// The live subscriptions of sessions: joining one makes its pattern part of what the session's audience gets from now
// on. Owned by the core; its thread only.

#include "broker/core/audiences.hpp"
#include "broker/core/session.hpp"
#include "broker/core/streams.hpp"

namespace fanfare::broker::core {

class Subscriptions {
 public:
  Subscriptions(Audiences& audiences, Streams& streams) : audiences_(audiences), streams_(streams) {}

  /// From now on the session gets what matches.
  void join(Session& session, const Subscription& subscription);

  /// It gets it no more, unless another subscription has the same pattern.
  void part(Session& session, const Subscription& subscription);

  /// The streams that hold topics of `pattern`.
  [[nodiscard]] std::vector<protocol::StreamNumber> touched(std::string_view pattern);

 private:
  void note(Session& session, const Subscription& subscription, bool joins);

  Audiences& audiences_;
  Streams& streams_;
};

}  // namespace fanfare::broker::core
