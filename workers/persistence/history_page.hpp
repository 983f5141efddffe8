#pragma once
// How a page of the history becomes one of the database's rows and of what only the journal has yet; and its JSON. Pure
// functions; any thread. Promise: the page is what the database alone would give once it has caught up.

#include <cstddef>
#include <string>
#include <vector>

#include "workers/persistence/message_json.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// Whether the page the database gave may lack what it has not got yet.
[[nodiscard]] bool needs_tail(const store::HistoryQuery& query, const store::HistoryPage& page);

/// Adds the tail, oldest first: all messages of the conversation beyond `page.reached`.
[[nodiscard]] store::HistoryPage merge(const store::HistoryQuery& query, store::HistoryPage page,
                                       std::vector<store::HistoryMessage> tail);

/// {"messages": […], "next", "resume"}; cut after `bytes` of messages, and `next` goes on there. A page around a
/// message is cut on both sides of it and has "previous" too: where newer ones begin.
[[nodiscard]] std::string to_json(const store::HistoryQuery& query, const store::HistoryPage& page,
                                  const Position& resume, std::size_t bytes = kPageBytes);

}  // namespace fanfare::workers::persistence
