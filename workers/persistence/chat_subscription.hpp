#pragma once
// The worker's subscription to `chat.>`: checks what comes and gives it to the writer. Owned by the service; its
// handler runs on the client's thread and waits there while the writer's queue is full. Promise: each record of the
// stream is given to the writer in its order, skipped ones too, and what may be missing is said in the log.

#include <fanfare/client.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <string>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/persistence/chat_message.hpp"
#include "workers/persistence/continuity.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

class ChatSubscription {
 public:
  /// What the subscription lives with; outlives it.
  struct Context {
    Client& client;
    Writer& writer;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the subscription
  };

  /// `reached` is what the database has.
  ChatSubscription(const Context& context, std::optional<Position> reached);
  ChatSubscription(const ChatSubscription&) = delete;
  ChatSubscription& operator=(const ChatSubscription&) = delete;

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const;

  /// Waits until all that the broker has delivered by now was given to the writer; false if that took too long. A
  /// message to itself comes after all of it.
  bool catch_up(std::chrono::steady_clock::time_point deadline);

 private:
  void take(const Message& message);
  void skip(const Message& message, Skip reason);
  void note_gap(const Gap& gap);

  const Context context_;
  Continuity continuity_;  // the handler's thread's
  runtime::Counter skipped_;
  runtime::Counter gaps_;
  const std::string mark_topic_;
  std::promise<void> marked_;
  std::atomic<bool> has_marked_ = false;
  Subscription marks_;
  Subscription messages_;  // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::persistence
