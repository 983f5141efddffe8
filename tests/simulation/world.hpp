#pragma once
// One run of everything: the core on the model of a journal, clients on simulated connections, a clock that the script
// moves. A pure function of the knobs and the actions; one thread.

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "broker/core/core.hpp"
#include "tests/simulation/client.hpp"
#include "tests/simulation/knobs.hpp"
#include "tests/simulation/presence_truth.hpp"
#include "tests/simulation/script.hpp"
#include "tests/simulation/session_watch.hpp"
#include "tests/simulation/sim_journal.hpp"

namespace fanfare::simulation {

class World final : public broker::core::Effects {
 public:
  /// `trace`, if there is one, is told what happens.
  explicit World(const Knobs& knobs, std::ostream* trace = nullptr);

  /// Throws a Complaint when a promise is broken by it.
  void apply(const Action& action);

  /// No more trouble: everything comes to its end in a bounded time, and everybody has what was promised.
  void settle_down();

  void send(broker::core::ConnectionId to, broker::core::SharedFrame frame) override;
  void session_opened(broker::core::ConnectionId, std::string_view) override {}
  void session_detached(broker::core::ConnectionId connection, std::string_view name) override;
  void session_closed(broker::core::ConnectionId connection, std::string_view name, std::string_view) override;
  void fenced(std::string_view stream, std::string_view reason) override;

 private:
  /// What the core has done, in its order.
  struct Sent {
    enum class Kind : std::uint8_t { frame, detached, closed } kind;
    broker::core::ConnectionId connection;
    broker::core::SharedFrame frame = nullptr;
    std::string text = {};  ///< of a frame: what is new in it; else whose session
  };
  [[nodiscard]] broker::core::Instant core_now() const;
  [[nodiscard]] session::Instant now() const { return session::Instant(time_); }
  [[nodiscard]] Client& client(std::uint32_t number) { return *clients_[number % clients_.size()]; }

  void start_broker();
  void publish(Client& client, std::uint32_t number, const Action& action);
  void publish_again(Client& client, std::uint32_t number, std::uint32_t which, bool other);
  void subscribe(Client& client, const Action& action);
  /// The client's frames, as many as it has up to `count`. Whether there was one.
  bool send_frames(Client& client, std::uint32_t count, bool idle);
  bool move_up(Client& client, std::uint32_t count);
  bool move_down(Client& client, std::uint32_t count);
  bool dial(Client& client);
  void cut(Client& client, const Action& action);
  /// What the session's last step means for its connection.
  void look_after(Client& client);
  bool notice_one();
  void clone(const Client& client);
  void wait(std::chrono::microseconds time);
  void stop_broker(std::uint32_t frames);
  void settle_core();
  /// What the core has sent goes on its way.
  void pass_on();
  /// Nothing is to come of who holds which keys, and all who watch know it.
  [[nodiscard]] bool presence_is_right() const;
  /// Complains unless who is online is held by a client, and the other way round.
  void check_holds() const;
  [[nodiscard]] bool is_held(PresenceKey key) const;
  /// Everything moves as far as it goes without time; whether anything did.
  bool pump();
  [[nodiscard]] std::chrono::microseconds next_deadline() const;

  Knobs knobs_;
  std::ostream* trace_;
  MessageBook book_;
  Truth truth_{book_};
  PublishCheck publishes_{truth_, book_};
  GroupWatch watch_;
  SessionWatch sessions_;
  PresenceTruth presence_;
  std::chrono::microseconds time_{std::chrono::seconds(100)};
  ServiceCheck services_{time_};
  SimJournal journal_;
  std::uint64_t ids_ = 0;
  std::unique_ptr<broker::core::Core> core_;
  std::vector<Sent> sent_;
  bool touched_ = false;  ///< the core was, and has to settle
  broker::core::ConnectionId last_connection_ = 0;
  std::deque<broker::core::ConnectionId> unnoticed_;  ///< cut, and the broker does not know
  std::vector<std::unique_ptr<Client>> clients_;
  std::map<const Client*, std::string> hellos_;  ///< with which each came back last
};

}  // namespace fanfare::simulation
