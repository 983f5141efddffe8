#pragma once
// The handles of what runs until its owner lets go: Subscription, Service, and Responder, which answers one request.
// Movable, owned by the caller; any thread.

#include <fanfare/error_code.hpp>
#include <fanfare/message.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <string_view>

namespace fanfare {

namespace transport {
class Registration;
class Exchange;
}  // namespace transport

/// Ends the subscription or service when it goes. After end() and the destructor no handler of it runs any more; called
/// from the handler itself they return at once. They wait at most 10 s for a handler that is running.
class Registered {
 public:
  explicit Registered(std::shared_ptr<transport::Registration> registration);
  Registered(Registered&&) noexcept = default;
  Registered& operator=(Registered&& other) noexcept;
  ~Registered();

  /// Ready once the broker has acknowledged it; carries an Error when it was refused.
  [[nodiscard]] std::shared_future<void> ready() const;

  /// False when the broker did not answer in time; throws the Error when it refused.
  bool wait_ready(std::chrono::milliseconds timeout) const;

 protected:
  void end();
  [[nodiscard]] bool finish_registration(std::chrono::milliseconds timeout);

 private:
  std::shared_ptr<transport::Registration> registration_;
};

class [[nodiscard]] Subscription : public Registered {
 public:
  using Registered::Registered;
  void unsubscribe() { end(); }
};

class [[nodiscard]] Service : public Registered {
 public:
  using Registered::Registered;
  void stop() { end(); }
};

/// Answers one request, at any time from any thread, once. Copies answer the same request. If the last copy goes
/// without an answer, the caller gets `service_failed`.
class Responder {
 public:
  explicit Responder(std::shared_ptr<transport::Exchange> exchange);

  void reply(const Reply& reply);
  /// A part of a reply that is larger than a message, or comes bit by bit; reply() ends it. Waits for room while the
  /// caller does not keep up, at most until it stops waiting; false when nobody waits any more.
  bool part(const Reply& part);
  /// The caller gets an Error with this code and text.
  void fail(std::string_view text, ErrorCode code = ErrorCode::service_failed);
  /// The caller took the request back, is gone or stopped waiting: an answer would be dropped.
  [[nodiscard]] bool canceled() const;

 private:
  std::shared_ptr<transport::Exchange> exchange_;
};

}  // namespace fanfare
