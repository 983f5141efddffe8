#pragma once
// Holds both sides to what resume promises, by the frames alone: commands are counted, what was not received is sent
// again as it was and under the same count, nothing twice and nothing left out; only the latest secret resumes. Says
// which session a connection has, and which of the broker's commands are new. Owned by the world.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/effects.hpp"
#include "protocol/frame.hpp"

namespace fanfare::simulation {

class SessionWatch {
 public:
  using Connection = broker::core::ConnectionId;
  /// Counts up from 1; 0: none.
  using Number = std::uint64_t;

  /// The client sends this frame.
  void client_sends(Connection connection, std::string_view frame);
  /// It reaches the broker: the session it is of, when that is the connection's still.
  Number reaches_broker(Connection connection, std::string_view frame);
  /// The broker sends this frame. What remains of it without what it has sent before in the session.
  std::string broker_sends(Connection connection, std::string_view frame);
  /// It reaches the client.
  void reaches_client(Connection connection, std::string_view frame);

  /// The broker ended a session: with its connection, or one of this name that had none.
  Number ended(Connection connection, std::string_view name);
  /// The broker knows that the connection is lost: the session that waits for another now.
  Number detached(Connection connection);
  void broker_stopped();

  [[nodiscard]] Number session_of(Connection connection) const;
  /// What who had copied this client's counts would say in a HELLO.
  void set_counts(protocol::Hello& hello) const;

 private:
  /// A counted command that was sent.
  struct Kept {
    std::size_t print = 0;
    bool may_go = false;  ///< where it was not received it may be dropped, read back later or told with others: live
                          ///< deliveries, gaps
  };
  /// The counted commands of one direction.
  struct Way {
    std::uint64_t sent = 0;       ///< in the session
    std::uint64_t confirmed = 0;  ///< of these, that the other side has said it received
    std::deque<Kept> kept = {};   ///< what was sent and not confirmed
    std::deque<Kept> again = {};  ///< what is to be sent again, before anything else

    /// Whether the command is new.
    bool send(const Kept& command, const char* who);
    void confirm(std::uint64_t received, const char* who);
    void resume(std::uint64_t received, const char* who);
  };
  struct Session {
    Number number = 0;
    std::string name;
    Uuid id;
    Uuid secret;
    Uuid previous;  ///< resumes, too, until something comes after the latest
    Connection connection = 0;
    Way up;
    Way down;
    std::uint64_t client_has = 0;  ///< counted commands that reached it
  };
  /// Of a connection that has no session yet.
  struct Greeting {
    std::string name;
    bool resumes = false;
    Uuid session;
    Uuid secret;
    std::uint64_t received = 0;
  };

  void welcome(Connection connection, const protocol::Welcome& welcome);
  Session* find(Connection connection);

  Number last_ = 0;
  std::map<Number, Session> sessions_;
  std::map<Connection, Number> by_connection_;
  std::map<Connection, Greeting> greetings_;
};

}  // namespace fanfare::simulation
