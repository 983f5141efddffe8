#pragma once
// A client of the world: the SDK's own session, its end of the connection, handlers that are done when the script says
// so, and the checks of what it is told. Owned by the world; one thread.

#include <array>
#include <deque>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "sdk/session/session.hpp"
#include "tests/simulation/link.hpp"
#include "tests/simulation/publish_check.hpp"
#include "tests/simulation/subscription_check.hpp"

namespace fanfare::simulation {

class Client final : public session::Listener {
 public:
  /// What all clients share.
  struct World {
    Truth& truth;
    MessageBook& book;
    PublishCheck& publishes;
    std::size_t receive_window;
    std::size_t outbox;   ///< what may wait for a client at most
    std::ostream* trace;  ///< hears of all that clients are told; null: nobody
  };

  Client(World world, std::uint32_t number);

  [[nodiscard]] session::Session& session() { return *session_; }
  [[nodiscard]] Link& link() { return link_; }
  [[nodiscard]] const Link& link() const { return link_; }

  void publish(MessageNumber message);
  void subscribe(const Wish& wish);
  void unsubscribe(std::uint32_t which);
  void query(session::Instant now);
  /// The handlers are done with so many deliveries. False when there were none.
  bool handle(std::uint32_t deliveries);
  void close(session::Instant now);
  /// Killed: another one begins in its place.
  void die();

  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }
  [[nodiscard]] bool is_ready() const { return ready_; }
  /// How many sessions it had.
  [[nodiscard]] std::uint32_t sessions() const { return sessions_; }
  /// Everything has settled.
  void complete();

  void on_message(const session::Arrival& arrival) override;
  void on_acknowledged(session::Ticket ticket, Ack&& ack) override;
  void on_event(session::Event&& event) override;

 private:
  void begin();
  void state_changed(const State& state);
  void ephemeral_message(session::Handle handle, MessageNumber message);
  SubscriptionCheck* find(session::Handle handle, const char* what);
  void trace(const std::string& text) const;
  void check_rows(const std::vector<Headers>& rows) const;

  World world_;
  std::uint32_t number_;
  std::unique_ptr<session::Session> session_;
  Link link_;
  bool ready_ = false;
  bool closing_ = false;
  std::uint32_t sessions_ = 0;
  session::Handle last_handle_ = 0;
  session::Ticket last_query_;
  std::map<session::Handle, SubscriptionCheck> subscriptions_;
  std::map<session::Handle, Wish> wishes_;
  std::deque<session::DataIndex> unhandled_;
};

}  // namespace fanfare::simulation
