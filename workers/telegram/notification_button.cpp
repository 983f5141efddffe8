#include "workers/telegram/notification_button.hpp"

#include <algorithm>
#include <cstddef>

#include "runtime/crypto/base64url.hpp"

namespace fanfare::workers::telegram {
namespace {

constexpr char kRead = 'R';
constexpr char kMute = 'M';
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSequenceBytes = 8;
constexpr std::size_t kBytes = 2 * kIdBytes + kSequenceBytes;

void append(std::string& bytes, const Uuid& id) { bytes.append(id.bytes.begin(), id.bytes.end()); }

Uuid id_at(std::string_view bytes, std::size_t offset) {
  Uuid id;
  std::ranges::transform(bytes.substr(offset, kIdBytes), id.bytes.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

}  // namespace

std::string to_data(const NotificationButton& button) {
  std::string bytes;
  append(bytes, button.conversation);
  append(bytes, button.up_to.epoch);
  for (std::size_t byte = 0; byte < kSequenceBytes; ++byte) {
    bytes.push_back(static_cast<char>(button.up_to.sequence >> (8 * (kSequenceBytes - 1 - byte)) & 0xFFU));
  }
  const char does = button.does == NotificationButton::Does::kMarkRead ? kRead : kMute;
  return does + runtime::crypto::encode_base64url(std::string_view(bytes));
}

std::optional<NotificationButton> read_notification_button(std::string_view data) {
  if (data.empty() || (data.front() != kRead && data.front() != kMute)) return std::nullopt;
  const auto bytes = runtime::crypto::decode_base64url(data.substr(1));
  if (!bytes || bytes->size() != kBytes) return std::nullopt;
  NotificationButton button;
  button.does = data.front() == kRead ? NotificationButton::Does::kMarkRead : NotificationButton::Does::kMuteAnHour;
  button.conversation = id_at(*bytes, 0);
  button.up_to.epoch = id_at(*bytes, kIdBytes);
  for (const char c : bytes->substr(2 * kIdBytes)) {
    button.up_to.sequence = button.up_to.sequence << 8U | static_cast<std::uint8_t>(c);
  }
  if (button.up_to.sequence > kMaxSequence) return std::nullopt;
  return button;
}

}  // namespace fanfare::workers::telegram
