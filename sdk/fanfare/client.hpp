#pragma once
// A client of the broker. All calls may come from any thread and return at once unless they say that they wait. The
// session comes up, reconnects, subscribes again and sends again by itself; on_state tells.
//
// Handlers and callbacks run one at a time, in order, on one thread of the client's own or on the caller's executor.
// While one runs, at most `receive_window` bytes wait; beyond that the broker holds back, replies too. So a handler may
// wait for an acknowledgement of publish(), but should take the reply of request() by callback.

#include <fanfare/error.hpp>
#include <fanfare/membership.hpp>
#include <fanfare/message.hpp>
#include <fanfare/options.hpp>
#include <fanfare/outcome.hpp>
#include <fanfare/presence.hpp>
#include <fanfare/state.hpp>
#include <fanfare/subscription.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <vector>

namespace fanfare {

namespace transport {
class Core;
}

class Client {
 public:
  using AckHandler = std::function<void(const Outcome<Ack>&)>;
  using ReplyHandler = std::function<void(const Outcome<Reply>&)>;
  using FetchHandler = std::function<void(const Outcome<Fetched>&)>;
  using MessageHandler = std::function<void(const Message&)>;
  using RequestHandler = std::function<Reply(const Request&)>;
  using AsyncRequestHandler = std::function<void(const Request&, Responder)>;
  using WorkHandler = std::function<void(const Work&)>;
  using PresenceHandler = std::function<void(const PresenceChange&)>;
  using AsyncWorkHandler = std::function<void(const Work&, Settler)>;

  /// Returns at once; the session comes up in the background. Throws Error `bad_name` or `unreachable` when the name or
  /// the address cannot be used at all.
  [[nodiscard]] static Client connect(ClientOptions options);

  Client(Client&&) noexcept;
  Client& operator=(Client&& other) noexcept;
  /// close() with the option's close_timeout. In a handler it returns without waiting for that handler.
  ~Client();

  /// Waits until a session is up; false when it is not in time, was refused, or the client is closed: state() says why.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const;
  [[nodiscard]] State state() const;

  /// Publishes; may wait while `max_in_flight_bytes` are unacknowledged. What was accepted is sent again after a
  /// reconnect, with the same id. Fails with the broker's code, `not_sent` (certainly not stored) or `outcome_unknown`.
  std::future<Ack> publish(std::string_view topic, std::string_view payload, const PublishOptions& options = {});
  /// The same with a callback, which runs where handlers run; nullptr: nobody is told.
  void publish(std::string_view topic, std::string_view payload, const PublishOptions& options, AckHandler handler);

  /// Calls `handler` for each message that matches `pattern`, until the handle goes.
  Subscription subscribe(std::string_view pattern, MessageHandler handler, SubscribeOptions options = {});

  /// Reads stored messages, a page at a time. Fails with `ambiguous_stream`, `deadline_exceeded`, `closed` or what the
  /// broker answers; a lost session begins the question anew. A few are asked at once, the rest wait for their turn.
  std::future<Fetched> fetch(std::string_view pattern, const FetchOptions& options,
                             std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// The same with a callback, which runs where handlers run.
  void fetch(std::string_view pattern, const FetchOptions& options, std::chrono::milliseconds timeout,
             FetchHandler handler);

  /// Fails with `no_service`, `deadline_exceeded`, `not_sent`, `outcome_unknown` or what the service answered.
  std::future<Reply> request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
                             const RequestOptions& options = {});
  /// The same with a callback, which runs where handlers run.
  void request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
               const RequestOptions& options, ReplyHandler handler);

  /// Answers requests until the handle goes. An exception of the handler is answered with its code if it is an Error,
  /// else with `service_failed`.
  Service serve(std::string_view pattern, RequestHandler handler, ServeOptions options = {});
  /// The same for answers that come later: the handler may keep the Responder.
  Service serve(std::string_view pattern, AsyncRequestHandler handler, ServeOptions options = {});

  /// Works in the group `group`, a durable queue over the messages of `pattern`, which lies in one stream; none: an
  /// exclusive group that only elects. Each message goes to one member. When `handler` returns the message is
  /// acknowledged, when it throws it has failed with that reason.
  Membership join(std::string_view group, std::string_view pattern, WorkHandler handler, JoinOptions options = {});
  /// The same for what is settled later: the handler may keep the Settler.
  Membership join(std::string_view group, std::string_view pattern, AsyncWorkHandler handler, JoinOptions options = {});

  /// Is there as `key` until the handle goes. Cheap: a hundred thousand of them are a few commands.
  Presence hold_presence(std::string_view key, HoldOptions options = {});

  /// Calls `handler` for each key that matches `pattern` and is online, then for each that becomes something else.
  PresenceWatch watch_presence(std::string_view pattern, PresenceHandler handler, WatchOptions options = {});

  /// Does something to a group. Fails with `no_such_group`, `not_sent` (there was no session in time) or what the
  /// broker answers; after `outcome_unknown` and `deadline_exceeded` it may have been done. All of it may be asked
  /// again.
  std::future<void> manage(const GroupAction& action, std::chrono::milliseconds timeout = std::chrono::seconds(5));

  /// Says on the trace of `message` what was done with it here ("stored"), and that it was now: `fanfare pub --trace`
  /// shows it. The client itself says when the handler got it and was done. Nothing happens when it is not traced.
  void trace(const Message& message, std::string_view hop);

  /// What the broker says of itself, a map per row.
  std::future<std::vector<Headers>> query(QueryKind kind, std::chrono::milliseconds timeout = std::chrono::seconds(5));

  /// Sends what waits and waits for its acknowledgements, says goodbye, ends the threads: all within `timeout`.
  /// Whatever is open then fails with `not_sent`, `outcome_unknown` or `closed`. True when nothing was left open.
  bool close(std::chrono::milliseconds timeout);

 private:
  explicit Client(std::shared_ptr<transport::Core> core);

  std::shared_ptr<transport::Core> core_;
};

}  // namespace fanfare
