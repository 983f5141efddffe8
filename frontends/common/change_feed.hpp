#pragma once
// Follows the changes of rights and tells them on: the subscription to `$change.conversation.>` that keeps
// ConversationAccess true. Owned by the front-end; its handlers run on the SDK's dispatcher thread.

#include <fanfare/client.hpp>

#include <functional>
#include <string>

#include "frontends/common/conversation_access.hpp"

namespace fanfare::frontends::common {

/// Told after ConversationAccess was, on the SDK's dispatcher thread.
struct ChangeListener {
  /// The rights in this conversation may have changed.
  std::function<void(const std::string& conversation)> on_change = {};
  /// Any rights may have changed: some events were missed.
  std::function<void()> on_missed = {};
};

class ChangeFeed {
 public:
  /// `client` and `access` have to outlive it.
  ChangeFeed(Client& client, ConversationAccess& access, ChangeListener listener = {});

  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const { return subscription_.wait_ready(timeout); }

 private:
  Subscription subscription_;
};

}  // namespace fanfare::frontends::common
