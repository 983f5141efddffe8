#pragma once
// The client's side of a session (PROTOCOL.md §2): a state machine of bytes and time points in, frames and events out,
// without sockets, threads, clock or chance. Owned and called by one thread, the transport's I/O thread. It promises
// that whatever was put in has exactly one outcome, over any number of connections, until close() or a refusal.
//
// Replies and requests go before publishes; within each kind the order of the calls stands.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "sdk/session/back_off.hpp"
#include "sdk/session/broker_topics.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/exchanges.hpp"
#include "sdk/session/fetches.hpp"
#include "sdk/session/group_actions.hpp"
#include "sdk/session/instant.hpp"
#include "sdk/session/presence_names.hpp"
#include "sdk/session/presence_watches.hpp"
#include "sdk/session/publishes.hpp"
#include "sdk/session/queries.hpp"
#include "sdk/session/receive_window.hpp"
#include "sdk/session/registrations.hpp"
#include "sdk/session/requests.hpp"
#include "sdk/session/send_log.hpp"
#include "sdk/session/settlements.hpp"
#include "sdk/session/streams.hpp"
#include "sdk/session/topic_numbers.hpp"
#include "sdk/session/workload.hpp"

namespace fanfare::session {

struct Settings {
  std::string name;
  std::string address;  ///< for what is told to people
  std::string software = "fanfare-sdk";
  Duration connect_timeout = std::chrono::seconds(5);
  std::size_t receive_window = 1U << 20U;
};

class Session {
 public:
  Session(Settings settings, Listener& listener);

  // ---- What the owner wants. After a refusal or close everything fails at once.

  /// What was given is the session's until all of it has its outcome.
  void publish(std::shared_ptr<PublishBatch> batch);
  /// A handle is used once in the life of the session object.
  void add(Handle handle, Registration registration);
  /// Of whatever kind it is.
  void remove(Handle handle);
  /// A membership gets nothing more and goes when what it has is settled, or the session is lost: MembershipFinished.
  void finish_membership(Handle handle);
  /// Holds a presence key, tells of those that match a pattern; until the handle, a new one, is removed.
  void hold(Handle handle, std::string_view key);
  void watch(Handle handle, std::string_view pattern);
  void request(Ticket ticket, OpenRequest request);
  /// The request fails with `canceled`, now.
  void cancel(Ticket ticket);
  /// Answers an exchange; dropped when nobody waits for it. `headers` are encoded;
  /// `failed`: the payload says what went wrong.
  void reply(ExchangeId exchange, std::string_view headers, std::string_view payload, bool failed);
  /// The same with a part of an answer; reply() is the last. The caller keeps what is under way within
  /// `protocol::kPartsInFlight`, as PartsPassed tells; what goes beyond waits here.
  void part(ExchangeId exchange, std::string_view headers, std::string_view payload);
  void query(Ticket ticket, protocol::QueryKind kind, Instant deadline);
  void fetch(Ticket ticket, OpenFetch fetch);
  void manage(Ticket ticket, OpenAction action);

  /// Says what became of a delivery that has begun; Settled is the outcome, perhaps at once.
  void settle(WorkId work, Ticket ticket, Verdict verdict);
  /// No handler will begin this delivery, which was handed over, because it is void or its run is broken.
  void skip(WorkId work);
  /// It is still being handled.
  void progress(WorkId work);

  /// Handlers are done with all deliveries and requests up to this one.
  void handled(DataIndex index) { window_.handled(index); }
  /// Sends what waits, then BYE; what is open at `deadline` fails.
  void close(Instant now, Instant deadline);

  // ---- The connection.

  /// A new socket is wanted; opened() says that it is there.
  [[nodiscard]] bool wants_connection() const { return phase_ == Phase::dialing; }
  /// The socket is in use; one that is not is to be closed.
  [[nodiscard]] bool has_connection() const { return phase_ == Phase::greeting || phase_ == Phase::ready; }
  [[nodiscard]] bool finished() const { return phase_ == Phase::closed; }
  /// The broker leaves: it stops when it has all that was sent, and knows that what it sent has arrived.
  [[nodiscard]] bool drains() const { return draining_; }
  /// Data came whose credit was not given back: it goes along with other things, or when `idle` is said.
  [[nodiscard]] bool owes_credit() const { return window_.has_data(); }

