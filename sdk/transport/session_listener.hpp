#pragma once
// Turns what the session tells into futures, callbacks and handler work. Owned and called by the I/O thread; futures
// are fulfilled there, everything that is the user's code goes to the dispatcher.

#include <fanfare/client.hpp>

#include <deque>
#include <future>
#include <memory>
#include <stop_token>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "sdk/session/events.hpp"
#include "sdk/transport/batch.hpp"
#include "sdk/transport/delivered.hpp"
#include "sdk/transport/delivery.hpp"
#include "sdk/transport/exchange.hpp"
#include "sdk/transport/fetch_completion.hpp"
#include "sdk/transport/outcome_run.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare::transport {

/// Who waits for a reply, and what takes the request back.
struct ReplyCompletion {
  std::variant<std::promise<Reply>, Client::ReplyHandler> target;
  std::function<void(const Reply&)> on_part = {};
  std::optional<std::stop_callback<std::function<void()>>> stop;
};

class SessionListener final : public session::Listener {
 public:
  explicit SessionListener(Core& core) : core_(core) {}

  /// Publishes that get their outcome later; tickets follow those of the batch before.
  void expect(std::shared_ptr<Batch> batch);
  void expect(session::Ticket ticket, std::shared_ptr<ReplyCompletion> completion);
  void expect(session::Ticket ticket, std::shared_ptr<std::promise<std::vector<Headers>>> rows);
  void expect(session::Ticket ticket, std::shared_ptr<FetchCompletion> page);
  [[nodiscard]] bool expects(session::Ticket ticket) const { return replies_.contains(ticket); }
  void expect(session::Ticket ticket, std::shared_ptr<Settler::Settled> settled);
  void expect(session::Ticket ticket, std::shared_ptr<std::promise<void>> managed);
  void add(std::shared_ptr<Registration> registration);
  void forget(protocol::Handle handle);
  void forget_exchange(session::ExchangeId exchange) { exchanges_.erase(exchange); }
  void forget_work(session::WorkId work) { works_.erase(work); }

  /// Where the frame that is about to be read is kept.
  void begin_frame(std::shared_ptr<HeldFrame> held) { held_ = std::move(held); }
  /// Hands over what was gathered. After each frame and each round.
  void flush();
  /// How many publishes and requests have failed since the client began to close.
  [[nodiscard]] std::size_t failures_since_close() const { return failures_; }
  /// The client is closed: who waits for an acknowledgement is told.
  void close();

  void on_message(const session::Arrival& arrival) override;
  void on_acknowledged(const session::Acknowledged& acknowledged) override;
  void on_event(session::Event&& event) override;

 private:
  void on(State& state);
  void on(session::PublishFailed& failed);
  void on(session::TracedSent& sent);
  void on(session::Registered& registered);
  void on(session::Begun& begun);
  void on(session::CaughtUp& caught_up);
  void on(session::RegistrationFailed& failed);
  void on(session::GapSeen& seen);
  void on(session::RequestArrived& arrived);
  void on(session::ExchangeEnded& ended);
  void on(session::PartsPassed& passed);
  void on(session::Replied& replied);
  void on(session::PartReplied& replied);
  void on(session::RequestFailed& failed);
  void on(session::QueryAnswered& answered);
  void on(session::QueryFailed& failed);
  void on(session::PageFetched& fetched);
  void on(session::FetchFailed& failed);
  void on(session::WorkArrived& arrived);
  void on(session::WorkBegun& begun);
  void on(session::WorkRevoked& revoked);
  void on(session::Settled& settled);
  void on(session::MembershipFinished& finished);
  void on(session::RoleChanged& changed);
  void on(session::Managed& managed);
  void on(session::PresenceTold& told);
  void on(session::PresenceComplete& complete);
  void tell_presence(protocol::Handle handle, PresenceNews::Item item);
  void flush_presence();

  /// Some of a batch that follow each other have this outcome; an acknowledgement is the first one's.
  void finish(session::Ticket ticket, std::size_t count, Outcome<Ack>&& outcome);
  [[nodiscard]] const std::shared_ptr<Batch>& batch_of(session::Ticket ticket) const;
  void flush_outcomes();
  void finish_request(session::Ticket ticket, Outcome<Reply>&& outcome);
  [[nodiscard]] std::shared_ptr<Registration> find(protocol::Handle handle) const;
  /// Calls this handler of the registration after what was gathered for it, unless it has ended by then.
  template <class... Parameters, class... Values>
  void call(const std::shared_ptr<Registration>& registration,
            std::function<void(Parameters...)> Registration::*handler, Values... values);

  /// A delivery whose turn has not come.
  struct WaitingWork {
    std::shared_ptr<HeldFrame> held;
    std::shared_ptr<Registration> registration;
    Delivery::Run run;
  };

  Core& core_;
  std::deque<std::shared_ptr<Batch>> batches_;  ///< with publishes that have no outcome, in the order of their tickets
  std::unordered_map<session::Ticket, std::shared_ptr<ReplyCompletion>> replies_;
  std::unordered_map<session::Ticket, std::shared_ptr<std::promise<std::vector<Headers>>>> rows_;
  std::unordered_map<session::Ticket, std::shared_ptr<FetchCompletion>> pages_;
  std::unordered_map<protocol::Handle, std::shared_ptr<Registration>> registrations_;
  std::unordered_map<session::ExchangeId, std::weak_ptr<Exchange>> exchanges_;
  std::unordered_map<session::WorkId, std::weak_ptr<Delivered>> works_;  ///< handed over, and nothing was said of them
  std::unordered_map<session::WorkId, WaitingWork> waiting_works_;
  std::unordered_map<session::Ticket, std::shared_ptr<Settler::Settled>> settlements_;
  std::unordered_map<session::Ticket, std::shared_ptr<std::promise<void>>> actions_;

  std::shared_ptr<HeldFrame> held_;
  std::shared_ptr<Delivery> delivery_;                   ///< messages gathered from the frame
  std::vector<OutcomeRun> outcomes_;                     ///< of publishes, gathered
  std::size_t released_ = 0;                             ///< bytes acknowledged, not yet given back
  std::shared_ptr<Registration> latest_;                 ///< of the last message
  std::vector<std::shared_ptr<Registration>> watchers_;  ///< of presence, with news
  std::size_t failures_ = 0;
};

}  // namespace fanfare::transport
