#pragma once
// What a session needs from outside: its socket, whoever decides, and the channels. All on the I/O thread; answers come
// on it too, at once or later, exactly once each, also after the session has ended.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/websocket/protocol/code.hpp"
#include "frontends/websocket/protocol/line.hpp"
#include "protocol/fanfare/position.hpp"

namespace fanfare::frontends::websocket::protocol {

/// Found by Boost.System when value() is called on a refusal.
[[noreturn]] inline void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::runtime_error(refusal.message);
}

}  // namespace fanfare::frontends::websocket::protocol

namespace fanfare::frontends::websocket::session {

template <class T>
using Answer = boost::system::result<T, protocol::Refusal>;

template <class T>
using OnAnswer = std::function<void(Answer<T>)>;

struct Identity {
  std::string person;
  std::chrono::sys_seconds expires;  ///< the token's
  bool operator==(const Identity&) const = default;
};

/// The connection as the session sees it.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(const protocol::Line& line) = 0;
  /// Bytes that were sent and have not left yet.
  [[nodiscard]] virtual std::size_t waiting() const = 0;
  /// Sends what waits, then the close frame. Nothing is received or sent afterwards.
  virtual void close(const protocol::Disconnect& why) = 0;
};

/// Whoever decides and does: the access token's keys, the accounts worker, the broker.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual void check_token(const std::string& token, OnAnswer<Identity> done) = 0;
  virtual void check_member(const std::string& person, const std::string& conversation, OnAnswer<void> done) = 0;
  /// Tells the others that `person` is typing; whether it may was asked before.
  virtual void publish_typing(const std::string& person, const std::string& conversation, OnAnswer<void> done) = 0;
  /// A service's answer as JSON of one line.
  virtual void call(const std::string& person, const std::string& method, const std::string& data,
                    OnAnswer<std::string> done) = 0;
};

/// A session as the channels see it.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// A publication, or who came or went.
  virtual void deliver(const protocol::Line& push) = 0;
  /// Something of this channel may be missing; the subscriber is out of it.
  virtual void interrupted(const std::string& channel) = 0;
  /// Who may be in this conversation has changed.
  virtual void rights_changed(const std::string& conversation) = 0;
};

/// A publication that was missed.
struct Replayed {
  std::uint64_t sequence = 0;
  std::string json = {};  ///< as protocol::publication_object() made it
};

/// Where a session stands in a channel that it has entered.
struct Entered {
  std::optional<Position> position = {};  ///< what `replayed` follows; nothing: the channel lies in no stream
  bool recovered = false;                 ///< nothing after the position asked for is missing
  std::vector<Replayed> replayed = {};    ///< what came after `position`, before the live publications
};

/// The channels with all their subscribers.
class Channels {
 public:
  virtual ~Channels() = default;
  /// Publications come only after `done`, those that follow what it was given. With `after`: first what was missed
  /// since then, if that can be had. Entered until leave() or interrupted(), which `done` does not come after.
  virtual void enter(const std::string& channel, const std::shared_ptr<Subscriber>& subscriber,
                     const std::optional<Position>& after, OnAnswer<Entered> done) = 0;
  virtual void leave(const std::string& channel, const Subscriber& subscriber) = 0;
};

/// Who is there. What people may see of each other is asked before.
class Presence {
 public:
  virtual ~Presence() = default;
  /// One more connection of this person, and one less.
  virtual void came(const std::string& person) = 0;
  virtual void went(const std::string& person) = 0;
  /// The members of this conversation who are online, for `person`, who is one of them.
  virtual void online(const std::string& person, const std::string& conversation,
                      OnAnswer<std::vector<std::string>> done) = 0;
  /// The subscriber, a connection of `person`, is given a push whenever a member comes or goes, until unwatch().
  virtual void watch(const std::string& person, const std::string& conversation,
                     const std::shared_ptr<Subscriber>& subscriber) = 0;
  virtual void unwatch(const std::string& conversation, const Subscriber& subscriber) = 0;
};

struct Instant {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point clock;
};

using Clock = std::function<Instant()>;

}  // namespace fanfare::frontends::websocket::session
