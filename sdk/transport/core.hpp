#pragma once
// What a Client is inside: the intake, the bound on what is in flight, the dispatcher, the latest state, and the I/O
// thread that ties them to a session. Shared by the client, its handles and its threads; any thread.

#include <fanfare/client.hpp>

#include <atomic>
#include <memory>
#include <string_view>
#include <thread>

#include "sdk/session/events.hpp"
#include "sdk/session/fetches.hpp"
#include "sdk/session/group_actions.hpp"
#include "sdk/session/registrations.hpp"
#include "sdk/session/settlements.hpp"
#include "sdk/transport/dispatcher.hpp"
#include "sdk/transport/fetch_completion.hpp"
#include "sdk/transport/in_flight.hpp"
#include "sdk/transport/intake.hpp"
#include "sdk/transport/registration.hpp"
#include "sdk/transport/state_board.hpp"

namespace fanfare::transport {

class Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(ClientOptions options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  /// After construction, once: starts the threads.
  void start();
  /// See Client::close(); the first call counts.
  bool close(std::chrono::milliseconds timeout);

  void publish(std::string_view topic, std::string_view payload, const PublishOptions& options, Completion completion);
  void request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
               const RequestOptions& options, std::variant<std::promise<Reply>, Client::ReplyHandler> target);
  void fetch(session::OpenFetch wanted, FetchCompletion target);
  void settle(session::WorkId work, session::Verdict verdict, Settler::Settled settled);
  /// Calls it where handlers run.
  void tell(Settler::Settled settled, const Error& error);
  std::future<void> manage(session::OpenAction action);
  std::future<std::vector<Headers>> query(QueryKind kind, std::chrono::milliseconds timeout);
  /// Adds it on the I/O thread; `wanted` is what the broker is asked for.
  void add(const std::shared_ptr<Registration>& registration, session::Registration wanted);
  void hold(const std::shared_ptr<Registration>& registration, std::string key);
  void watch(const std::shared_ptr<Registration>& registration, std::string pattern);
  void forget(protocol::Handle handle);
  /// Registration::gone() follows; false when the client is closed.
  bool finish(protocol::Handle handle);
  [[nodiscard]] protocol::Handle next_handle() { return ++last_handle_; }

  /// Publishes a hop of a traced message; not for what travels on `$sys.event.>` itself.
  void trace(const Uuid& id, std::string_view topic, std::string_view hop);

  /// False when the client is closed.
  bool call(Call call) { return intake_.call(std::move(call)); }

  /// The dispatcher is done with what came in a frame of this size, up to this data command.
  void handled(session::DataIndex index, std::size_t size);
  /// The I/O thread is to hear of it when handlers are done with what they have.
  void want_handled(bool want) { handled_wanted_ = want; }
  [[nodiscard]] session::DataIndex handled() const { return handled_; }

  [[nodiscard]] const ClientOptions& options() const { return options_; }
  [[nodiscard]] bool closing() const { return closing_; }
  /// There is a session; told by the I/O thread.
  [[nodiscard]] bool connected() const { return connected_; }
  void set_connected(bool connected) { connected_ = connected; }
  [[nodiscard]] Intake& intake() { return intake_; }
  [[nodiscard]] InFlight& in_flight() { return in_flight_; }
  [[nodiscard]] Dispatcher& dispatcher() { return *dispatcher_; }
  [[nodiscard]] StateBoard& states() { return states_; }

 private:
  void fail(Completion& completion, const Error& error);
  void fail(std::variant<std::promise<Reply>, Client::ReplyHandler>& target, const Error& error);
  void fail(FetchCompletion& target, const Error& error);
  void run_callback(Dispatcher::Work work);

  const ClientOptions options_;
  Intake intake_;
  InFlight in_flight_;
  std::shared_ptr<Dispatcher> dispatcher_;
  StateBoard states_;
  std::atomic<protocol::Handle> last_handle_{0};
  std::atomic<session::Ticket> last_ticket_{0};  ///< of all but publishes
  std::atomic<session::DataIndex> handled_{0};
  std::atomic<bool> handled_wanted_{false};
  std::size_t handled_untold_ = 0;  ///< bytes the I/O thread was not woken for; the dispatcher's
  std::atomic<bool> closing_{false};
  std::atomic<bool> connected_{false};

  std::promise<std::size_t> ended_;  ///< of the I/O thread: how much it left open
  std::thread io_thread_;
};

}  // namespace fanfare::transport
