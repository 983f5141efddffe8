#pragma once
// A client of the world: the SDK's own session, its end of the connection, handlers that are done when the script says
// so, and the checks of what it is told. Owned by the world; one thread.

#include <array>
#include <deque>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sdk/session/session.hpp"
#include "tests/simulation/group_watch.hpp"
#include "tests/simulation/link.hpp"
#include "tests/simulation/presence_check.hpp"
#include "tests/simulation/publish_check.hpp"
#include "tests/simulation/service_check.hpp"
#include "tests/simulation/subscription_check.hpp"

namespace fanfare::simulation {

class Client final : public session::Listener {
 public:
  /// What all clients share.
  struct World {
    Truth& truth;
    MessageBook& book;
    PublishCheck& publishes;
    ServiceCheck& services;
    const GroupWatch& watch;
    const GroupLimits& groups;
    const PresenceTruth& presence;
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
  void join(std::uint32_t group, std::uint32_t max_in_flight, bool from_now, bool pipelined);
  /// So that what the group has not finished finds a member.
  void join_at_last(std::uint32_t group);
  /// `when_done`: nothing is given back, it goes when what it has is settled.
  void leave(std::uint32_t which, bool when_done = false);
  /// Handlers begin with so many deliveries of groups.
  bool start(std::uint32_t deliveries);
  void settle(std::uint32_t which, std::uint32_t what, std::chrono::milliseconds delay);
  void progress(std::uint32_t which);
  void retry(std::uint32_t group, session::Instant now);
  void serve(std::uint32_t pattern, std::uint32_t max_in_flight);
  void unserve(std::uint32_t which);
  void request(std::uint32_t topic, std::uint32_t size, std::chrono::milliseconds timeout, session::Instant now);
  void cancel(std::uint32_t which);
  /// Answers a request that it has. False when there is none.
  bool reply(std::uint32_t which, bool failed, std::uint32_t size);
  /// Answers with more to follow.
  void part(std::uint32_t which, std::uint32_t size);
  void hold(PresenceKey key);
  void release(std::uint32_t which);
  void watch(std::uint32_t pattern);
  void unwatch(std::uint32_t which);
  /// Handlers are done with everything they have. False when there was nothing.
  bool work_off();
  /// Killed: another one begins in its place.
  void die();

  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }
  [[nodiscard]] bool is_ready() const { return ready_; }
  /// Something was said of a delivery, and the answer is not there.
  [[nodiscard]] bool waits_for_answers() const { return !said_.empty(); }
  [[nodiscard]] const PresenceCheck& presence() const { return *presence_; }
  /// How many sessions it had.
  [[nodiscard]] std::uint32_t sessions() const { return sessions_; }
  /// Everything has settled.
  void complete();

  void on_message(const session::Arrival& arrival) override;
  void on_acknowledged(const session::Acknowledged& acknowledged) override;
  void on_event(session::Event&& event) override;

 private:
  void begin();
  void state_changed(const State& state);
  /// A delivery of a group, from when it came until something was said of it.
  struct Job {
    session::Handle handle = 0;
    std::uint32_t group = 0;
    std::uint32_t topic = 0;
    Position position;
    std::shared_ptr<session::Run> run = nullptr;
    bool in_line = false;  ///< one of its topic after the other
    bool revoked = false;
  };
  /// What was said of one.
  struct Said {
    std::uint32_t group = 0;
    Position position;
    bool is_done = false;
  };
  struct Place {
    std::uint32_t group;
    bool pipelined;
    bool lasts;  ///< it joined at last
  };
  /// A service, and how many requests handlers have of it.
  struct Served {
    std::uint32_t pattern = 0;
    std::uint32_t max_in_flight = 0;
    std::uint32_t in_flight = 0;
  };
  /// A request that handlers have.
  struct Exchange {
    session::ExchangeId id = 0;
    session::Handle service = 0;
    ServiceCheck::Try of;
  };
  bool service_event(const session::Event& event);
  void request_arrived(const session::RequestArrived& arrived);
  void forget_services();
  bool presence_event(const session::Event& event);
  void forget_presence();
  bool work_event(const session::Event& event);
  void work_arrived(const session::WorkArrived& arrived);
  void forget_work();
  void settled(const session::Settled& settled);
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
  std::uint32_t lives_ = 0;  ///< each has a name of its own
  session::Handle last_handle_ = 0;
  session::Ticket last_query_;
  std::map<session::Handle, SubscriptionCheck> subscriptions_;
  std::map<session::Handle, Wish> wishes_;
  std::deque<session::DataIndex> unhandled_;

  std::map<session::Handle, Place> memberships_;
  std::map<session::WorkId, Job> jobs_;
  std::deque<session::WorkId> to_start_;
  std::vector<session::WorkId> started_;
  session::Ticket last_said_;
  std::map<session::Ticket, Said> said_;

  std::map<session::Handle, Served> services_;
  std::vector<Exchange> exchanges_;
  std::vector<ServiceCheck::Ticket> asked_;

  std::optional<PresenceCheck> presence_;
};

}  // namespace fanfare::simulation
