#pragma once
// The broker without I/O, clock or threads: frames and time in, frames out (design §3). Deterministic: the same calls
// give the same effects. All calls on one thread.

#include <chrono>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/core/audiences.hpp"
#include "broker/core/counters.hpp"
#include "broker/core/effects.hpp"
#include "broker/core/fetches.hpp"
#include "broker/core/figures.hpp"
#include "broker/core/groups/groups.hpp"
#include "broker/core/instant.hpp"
#include "broker/core/journal.hpp"
#include "broker/core/presence/presence.hpp"
#include "broker/core/publishing.hpp"
#include "broker/core/readers.hpp"
#include "broker/core/replays.hpp"
#include "broker/core/services.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/streams.hpp"
#include "broker/core/subscriptions.hpp"
#include "protocol/frame.hpp"

namespace fanfare::broker::core {

class Core {
 public:
  /// `journal` and `effects` outlive the core.
  Core(Settings settings, Random random, Journal& journal, Effects& effects, Instant now);

  /// A frame came. Whatever it holds, only its own session suffers for it.
  void received(ConnectionId connection, std::string_view frame, Instant now);

  /// A frame came in several parts or from a peer that chose its own routing id: refused.
  void received_wrongly(ConnectionId connection, Instant now);

  /// The transport lost the connection: its session waits for another until its lease ends.
  void disconnected(ConnectionId connection);

  /// Call after a run of received(): hands records to the journal, takes its decisions, sends what may go.
  void settle(Instant now);

  /// Ends what has passed its time. Call at next_deadline() or later, then settle().
  void tick(Instant now);
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  /// Tells every session that the broker stops within `deadline`; new work is refused from now on.
  void drain(std::chrono::milliseconds deadline);
  /// Nothing is open any more that draining waits for: no request, no commit, no delivery that is not confirmed.
  [[nodiscard]] bool drained();

  /// Takes over the limits that may change while it runs: sessions, subscriptions, in_flight, headers, header_count,
  /// and the longest timeout of a request. Those a client is told are for the sessions that begin from now on; one that
  /// is there keeps what its WELCOME said. Nothing else of `next` counts.
  void reload(const Settings& next);

  /// Somebody subscribes to `topic`.
  [[nodiscard]] bool is_heard(std::string_view topic);
  /// The broker says something on a topic outside all streams, to whoever hears it. Then settle().
  void announce(std::string_view topic, std::string_view payload, Instant now);
  /// Takes as long as going through all sessions.
  [[nodiscard]] Figures figures();

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }

 private:
  void greet(ConnectionId connection, std::string_view frame, Instant now);
  Session& open(const protocol::Hello& hello, ConnectionId connection, Instant now);
  [[nodiscard]] Session* resume(const protocol::Hello& hello, ConnectionId connection, Instant now);
  void detach(Session& session);
  void welcome(Session& session, std::uint8_t flags, Instant now);
  void handle(Session& session, protocol::RawCommand raw, Instant now);
  template <class Command>
  void with(Session& session, protocol::RawCommand raw, void (Core::*handler)(Session&, const Command&, Instant),
            Instant now);

  void on_ping(Session& session, const protocol::Ping& command, Instant now);
  void on_bye(Session& session, const protocol::Bye& command, Instant now);
  void on_credit(Session& session, const protocol::Credit& command, Instant now);
  void on_topic(Session& session, const protocol::Topic& command, Instant now);
  void on_publish(Session& session, const protocol::Publish& command, Instant now);
  void on_subscribe(Session& session, const protocol::Subscribe& command, Instant now);
  void on_unsubscribe(Session& session, const protocol::Unsubscribe& command, Instant now);
  void on_fetch(Session& session, const protocol::Fetch& command, Instant now);
  void on_query(Session& session, const protocol::Query& command, Instant now);
  void on_serve(Session& session, const protocol::Serve& command, Instant now);
  void on_request(Session& session, const protocol::Request& command, Instant now);
  void on_reply(Session& session, const protocol::Reply& command, Instant now);
  void on_cancel(Session& session, const protocol::Cancel& command, Instant now);
  void on_join(Session& session, const protocol::Join& command, Instant now);
  void on_leave(Session& session, const protocol::Leave& command, Instant now);
  void on_ack(Session& session, const protocol::Ack& command, Instant now);
  void on_nack(Session& session, const protocol::Nack& command, Instant now);
  void on_progress(Session& session, const protocol::Progress& command, Instant now);
  void on_presence(Session& session, const protocol::PresenceCommand& command, Instant now);
  void on_manage(Session& session, const protocol::Manage& command, Instant now);

  [[nodiscard]] bool accepts_handle(Session& session, protocol::RequestNumber request, protocol::Handle handle,
                                    protocol::CommandType command);
  [[nodiscard]] bool accepts_pattern(Session& session, protocol::RequestNumber request, protocol::CommandType command,
                                     std::string_view pattern);
  void malformed(Session& session, protocol::CommandType command, std::string_view detail);
  /// The frame as such is wrong, from some command on.
  void unreadable(Session& session, ErrorCode error);
  /// The session ends with an ERROR.
  void close(Session& session, protocol::CommandType command, ErrorCode code, std::string_view detail = {});
  /// `in_order`: its client wanted it.
  void end(Session& session, std::string_view reason, bool in_order = false);
  void refuse_connection(ConnectionId connection, protocol::CommandType command, ErrorCode code,
                         std::string_view detail = {});
  /// `credit_is_late`: it has waited for its CREDIT.
  void send_waiting(Session& session, bool credit_is_late = false);
  void give_credit(Session& session, bool is_late);
  void give_late_credit();
  /// Counts what the session's outbox has dropped since the last time.
  void tally(Session& session, DropPolicy policy);
  /// What the journal has to say.
  void take_in(JournalEvent& event, Instant now);
  /// How late the end of a lease may be noticed.
  [[nodiscard]] std::chrono::microseconds lease_step() const { return settings_.lease / 32; }
  /// So much waits for the journal that nobody gets credit.
  [[nodiscard]] bool slowed() const { return publishing_.uncommitted() > settings_.uncommitted; }

  /// PROTOCOL.md §6: CREDIT comes at the latest so long after the data was handled.
  static constexpr std::chrono::milliseconds kCreditWait{20};

  Settings settings_;
  Random random_;
  Journal& journal_;
  Effects& effects_;
  Uuid run_;
  std::chrono::microseconds started_;
  std::optional<std::chrono::microseconds> lease_check_;
  bool draining_ = false;
  std::uint32_t drain_ms_ = 0;
  bool more_ = false;               // settle() left something to do
  std::vector<SessionKey> slowed_;  // sessions that wait for credit until the journal has caught up

  /// A session that sent data and to which nothing went that its CREDIT could go along with.
  struct Owed {
    SessionKey session;
    std::chrono::microseconds due;
  };
  std::deque<Owed> owed_;  // in the order of their times; each session once

  Counters counters_;
  Sessions sessions_;
  TopicTable topics_;
  Audiences audiences_;
  Streams streams_;
  Subscriptions subscriptions_;
  Readers readers_;
  Replays replays_;
  Fetches fetches_;
  Publishing publishing_;
  Services services_;
  groups::Groups groups_;
  presence::Presence presence_;
  Instant now_;  // of the call under way
};

}  // namespace fanfare::broker::core
