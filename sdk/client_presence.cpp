// Presence: what is held and what is watched, and the handles for them.
#include <fanfare/client.hpp>
#include <utility>

#include "sdk/transport/core.hpp"
#include "sdk/transport/encoding.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare {
namespace {

/// Text that can't even be encoded.
void refuse_long(const std::shared_ptr<transport::Core>& core,
                 const std::shared_ptr<transport::Registration>& registration, ErrorCode code, std::string_view text) {
  const Error error(code, text.substr(0, transport::kShort));
  registration->refuse(error);
  if (registration->on_error) core->dispatcher().push([registration, error] { registration->on_error(error); });
}

}  // namespace

std::string_view to_string(PresenceState state) {
  switch (state) {
    case PresenceState::offline:
      return "offline";
    case PresenceState::online:
      return "online";
    case PresenceState::unknown:
      break;
  }
  return "unknown";
}

Presence Client::hold_presence(std::string_view key, HoldOptions options) {
  auto made = std::make_shared<transport::Registration>(core_, core_->next_handle(), PresenceHandler());
  made->on_ready = std::move(options.on_ready);
  made->on_error = std::move(options.on_error);
  if (key.size() <= transport::kShort) {
    core_->hold(made, std::string(key));
  } else {
    refuse_long(core_, made, ErrorCode::bad_topic, key);
  }
  return Presence(std::move(made));
}

PresenceWatch Client::watch_presence(std::string_view pattern, PresenceHandler handler, WatchOptions options) {
  auto made = std::make_shared<transport::Registration>(core_, core_->next_handle(), std::move(handler));
  made->news = std::make_unique<transport::PresenceNews>();
  made->on_complete = std::move(options.on_complete);
  made->on_error = std::move(options.on_error);
  if (pattern.size() <= transport::kShort) {
    core_->watch(made, std::string(pattern));
  } else {
    refuse_long(core_, made, ErrorCode::bad_pattern, pattern);
  }
  return PresenceWatch(std::move(made));
}

}  // namespace fanfare
