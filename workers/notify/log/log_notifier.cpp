#include "workers/notify/log/log_notifier.hpp"

namespace fanfare::workers::notify {

Told LogNotifier::tell(const Notification& notification, Deadline) {
  write("told", notification);
  // By its last message it is known among those of that person.
  return {.message = notification.conversation.to_string() + "/" + notification.up_to.to_string()};
}

Told LogNotifier::change(const std::string& message, const Notification& notification, Deadline) {
  write("told more", notification);
  return {.message = message};
}

void LogNotifier::write(std::string_view event, const Notification& notification) {
  log_.info(event, {{"person", notification.person.to_string()},
                    {"conversation", notification.conversation.to_string()},
                    {"title", notification.title.value_or(std::string())},
                    {"count", notification.count},
                    {"author", notification.author},
                    {"several_authors", notification.has_several_authors},
                    {"preview", notification.preview}});
}

}  // namespace fanfare::workers::notify
