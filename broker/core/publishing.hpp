#pragma once
// PUBLISH, from the check to the subscribers' batches: at once for ephemeral topics, after the commit for streams.
// Owned by the core; its thread only.

#include <string_view>

#include "broker/core/audiences.hpp"
#include "broker/core/counters.hpp"
#include "broker/core/instant.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/streams.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::core {

class Publishing {
 public:
  Publishing(const Settings& settings, Sessions& sessions, TopicTable& topics, Audiences& audiences, Streams& streams,
             Counters& counters)
      : settings_(settings),
        sessions_(sessions),
        topics_(topics),
        audiences_(audiences),
        streams_(streams),
        counters_(counters) {}

  /// The client gives a number to a topic.
  void topic(Session& session, const protocol::Topic& command);

  /// Takes or refuses a message; false when its fields do not fit each other (malformed).
  [[nodiscard]] bool publish(Session& session, const protocol::Publish& command, Instant now);

  /// The journal has decided: acknowledges and hands over, or refuses, what the commit speaks of.
  void decided(const Commit& commit, Instant now);

 private:
  struct Accepted;

  void publish_ephemeral(Session& session, const Accepted& message, Instant now);
  void publish_to_stream(Session& session, const Accepted& message, Instant now);
  void committed(Stream& stream, const Commit& commit, Stream::Waiting& batch, Instant now);
  void failed(Stream& stream, const Commit& commit);
  void refuse_waiting(Stream& stream, const Stream::Waiting& batch, std::string_view reason);
  void acknowledge(const Waiter& waiter, const protocol::AckRange& ack);
  void hop(const Uuid& id, std::string_view name, Instant now);
  std::uint32_t hand_over(const TopicPtr& topic, const Uuid& epoch, std::uint64_t sequence, std::string_view record);

  const Settings& settings_;
  Sessions& sessions_;
  TopicTable& topics_;
  Audiences& audiences_;
  Streams& streams_;
  Counters& counters_;
};

}  // namespace fanfare::broker::core
