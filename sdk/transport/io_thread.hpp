#pragma once
// The I/O thread: drives a session with a socket, the clock and the intake. Everything in it belongs to that thread. It
// never waits but in its poll, and never for a handler.

#include <cstddef>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "sdk/session/session.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/dealer_connection.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {

class IoThread {
 public:
  explicit IoThread(Core& core);

  /// Until the session is closed. How many publishes and requests were left open then.
  std::size_t run();

 private:
  void keep_connected();
  [[nodiscard]] bool receive();
  [[nodiscard]] bool take_calls();
  [[nodiscard]] bool run_load();
  [[nodiscard]] bool send(bool idle);
  [[nodiscard]] bool send_before_sleep();
  void sleep();
  void wind_up();

  Core& core_;
  zmq::context_t context_{1};
  SessionListener listener_;
  session::Session session_;
  std::unique_ptr<DealerConnection> connection_;
  std::shared_ptr<HeldFrame> held_;
  Intake::Load load_;
  std::string frame_;
  session::Instant now_;
  session::Instant credit_at_ = session::kNever;  ///< credit that is not pressing is given back
};

}  // namespace fanfare::transport
