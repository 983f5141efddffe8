#pragma once
// What a Subscription, Service, Membership, Presence or PresenceWatch handle stands for: its handlers and whether it is
// still wanted. Shared by the handle, the I/O thread and the work under way; the handlers are called by the dispatcher
// only.

#include <fanfare/client.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <variant>

#include "protocol/commands.hpp"
#include "sdk/transport/presence_news.hpp"

namespace fanfare::transport {

class Core;

class Registration {
 public:
  using Handler = std::variant<Client::MessageHandler, Client::AsyncRequestHandler, Client::AsyncWorkHandler,
                               Client::PresenceHandler>;

  Registration(std::weak_ptr<Core> core, protocol::Handle handle, Handler handler);

  [[nodiscard]] protocol::Handle handle() const { return handle_; }
  [[nodiscard]] std::shared_future<void> ready() const { return ready_; }
  [[nodiscard]] bool active() const { return active_.load(std::memory_order_seq_cst); }

  /// Of a membership: lets it finish and waits for that. True: it has ended, and no handler of it runs any more.
  [[nodiscard]] bool finish(std::chrono::milliseconds timeout);
  /// Ends it; afterwards no handler of it runs, unless called in one.
  void end();

  // ---- The I/O thread.

  void acknowledge();
  void refuse(const Error& error);
  /// It is gone: who waits for finish() is told.
  void gone();

  // ---- The dispatcher.

  void handle_message(const Message& message) const { std::get<Client::MessageHandler>(handler_)(message); }
  void handle_request(const Request& request, Responder responder) const {
    std::get<Client::AsyncRequestHandler>(handler_)(request, std::move(responder));
  }
  void handle_work(const Work& work, Settler settler) const {
    std::get<Client::AsyncWorkHandler>(handler_)(work, std::move(settler));
  }
  void handle_presence(const PresenceNews::Item& item) const;

  std::function<void(const Gap&)> on_gap;
  std::function<void()> on_ready;
  std::function<void(const Error&)> on_error;
  std::function<void(const Beginning&)> on_begin;
  std::function<void(const Position&)> on_caught_up;
  std::function<void(const Role&)> on_role;
  std::function<void(bool)> on_complete;
  std::unique_ptr<PresenceNews> news;  ///< of a presence watch

 private:
  void end_membership(Core& core);

  std::weak_ptr<Core> core_;
  const protocol::Handle handle_;
  const Handler handler_;
  std::atomic<bool> active_{true};
  bool answered_ = false;  ///< the promise has its value
  std::promise<void> promise_;
  std::shared_future<void> ready_ = promise_.get_future().share();
  bool is_gone_ = false;  ///< the promise below has its value
  std::promise<void> gone_promise_;
  const std::shared_future<void> gone_ = gone_promise_.get_future().share();
};

}  // namespace fanfare::transport
