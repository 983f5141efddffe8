#pragma once
// Sends what a person wrote: checks it and whether they are a member, publishes it in their name, and says where it
// stands. Both front-ends answer `messages.send` with it. Any thread; the client and the access have to outlive it.

#include <fanfare/client.hpp>

#include <functional>

#include "frontends/common/conversation_access.hpp"
#include "frontends/common/message_content.hpp"

namespace fanfare::frontends::common {

class MessageSender {
 public:
  MessageSender(Client& client, ConversationAccess& access) : client_(client), access_(access) {}

  /// The answer of `messages.send`. The handler runs once, here or on the SDK's dispatcher thread.
  void send(const OutgoingMessage& message, AnswerHandler handler);

 private:
  void publish(const OutgoingMessage& message, const AnswerHandler& handler);

  Client& client_;
  ConversationAccess& access_;
};

}  // namespace fanfare::frontends::common
