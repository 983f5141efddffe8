#pragma once
// The worker's subscription to `chat.>`: checks what comes and gives it to the writer. Owned by the service; its
// handler runs on the client's thread and waits there while the writer's queue is full. Promise: each record of the
// stream beyond what the database has is given to the writer in its order, skipped ones too; what the broker no longer
// has is said in the log and counted.

#include <fanfare/client.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/persistence/chat_message.hpp"
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

  /// `reached` is what the database has; nothing: it is empty.
  ChatSubscription(const Context& context, std::optional<Position> reached);
  ChatSubscription(const ChatSubscription&) = delete;
  ChatSubscription& operator=(const ChatSubscription&) = delete;

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const;

 private:
  void take(const Message& message);
  void skip(const Message& message, Skip reason);
  void begin(const Beginning& beginning);
  void note_gap(const Gap& gap);
  void catch_up(const Position& position);

  const Context context_;
  std::optional<Position> read_;  // the handler's thread's: how far, with what the database had
  runtime::Counter skipped_;
  runtime::Counter gaps_;
  runtime::Counter not_recovered_;
  Subscription messages_;  // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::persistence
