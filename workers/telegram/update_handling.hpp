#pragma once
// The ports of the poller: what an update means, and how far updates are done. Used by the poller's thread only.

#include <chrono>
#include <cstdint>
#include <optional>

#include "runtime/result.hpp"
#include "workers/telegram/bot/update.hpp"

namespace fanfare::workers::telegram {

enum class Handled : std::uint8_t {
  kDone,   ///< it needs never be seen again
  kAgain,  ///< something of ours is away: it has to be tried again
};

class UpdateHandling {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  virtual ~UpdateHandling() = default;

  /// Ends by `deadline`. The same update again has no second effect. An exception is a defect.
  [[nodiscard]] virtual Handled handle(const bot::Update& update, Deadline deadline) = 0;
};

class UpdateProgress {
 public:
  virtual ~UpdateProgress() = default;

  /// The last update that is done; none: there never was one.
  [[nodiscard]] virtual runtime::Result<std::optional<std::int64_t>> last() = 0;
  /// Durable when it returns.
  [[nodiscard]] virtual runtime::Result<void> done(std::int64_t update) = 0;
};

}  // namespace fanfare::workers::telegram
