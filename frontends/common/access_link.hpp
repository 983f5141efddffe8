#pragma once
// Tells ConversationAccess when the broker is away and back. A client has to be made before it and has states to tell
// at once, so this stands between them: made before the client, it passes on what comes after tell(). Any thread.

#include <fanfare/state.hpp>

#include <mutex>

#include "frontends/common/conversation_access.hpp"

namespace fanfare::frontends::common {

class AccessLink {
 public:
  /// `access` has to outlive the client. What came before is no loss: nothing was known yet.
  void tell(ConversationAccess& access) {
    const std::lock_guard lock(mutex_);
    access_ = &access;
  }

  /// For the client's on_state. A subscription that is ready in the new session tells so later, on the same thread.
  void changed(const State& state) {
    const std::lock_guard lock(mutex_);
    if (access_ == nullptr) return;
    if (state.connection == Connection::ready) {
      access_->broker_back(state.resumed);
    } else {
      access_->broker_away();
    }
  }

 private:
  std::mutex mutex_;  // guards access_, which calls nobody back from these
  ConversationAccess* access_ = nullptr;
};

}  // namespace fanfare::frontends::common
