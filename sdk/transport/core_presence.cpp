// Presence keys that are held, and those that are watched.
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"

namespace fanfare::transport {

void Core::hold(const std::shared_ptr<Registration>& registration, std::string key) {
  const bool accepted = call([registration, key = std::move(key)](Desk& desk) {
    desk.listener.add(registration);
    desk.session.hold(registration->handle(), key);
  });
  if (!accepted) registration->refuse(Error(ErrorCode::closed));
}

void Core::watch(const std::shared_ptr<Registration>& registration, std::string pattern) {
  const bool accepted = call([registration, pattern = std::move(pattern)](Desk& desk) {
    desk.listener.add(registration);
    desk.session.watch(registration->handle(), pattern);
  });
  if (!accepted) registration->refuse(Error(ErrorCode::closed));
}

}  // namespace fanfare::transport
