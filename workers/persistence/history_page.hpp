#pragma once
// How a page of the history becomes one of the database's rows and of what only the journal has yet; and its JSON. Pure
// functions; any thread. Promise: the page is what the database alone would give once it has caught up.

#include <cstddef>
#include <string>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// What the messages of a page may have in JSON, so that all of it stays below 120 KiB. One message is always in it.
constexpr std::size_t kPageBytes = 119U << 10U;

/// Whether the page the database gave may lack what it has not got yet.
[[nodiscard]] bool needs_tail(const store::HistoryQuery& query, const store::HistoryPage& page);

/// Adds the tail, oldest first: all messages of the conversation beyond `page.reached`.
[[nodiscard]] store::HistoryPage merge(const store::HistoryQuery& query, store::HistoryPage page,
                                       std::vector<store::HistoryMessage> tail);

/// {"messages": […], "next", "resume"}; cut after `bytes` of messages, and `next` goes on there.
[[nodiscard]] std::string to_json(const store::HistoryPage& page, const Position& resume,
                                  std::size_t bytes = kPageBytes);

}  // namespace fanfare::workers::persistence
