#pragma once
// What the broker's journal has of a conversation beyond a position, checked like what is stored. Used on the threads
// that answer requests. Promise: all of it, up to the position it says – or an error, but never a part.

#include <fanfare/options.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

struct ConversationTail {
  std::vector<store::ChatMessage> messages;  ///< oldest first; a repeated id is still among them
  Position through;                          ///< in the stream's current epoch; no message up to there is missing
};

/// What is worth reading to answer one request; beyond it the database has to catch up first.
struct TailBounds {
  std::size_t pages = 64;
  std::size_t bytes = 8U << 20U;  ///< of texts
};

/// Waits for one page of the journal, at most until the deadline.
using FetchPage = std::function<runtime::Result<Fetched>(const std::string& pattern, const FetchOptions& options,
                                                         std::chrono::steady_clock::time_point deadline)>;

/// `after` is how far the database has the conversation; nothing: it has none of it.
[[nodiscard]] runtime::Result<ConversationTail> read_tail(const FetchPage& fetch, const Uuid& conversation,
                                                          const std::optional<Position>& after,
                                                          std::chrono::steady_clock::time_point deadline,
                                                          const TailBounds& bounds = {});

}  // namespace fanfare::workers::persistence