  /// `chance`, from 0 to 1, varies the wait that follows this connection.
  void opened(Instant now, double chance);
  void lost(Instant now, const Error& error);
  /// Nothing is tried any more: the broker, or the address, will not take this client.
  void refuse(const Error& error);
  void received(std::string_view frame, Instant now);
  void tick(Instant now);
  /// The next frame to send, with whatever waits in it; false when nothing may be sent. `idle`: the owner would sleep
  /// otherwise, so all credit is given back.
  [[nodiscard]] bool next_frame(std::string& frame, Instant now, bool idle);
  /// When tick() is to be called at the latest.
  [[nodiscard]] Instant next_deadline() const;

 private:
  enum class Phase : std::uint8_t { dialing, greeting, ready, waiting, refused, closed };

  /// What a request number stands for, publishes aside.
  struct Pending {
    enum class Kind : std::uint8_t { registration, request, query, fetch, settlement, action, hold, watch, leave } kind;
    std::uint64_t id;  ///< handle, ticket or its own number
  };

  /// What goes along with a command while it is looked at.
  struct Incoming {
    Instant now;
    DataIndex data = 0;        ///< of a data command
    bool to_handlers = false;  ///< it is handled when handlers are done with it, not at once
  };

  // session_connection.cpp
  [[nodiscard]] bool on(const protocol::Welcome& welcome, Incoming&);
  [[nodiscard]] bool fits(const protocol::Welcome& welcome);
  void begin_session();
  void resume_session();
  void send_what_waits();
  void disconnect(Instant now, const Error& error, Duration at_least = {});
  /// The broker broke the protocol, or stops: the next session is a new one.
  void break_off(Instant now, const Error& error);
  void fail_everything(const Error& unsent);
  void fail_lost_requests();
  void drop_exchanges();
  void settle_drain(Instant now);
  void settle_close(Instant now);
  void finish();
  [[nodiscard]] bool nothing_waits() const;

  // session_receive.cpp. The on() are false when the broker broke the protocol.
  void receive(const protocol::RawCommand& command, Instant now);
  [[nodiscard]] bool dispatch(const protocol::RawCommand& command, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::Credit& credit, Incoming&);
  [[nodiscard]] bool on(const protocol::Drain& drain, Incoming& incoming);

  // session_answers.cpp
  [[nodiscard]] bool on(const protocol::Ok& ok, Incoming&);
  [[nodiscard]] bool on(const protocol::Error& error, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::Puback& puback, Incoming&);
  void fail(const Pending& pending, const Error& error);
  [[nodiscard]] const Pending* find_pending(protocol::RequestNumber number) const;

  // session_pages.cpp
  [[nodiscard]] bool on(const protocol::Page& page, Incoming& incoming);
  void take_rows(Ticket ticket, const protocol::Page& page);
  [[nodiscard]] bool take_records(Ticket ticket, const protocol::Page& page, Incoming& incoming);
  void send_query(Ticket ticket, OpenQuery& query);
  void send_fetches();
  void fail_fetch(Ticket ticket, const Error& error);
  void expire_pages(Instant now);
  void fail_pages(const Error& error);

  // session_work.cpp
  [[nodiscard]] bool deliver_work(const protocol::Deliver& deliver, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::Revoke& revoke, Incoming&);
  [[nodiscard]] bool on(const protocol::Role& role, Incoming&);
  void tell_work();
  void set_role(Registration& registration, const Role& role);
  void stand_by();
  void send_settlements();
  void send(Settlements::Batch batch);
  void settled(protocol::RequestNumber number, const protocol::Ok& ok);
  void settled(protocol::RequestNumber number, const Error& error);
  void tell(const Settlements::Said& said, std::optional<ErrorCode> code);
  void lose_work(ErrorCode waiting);
  void leave(Registration& registration);
  void end_membership(Handle handle);
  void membership_finished(Handle handle);
  void finish_memberships();

  // session_actions.cpp
  void send_action(Ticket ticket, OpenAction& action);
  void managed(Ticket ticket, std::optional<Error> error);
  void lose_actions();
  void fail_actions(const Error& unsent);
  void expire_actions(Instant now);

  // session_presence.cpp
  [[nodiscard]] bool on(const protocol::PresenceUpdate& update, Incoming&);
  void send_presence();
  void say(PresenceNames& names, protocol::PresenceAction let_go, protocol::PresenceAction want, Pending::Kind kind,
           PresenceNames::News news);
  void presence_answered(const Pending& pending);
  void presence_refused(const Pending& pending, const Error& error);
  void end_presence(const Error& error);

