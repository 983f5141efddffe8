#pragma once
// Where calls from any thread wait for the I/O thread: publishes as bytes in batches, everything else as functions. The
// I/O thread takes all of it at once, so a burst of calls becomes a frame; it is woken only when it sleeps. Nothing is
// called under the lock. Bounded by InFlight for publishes, by their callers' waiting for the rest.

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "sdk/transport/batch.hpp"
#include "sdk/transport/wake.hpp"

namespace fanfare::transport {

/// What a call finds when the I/O thread runs it.
struct Desk;
using Call = std::function<void(Desk&)>;

class Intake {
 public:
  struct Load {
    std::vector<std::shared_ptr<Batch>> batches;
    std::vector<Call> calls;
  };

  /// False when the intake is closed; the completion is untouched then.
  [[nodiscard]] bool publish(std::string_view topic, const protocol::Content& content, bool traced,
                             Completion& completion);
  [[nodiscard]] bool call(Call call);
  /// Wakes the I/O thread if it sleeps.
  void wake();
  /// A batch all of whose outcomes were told: its memory is used again.
  void give_back(std::shared_ptr<Batch> batch);

  // ---- The I/O thread.

  /// Puts everything that waits into `load`, which is empty; nothing is left.
  void take(Load& load);
  /// The I/O thread is about to sleep; false when something waits.
  [[nodiscard]] bool sleep();
  /// Sleeps until something comes, without a socket to look at.
  void wait(std::chrono::milliseconds timeout);
  /// It is up again.
  void awake();
  [[nodiscard]] int descriptor() const { return wake_.descriptor(); }
  /// Nothing is accepted any more; what waited comes back.
  void close(Load& load);

 private:
  void begin_batch();
  void take_locked(Load& load);

  std::mutex mutex_;
  std::vector<std::shared_ptr<Batch>> batches_;  ///< the last one is being filled
  std::vector<std::shared_ptr<Batch>> spares_;
  std::vector<Call> calls_;
  session::Ticket next_ticket_ = 1;
  bool sleeping_ = false;
  bool woken_ = false;
  bool closed_ = false;
  Wake wake_;
};

}  // namespace fanfare::transport
