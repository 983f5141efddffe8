#pragma once
// One client's connection as a state machine without I/O: connect first, then everything else, until the token is over,
// the client does not answer pings or breaks the protocol. Owned by its socket; the I/O thread. Promise: each command
// with an id gets one reply, and nothing is sent after close().

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/websocket/protocol/command.hpp"
#include "frontends/websocket/session/limits.hpp"
#include "frontends/websocket/session/ports.hpp"
#include "frontends/websocket/session/rate.hpp"
#include "frontends/websocket/session/subscriptions.hpp"

namespace fanfare::frontends::websocket::session {

class Session final : public Subscriber, public std::enable_shared_from_this<Session> {
 public:
  struct Surroundings {
    Outlet& outlet;  ///< outlives the session's use: until ended() is called
    Backend& backend;
    Channels& channels;
    Presence& presence;
    Clock clock;
    std::string version;  ///< the server's, for the connect reply
    Limits limits = {};
  };

  /// `client` is this connection's id.
  [[nodiscard]] static std::shared_ptr<Session> make(std::string client, Surroundings surroundings);

  /// One text frame. How long the socket shall not be read after it: the client sends too much.
  std::chrono::milliseconds received(std::string_view frame);
  /// Called at least once a second.
  void tick();
  void close(const protocol::Disconnect& why);
  /// The connection is gone; the outlet is not used any more.
  void ended();

  [[nodiscard]] const std::string& person() const { return person_; }

  void deliver(const protocol::Line& push) override;
  void interrupted(const std::string& channel) override;
  void rights_changed(const std::string& conversation) override;

 private:
  enum class State { kNew, kChecking, kConnected, kEnded };
  using Time = std::chrono::steady_clock::time_point;

  Session(std::string client, Surroundings surroundings);

  void take(const protocol::Command& command);
  void take_connected(const protocol::Command& command);
  void on(std::uint32_t id, const protocol::Connect& connect);
  void on(std::uint32_t id, const protocol::Publish& publish);
  void on(std::uint32_t id, const protocol::Rpc& rpc);
  void on(std::uint32_t id, const protocol::Refresh& refresh);
  void on(std::uint32_t id, const protocol::Presence& presence);
  void on(std::uint32_t id, const protocol::PresenceStats& presence);
  void connected(std::uint32_t id, const Identity& identity);
  void refreshed(std::uint32_t id, const Identity& identity);
  using ReplyWithPeople = std::function<protocol::Line(const std::vector<std::string>&)>;
  /// Who of this channel is there, if this person may know.
  void ask_who_is_there(std::uint32_t id, const std::string& channel, const ReplyWithPeople& reply);
  void tell_who_is_there(std::uint64_t call, std::uint32_t id, const std::string& conversation,
                         const ReplyWithPeople& reply);
  void ask_to_type(std::uint64_t call, std::uint32_t id, const std::string& conversation);
  void publish_typing(std::uint64_t call, std::uint32_t id, const std::string& conversation);
  void refuse(std::uint32_t id, const protocol::Refusal& refusal);
  /// Its number; nothing, and the command is refused, when too many are open.
  std::optional<std::uint64_t> begin_call(std::uint32_t id);
  /// False when it was given up meanwhile.
  bool end_call(std::uint64_t call) { return calls_.erase(call) == 1; }
  void give_up_calls();
  std::chrono::seconds take_expiry(const Identity& identity);
  template <class T, class F>
  OnAnswer<T> guarded(F handle);

  const std::string client_;
  Surroundings at_;
  State state_ = State::kNew;
  std::string person_;
  std::vector<protocol::Command> waiting_;  // what came while the token was checked; bounded by kMaximalCommands
  std::optional<Subscriptions> subscriptions_;
  struct Call {
    std::uint32_t id = 0;
    Time until;
  };
  std::map<std::uint64_t, Call> calls_;  // by number, so the oldest first
  std::uint64_t last_call_ = 0;
  Rate commands_;
  Rate bytes_;
  Time connect_by_;
  Time ping_at_;
  std::optional<Time> pong_by_;
  Time expires_at_;
};

}  // namespace fanfare::frontends::websocket::session
