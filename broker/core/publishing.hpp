#pragma once
// PUBLISH, from the check to the subscribers' batches: at once for ephemeral topics, after the commit for streams. A
// message is stored once however often it comes (semantics §7).
// Owned by the core; its thread only.

#include <fanfare/headers.hpp>

#include <string_view>

#include "broker/core/audiences.hpp"
#include "broker/core/counters.hpp"
#include "broker/core/effects.hpp"
#include "broker/core/held_publishes.hpp"
#include "broker/core/instant.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/streams.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::core {

/// Hears of every record that was committed, before sessions do.
class CommitListener {
 public:
  virtual ~CommitListener() = default;
  /// The records of a batch; the first stands at `first`. They are among the stream's recent ones.
  virtual void committed(Stream& stream, const std::vector<Pending>& records, std::uint64_t first) = 0;
  /// What became of a record of the broker's own; `sequence` is 0 unless it was committed.
  virtual void own_record(std::uint64_t token, Commit::Outcome outcome, std::uint64_t sequence) = 0;
};

/// A message that the broker itself has to say.
struct OwnMessage {
  std::optional<Uuid> id;
  std::optional<std::uint64_t> fingerprint{};  ///< of one with an id, where it is at hand
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  std::string_view content;  ///< encoded, with the id
};

class Publishing {
 public:
  Publishing(const Settings& settings, Sessions& sessions, TopicTable& topics, Audiences& audiences, Streams& streams,
             Journal& journal, Effects& effects, Counters& counters)
      : settings_(settings),
        sessions_(sessions),
        topics_(topics),
        audiences_(audiences),
        streams_(streams),
        effects_(effects),
        counters_(counters),
        held_(journal, settings.lookups) {}

  /// The client gives a number to a topic.
  void topic(Session& session, const protocol::Topic& command);

  /// Takes or refuses a message; false when its fields do not fit each other (malformed).
  [[nodiscard]] bool publish(Session& session, const protocol::Publish& command, Instant now);

  /// What comes after the command at hand; it is not checked yet. If it is a PUBLISH, memory that it will need is asked
  /// for, to be in the cache by then.
  void foresee(Session& session, const protocol::RawCommand& next);

  /// The journal has decided: acknowledges and hands over, or refuses, what the commit speaks of.
  void decided(const Commit& commit, Instant now);

  /// The journal was asked whether an id was stored before.
  void looked_up(const IdLookedUp& answer, Instant now);

  /// The broker itself says something, on a topic that lies in no stream (in one it is not said). Nothing is kept of
  /// it, and nothing is made of it when nobody listens.
  void announce(std::string_view topic, const Headers& headers, std::string_view payload, Instant now);

  void leave(const Session& session) { held_.leave(session.key); }

  /// `listener` outlives this.
  void listen(CommitListener& listener) { listener_ = &listener; }

  /// A record of the broker's own; the listener hears what becomes of it. False: the stream has failed.
  [[nodiscard]] bool append_own(Stream& stream, std::string_view topic, const OwnMessage& message, std::uint64_t token,
                                Instant now);

  /// Bytes that were taken and are not stored yet.
  [[nodiscard]] std::size_t uncommitted() const { return streams_.uncommitted() + held_.bytes(); }

 private:
  struct Accepted;

  void publish_ephemeral(Session& session, const protocol::Publish& command, const TopicPtr& topic, Instant now);
  void publish_to_stream(Session& session, const protocol::Publish& command, const TopicPtr& topic, Instant now);
  [[nodiscard]] bool is_repeat(Session& session, const Accepted& message, Stream& stream);
  [[nodiscard]] bool needs_lookup(const Accepted& message, const Stream& stream) const;
  void store(Session& session, const Accepted& message, Stream& stream, Instant now);
  void append(Stream& stream, const TopicPtr& topic, std::string_view publisher, std::uint8_t flags,
              const OwnMessage& message, std::variant<Waiter, OwnRecord> waiter, Instant now);
  void take_held(SessionKey key, const HeldPublish& held, Instant now);
  void answer_repeat(const Accepted& message, const Waiter& waiter, Stream& stream, std::uint64_t sequence);
  void committed(Stream& stream, const Commit& commit, Stream::Waiting& batch, Instant now);
  void failed(Stream& stream, const Commit& commit);
  void refuse_waiting(Stream& stream, const Stream::Waiting& batch, ErrorCode code, std::string_view reason);
  void acknowledge(const Waiter& waiter, const protocol::AckRange& ack);
  /// Those who published the id once more while its first publish waited.
  void acknowledge_repeats(Stream& stream, const Uuid& id, protocol::AckRange ack);
  void hop(const Uuid& id, std::string_view name, Instant now);
  std::uint32_t hand_over(const TopicPtr& topic, const Uuid& epoch, std::uint64_t sequence, std::string_view record);

  const Settings& settings_;
  Sessions& sessions_;
  TopicTable& topics_;
  Audiences& audiences_;
  Streams& streams_;
  Effects& effects_;
  Counters& counters_;
  HeldPublishes held_;
  CommitListener* listener_ = nullptr;
};

}  // namespace fanfare::broker::core
