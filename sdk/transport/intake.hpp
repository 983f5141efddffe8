#pragma once
// Where calls from any thread wait for the I/O thread: publishes as bytes in one batch, everything else as functions.
// The I/O thread takes all of it at once, so a burst of calls becomes a frame; it is woken only when it sleeps. Nothing
// is called under the lock. Bounded by InFlight for publishes, by their callers' waiting for the rest.

#include <fanfare/client.hpp>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "sdk/session/publish_batch.hpp"
#include "sdk/transport/wake.hpp"

namespace fanfare::transport {

/// Who is told of a publish's outcome: nobody, a future, or a callback.
struct Completion {
  std::variant<std::monostate, std::promise<Ack>, Client::AckHandler> target;
  std::size_t size = 0;  ///< what it takes of InFlight
};

/// What a call finds when the I/O thread runs it.
struct Desk;
using Call = std::function<void(Desk&)>;

class Intake {
 public:
  struct Load {
    std::unique_ptr<session::PublishBatch> publishes;
    std::vector<Completion> completions;  ///< one for each of the publishes; tickets count from `first_ticket`
    session::Ticket first_ticket = 0;
    std::vector<Call> calls;
    bool closed = false;
  };

  /// False when the intake is closed; the completion is untouched then.
  [[nodiscard]] bool publish(std::string_view topic, const protocol::Content& content, bool traced,
                             Completion& completion);
  [[nodiscard]] bool call(Call call);
  /// Wakes the I/O thread if it sleeps.
  void wake();

  // ---- The I/O thread.

  /// Everything that waits; nothing is left.
  [[nodiscard]] Load take();
  /// The I/O thread is about to sleep; false when something waits.
  [[nodiscard]] bool sleep();
  /// Sleeps until something comes, without a socket to look at.
  void wait(std::chrono::milliseconds timeout);
  /// It is up again.
  void awake();
  [[nodiscard]] int descriptor() const { return wake_.descriptor(); }
  /// Nothing is accepted any more; what waited comes back.
  [[nodiscard]] Load close();

 private:
  [[nodiscard]] Load take_locked();

  std::mutex mutex_;
  std::unique_ptr<session::PublishBatch> publishes_ = std::make_unique<session::PublishBatch>();
  std::vector<Completion> completions_;
  std::vector<Call> calls_;
  session::Ticket next_ticket_ = 1;
  bool sleeping_ = false;
  bool woken_ = false;
  bool closed_ = false;
  Wake wake_;
};

}  // namespace fanfare::transport