  // session_deliver.cpp
  [[nodiscard]] bool on(const protocol::Topic& topic, Incoming&);
  [[nodiscard]] bool on(const protocol::Forget& forget, Incoming&);
  [[nodiscard]] bool on(const protocol::Deliver& deliver, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::PositionUpdate& update, Incoming&);
  [[nodiscard]] bool deliver_live(const protocol::Deliver& deliver, Incoming& incoming);

  // session_services.cpp
  [[nodiscard]] bool on(const protocol::ServiceRequest& request, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::Cancel& cancel, Incoming&);
  [[nodiscard]] bool on(const protocol::Passed& passed, Incoming&);
  [[nodiscard]] bool on(const protocol::Reply& reply, Incoming& incoming);
  [[nodiscard]] bool take_part(Ticket ticket, OpenRequest& request, Reply part, Incoming& incoming);
  void answer(ExchangeId id, std::string_view headers, std::string_view payload, std::uint8_t flags);
  void send_parts(ExchangeId id, OpenExchange& exchange);

  // session_replay.cpp
  [[nodiscard]] bool registered(Registration& registration, const protocol::Ok& ok);
  [[nodiscard]] bool deliver_replay(const protocol::Deliver& deliver, Incoming& incoming);
  [[nodiscard]] bool on(const protocol::CaughtUp& caught_up, Incoming&);
  [[nodiscard]] bool on(const protocol::Gap& gap, Incoming&);
  void tell_gaps(const Registration& registration);
  [[nodiscard]] bool misses_live(const Registration& registration, const protocol::Gap& gap,
                                 const Stream* stream) const;

  // session_send.cpp
  void send_registration(Registration& registration);
  void send_join(Registration& registration);
  void send_removal(const Registration& registration, bool when_done = false);
  void go_on(const Registration& registration, protocol::Subscribe& subscribe) const;
  void append_hello(std::string& frame);
  void append_credit(std::string& frame);
  void append_free(std::string& frame);
  void append_repeated(std::string& frame);
  void append_replies(std::string& frame);
  void append_requests(std::string& frame, Instant now);
  void append_publishes(std::string& frame);
  void append_publish(std::string& frame, const Publishes::Open& open);
  /// One that was sent in an earlier session.
  void append_again(std::string& frame, const Publishes::Open& open, std::uint32_t topic);
  [[nodiscard]] bool fits(const std::string& frame, std::size_t size) const;

  template <class Command>
  void control(const Command& command) {
    control_.emplace_back();
    protocol::append_command(control_.back(), command);
  }

  Settings settings_;
  Listener& listener_;

  Phase phase_ = Phase::dialing;
  Instant retry_at_{};
  Instant opened_at_{};
  Instant heard_at_{};
  Instant sent_at_{};
  double chance_ = 0.5;
  BackOff back_off_;
  bool hello_due_ = false;
  bool ping_due_ = false;
  bool bye_due_ = false;
  bool closing_ = false;
  bool draining_ = false;
  Instant close_deadline_ = kNever;
  Instant drain_deadline_ = kNever;
  Error ended_{ErrorCode::closed};  ///< refused or closed: why

  bool has_session_ = false;
  bool may_resume_ = false;  ///< the next HELLO offers to go on with the session
  Uuid session_;
  Uuid secret_;
  Duration lease_{};
  Duration heartbeat_{};
  protocol::Limits limits_;
  protocol::RequestNumber last_request_ = 0;
  std::uint64_t last_ping_ = 0;

  /// Free commands of this session, encoded, that were in no frame yet. They outlive a connection that is resumed.
  std::deque<std::string> control_;
  std::deque<std::string> replies_;  ///< REPLYs, encoded, that wait for credit
  std::unordered_map<protocol::RequestNumber, Pending> pending_;

  SendLog log_;
  ReceiveWindow window_;
  Streams streams_;
  TopicNumbers numbers_;
  BrokerTopics topics_;
  std::uint32_t lost_sessions_ = 0;
  Publishes publishes_;
  Registrations registrations_;
  Requests requests_;
  Exchanges exchanges_;
  Queries queries_;
  Fetches fetches_;
  Workload workload_;
  Settlements settlements_;
  GroupActions actions_;
  PresenceNames holds_;
  PresenceWatches watches_;
};

}  // namespace fanfare::session
