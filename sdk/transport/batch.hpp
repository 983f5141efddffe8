#pragma once
// Publishes on their way from callers to the session, and who is told of their outcome. Filled by callers under the
// intake's lock, then the I/O thread's; the dispatcher calls the callbacks of those that have their outcome. Used again
// when all have been told.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstddef>
#include <future>
#include <variant>
#include <vector>

#include "sdk/session/publish_batch.hpp"

namespace fanfare::transport {

/// Who is told of a publish's outcome: nobody, a future, or a callback.
using Completion = std::variant<std::monostate, std::promise<Ack>, Client::AckHandler>;

/// What a publish takes beside its texts.
inline constexpr std::size_t kOverhead = 128;

struct Batch {
  session::PublishBatch publishes;
  std::vector<Completion> completions;  ///< none: nobody waits for any of them; else one for each
  std::size_t without_outcome = 0;      ///< the I/O thread's
  std::atomic<std::size_t> untold{0};   ///< of how many the outcome is still to be told

  /// What `count` publishes from `first` on take of InFlight.
  [[nodiscard]] std::size_t weight(std::size_t first, std::size_t count) const {
    const auto& items = publishes.items();
    const auto end = first + count < items.size() ? items[first + count].at : publishes.bytes();
    return end - items[first].at + count * kOverhead;
  }
  /// What one takes that is encoded in so many bytes.
  [[nodiscard]] static std::size_t weight_of(std::size_t topic, const protocol::Content& content) {
    return kOverhead + topic + session::PublishBatch::kContentAt + (content.id ? sizeof(Uuid) : 0) +
           content.actor.size() + content.headers.size() + content.payload.size();
  }
};

}  // namespace fanfare::transport
