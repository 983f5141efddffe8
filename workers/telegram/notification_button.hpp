#pragma once
// What a button below a notification says when it is pressed: everything it needs, so that it works however old the
// notification is. Values and pure functions; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"

namespace fanfare::workers::telegram {

struct NotificationButton {
  enum class Does : std::uint8_t { kMarkRead, kMuteAnHour };

  Does does = Does::kMarkRead;
  Uuid conversation;
  Position up_to;  ///< the last message that the notification told of
  bool operator==(const NotificationButton&) const = default;
};

/// 55 of the 64 bytes that a button may hold: R or M, and the rest in base64url.
[[nodiscard]] std::string to_data(const NotificationButton& button);

/// Nothing when it is another button's.
[[nodiscard]] std::optional<NotificationButton> read_notification_button(std::string_view data);

}  // namespace fanfare::workers::telegram
