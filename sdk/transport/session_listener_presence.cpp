// What the session tells of presence.
#include "sdk/transport/core.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {

void SessionListener::on(session::PresenceTold& told) {
  tell_presence(told.handle, {.key = std::string(told.key),
                              .before = static_cast<PresenceState>(told.before),
                              .after = static_cast<PresenceState>(told.after)});
}

void SessionListener::on(session::PresenceComplete& complete) {
  tell_presence(complete.handle, {.key = {}, .complete = true, .settling = complete.settling});
}

void SessionListener::tell_presence(protocol::Handle handle, PresenceNews::Item item) {
  if (!latest_ || latest_->handle() != handle) latest_ = find(handle);
  if (!latest_) return;
  latest_->news->add(std::move(item));
  if (watchers_.empty() || watchers_.back() != latest_) watchers_.push_back(latest_);
}

void SessionListener::flush_presence() {
  for (auto& watcher : watchers_) {
    if (!watcher->news->ask()) continue;
    core_.dispatcher().push([core = core_.shared_from_this(), watcher] {
      auto& dispatcher = core->dispatcher();
      dispatcher.running(watcher.get());
      for (const auto& item : watcher->news->take()) {
        if (!watcher->active() || core->closing()) break;
        dispatcher.guard([&] { watcher->handle_presence(item); });
      }
      dispatcher.running(nullptr);
    });
  }
  watchers_.clear();
}

}  // namespace fanfare::transport
