#pragma once
// The port to what somebody does in Fanfare from within Telegram, in their name. Used by one thread; each call waits,
// at most until its deadline. Promise: each of them may be done again, and is then no second one.

#include <chrono>
#include <cstdint>
#include <string>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::telegram {

/// How it ended.
enum class Done : std::uint8_t {
  kDone,
  kNoMember,  ///< the conversation is not theirs (any more)
  kRefused,   ///< never in this form
  kLater,     ///< something of ours is away: try again
};

class PersonActions {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  virtual ~PersonActions() = default;

  /// Returns once it is stored. The same `client_id` again is the same message; `text` is within the bounds of
  /// messages.
  [[nodiscard]] virtual Done post(const Uuid& person, const Uuid& conversation, const std::string& client_id,
                                  const std::string& text, Deadline deadline) = 0;
  [[nodiscard]] virtual Done mark_read(const Uuid& person, const Uuid& conversation, const Position& up_to,
                                       Deadline deadline) = 0;
  [[nodiscard]] virtual Done mute(const Uuid& person, const Uuid& conversation, common::TimePoint until,
                                  Deadline deadline) = 0;
};

}  // namespace fanfare::workers::telegram
