#pragma once
// The worker's membership in the group `persistence` over `chat.>`: checks what comes and gives it to the writer, which
// settles it. Owned by the service; its handler runs on the client's thread. Promise: each record that the group hands
// over is given to the writer in its order, what is no message too; what is of no conversation is settled at once.

#include <fanfare/client.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/chat/chat_message.hpp"
#include "workers/common/delivery_keeper.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

/// The group's name.
inline constexpr const char* kChatGroup = "persistence";

class ChatGroup {
 public:
  /// What the membership lives with; outlives it.
  struct Context {
    Client& client;
    Writer& writer;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the membership
  };

  /// How long a member may be silent about a record (chat_group.cpp).
  static constexpr std::chrono::milliseconds kAckWait{10'000};

  /// `max_in_flight`: what the writer may hold unwritten. `ack_wait` is the same for all members of the group: another
  /// one is for tests that can't wait.
  ChatGroup(const Context& context, std::uint32_t max_in_flight, std::chrono::milliseconds ack_wait = kAckWait);
  ChatGroup(const ChatGroup&) = delete;
  ChatGroup& operator=(const ChatGroup&) = delete;

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const;

  /// It is handed nothing more, and what the writer has is settled as before. True once it is no member any more.
  [[nodiscard]] bool finish(std::chrono::milliseconds timeout) { return membership_.finish(timeout); }

  /// What is not settled goes to others at once.
  void leave() { membership_.leave(); }

 private:
  void take(const Work& work, Settler settler);
  void skip(const Message& message, chat::Skip reason);
  void note_epoch(const Position& position);
  void begin_session();

  const Context context_;
  Uuid epoch_;  // the handler's thread's: the newest that something came of
  runtime::Counter skipped_;
  runtime::Counter new_epochs_;
  runtime::Counter redelivered_;
  common::DeliveryKeeper keeper_;
  Membership membership_;  // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::persistence
